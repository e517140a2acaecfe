"""The lines of sections that list one kind of thing: documents, lengths of time, offices, notes, rules, laws."""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.doing import DoingLines
from pipelines.fields import channels as channel_words
from pipelines.fields import rules
from pipelines.fields.channels import Mention
from pipelines.fields.going import opens_channel
from pipelines.fields.materials import parse_materials
from pipelines.fields.particulars import parse_cost, parse_legal_refs, parse_location
from pipelines.fields.time_limits import Length, mode_of_label, parse_time_limits
from pipelines.headings import clean_heading, kind_of_words
from pipelines.lines import BodyLine, split_sentences
from pipelines.record import Location
from pipelines.tables import CELL, cells_of
from pipelines.vocabulary import says

_HAS_CLOCK = re.compile(r"\d{1,2}[:点时]")


class ListedLines(DoingLines):
    """Reads a line as what its section lists; what is none of it is read for what it says."""

    def material_line(self, line: BodyLine) -> None:
        """Documents; a label before them says for whom they are, unless it is one itself."""
        text, condition = line.text, self.section.condition
        if line.label and line.value and not parse_materials(line.label):
            text = line.value
            condition = line.label if says("for_whom", line.label) else condition
        if " | " in text and says("materials_table", text):
            line.line.role = "intro"
            return
        sentences = split_sentences(text)
        found = [parse_materials(sentence) for sentence in sentences]
        listed = [item for items in found for item in items]
        self.draft.materials(line, listed, self.section.mode, "document-listed", condition)
        if not listed:
            self._beside_the_list(line)
            return
        for sentence, items in zip(sentences, found, strict=True):
            if not items and says("step_like", sentence):
                self.sentence(line, sentence)

    def _beside_the_list(self, line: BodyLine) -> None:
        """A line that is none of what its section lists."""
        for sentence in split_sentences(line.whole):
            self._beside(line, sentence)

    def _beside(self, line: BodyLine, sentence: str) -> None:
        """A sentence that is none of what its section lists: another way to do it, a limit, a rule, else a note."""
        limits = parse_time_limits(sentence) if says("takes_time", sentence) else []
        if says("also", sentence) and opens_channel(sentence):
            self.sentence(line, sentence)
        elif limits:
            self.draft.time_limits(line, limits, "time-alone")
        elif rules.is_rule(sentence):
            self.draft.rule(line, sentence, None, "rule-by-sentence")
        else:
            self.draft.note(line, sentence, "note-beside-list")

    def row_line(self, line: BodyLine) -> None:
        """A row of a table: each cell by its column; below the table, a line as in any list."""
        cells = cells_of(line.whole, self.section.columns)
        if not cells:
            self._beside_the_list(line)
            return
        case = next((cell.text for cell in cells if cell.kind == "case"), None)
        for cell in cells:
            if cell.kind == "materials":
                self.draft.materials(line, parse_materials(cell.text), self.section.mode, "cell-of-table", case)
            elif cell.kind == "time_limits":
                found = [(limit, mode or mode_of_label(case)) for limit, mode in parse_time_limits(cell.text)]
                self.draft.time_limits(line, found, "cell-of-table")
            elif cell.kind == "costs":
                self.draft.keep(parse_cost(cell.text, line.line.no), line, "cell-of-table")
            elif cell.kind == "hotlines":
                self.draft.numbers_of(line, cell.text, case)
            elif cell.kind == "payment_window":
                self.draft.rule(line, cell.text, "缴费时间", "cell-of-table")
        self._office_of(line, {cell.kind: cell.text for cell in cells})
        if line.line.role == "other":
            line.line.role = "note"

    def _office_of(self, line: BodyLine, row: dict[str, str]) -> None:
        """The office whose address or hours stand in a row, named by its case."""
        hours = row["hours"] if _HAS_CLOCK.search(row.get("hours", "")) else None
        if "address" in row and (row["address"] or hours):
            place = Location(row.get("case"), row["address"] or None, hours, line.whole, line.line.no)
            self.draft.location(line, place, "cell-of-table")

    def time_line(self, line: BodyLine) -> None:
        """Lengths of time; opening hours under the same heading are a place's."""
        label = None if line.label and self._names(line.label, "time_limits") else line.label
        text = line.value or line.text
        sentences = split_sentences(text)
        found = [
            [
                (self._told(limit, line), mode or mode_of_label(label) or mode_of_label(sentence))
                for limit, mode in limits
            ]
            for sentence in sentences
            for limits in [parse_time_limits(sentence)]
        ]
        self.draft.time_limits(line, [limit for limits in found for limit in limits], "time-listed")
        if not any(found):
            self._place_or_beside(line, text)
            return
        for sentence, limits in zip(sentences, found, strict=True):
            if not limits and rules.kind_of(None, sentence) != rules.OTHER:
                self.draft.rule(line, sentence, None, "rule-by-sentence")

    def _told(self, limit: Length, line: BodyLine) -> Length:
        """有效期:6个月: what the label or the heading says holds."""
        holds = limit.kind == "processing" and "有效" in (line.label or self.section.title or "")
        return replace(limit, kind="validity") if holds else limit

    def location_line(self, line: BodyLine) -> None:
        """An office with its address or hours."""
        text = (line.value or "") if line.label and self._names(line.label, "locations") else line.text
        self._place_or_beside(line, text)

    def where_line(self, line: BodyLine) -> None:
        """去哪办? is answered with an office or with a way to do it; 邮寄:文昌路8号,... with both."""
        if line.label:
            self.switch(line)
        for sentence in split_sentences(line.whole):
            location = parse_location(sentence.removeprefix(line.marker), line.line.no)
            if location:
                self.draft.location(line, location, "place-asked-for")
            elif self.channel is None and "窗口" in (self.section.title or "") and says("action", sentence):
                counter = Mention("agency-counter", "offline", channel_words.name_of("agency-counter"), 0)
                self.channel = self.draft.channel(counter, sentence, line, "channel-in-section")
            if self.channel or not location:
                self.sentence(line, sentence)

    def _place_or_beside(self, line: BodyLine, text: str) -> None:
        location = parse_location(text, line.line.no)
        if location:
            self.draft.location(line, location, "place-listed")
        else:
            self._beside_the_list(line)

    def _names(self, label: str, kind: str) -> bool:
        return kind_of_words(clean_heading(label)) == (kind, None)

    def guide_line(self, line: BodyLine) -> None:
        """事项名称:..., 服务对象:... say what the guide is, not what to do."""
        line.line.role = "definition"

    def note_line(self, line: BodyLine) -> None:
        """Under a notes heading a line is one note, even with two sentences or a 不得; a waiting time is a rule."""
        if rules.waiting_of(line.text):
            self.draft.rule(line, line.whole, line.label, "rule-by-waiting-time")
        else:
            self.draft.note(line, line.whole, "note-listed")
            held = [(limit, mode) for limit, mode in parse_time_limits(line.text) if limit.kind == "validity"]
            self.draft.time_limits(line, held, "time-in-note")

    def rule_line(self, line: BodyLine) -> None:
        """A rule for each sentence, under the label or the heading before it; an amount per person is a fee."""
        if says("fee_line", line.text):
            self.cost_line(line)
            return
        if CELL in line.text and not any(map(str.isdigit, line.text)) and line is self.section.lines[0]:
            line.line.role = "intro"
            return
        for sentence in split_sentences(line.whole):
            self.draft.rule(line, sentence, line.label or self.section.title, "rule-listed")

    def condition_line(self, line: BodyLine) -> None:
        """Who may, sentence by sentence."""
        for sentence in split_sentences(line.whole):
            self.draft.condition(line, sentence, self.section.title)

    def coverage_line(self, line: BodyLine) -> None:
        """What is paid for or not, as announced above or said by the line."""
        self.draft.coverage(line, self.section.title, self.polarity)

    def hotline_line(self, line: BodyLine) -> None:
        """Under a phone heading a bare number is one."""
        found = self.draft.hotlines(line, f"电话:{line.text}", "number-listed", named=False)
        place = parse_location(line.text, line.line.no) if found else None
        if place and place.address:
            self.draft.location(line, place, "place-listed")
        if says("dials", line.text) and (lines := channel_words.find_channels(line.text)):
            self.draft.step(self.draft.channel(lines[0], line.text, line, "channel-by-sentence"), line, line.whole)
        elif not found or says("asks_to_call", line.value or line.text):
            self.draft.note(line, line.whole, "note-among-numbers")
        else:
            line.line.role = "note"

    def legal_line(self, line: BodyLine) -> None:
        """The laws and documents a line cites."""
        refs = parse_legal_refs(line.value or line.text, line.line.no)
        for ref in refs:
            self.draft.keep(ref, line, "law-listed")
        if refs:
            line.line.role = "note"
        else:
            self.draft.note(line, line.whole, "note-without-law")
