"""The outline of one procedure to its record: each section is read by what it is, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.draft import Draft
from pipelines.fields import channels as channel_words
from pipelines.fields import coverage, rules
from pipelines.fields.channels import Mention
from pipelines.fields.materials import parse_materials
from pipelines.fields.particulars import parse_cost, parse_legal_refs, parse_location
from pipelines.fields.time_limits import by_channel, mode_of_label, parse_time_limit
from pipelines.headings import clean_heading, kind_of_words
from pipelines.lines import BodyLine, split_sentences
from pipelines.record import Channel, Polarity, Procedure
from pipelines.sections import Part, Section
from pipelines.vocabulary import phrase

# Sections whose lines are steps, where nothing says otherwise.
_DOING = frozenset({"plain", "group", "channel", "unknown", "steps"})
# Sections whose lines keep their labels: 线上办理:... among time limits is no section of its own.
_PARTICULARS = frozenset({"costs", "locations", "hotlines", "legal_refs"})
# An answer like 可以。 says nothing without its question.
_SHORTEST = 4
_LABELLED = frozenset({"time_limits", "materials", "notes", "coverage"})


def read_procedure(part: Part, seq: int, parent_seq: int | None, region_code: str | None) -> Procedure:
    """The outline of a procedure in, its record out; sets the role of every line it reads.

    `region_code` is what the procedure's heading or, failing that, the article says.
    """
    heading = part.heading.line
    procedure = Procedure(seq, parent_seq, part.type, heading.text, heading.no, region_code)
    _Reader(procedure).read(part.sections)
    return procedure


class _Reader:
    """Walks the sections of one procedure; remembers the section and the channel that are open."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.draft = Draft(procedure)
        self.section = Section("plain")
        self.channel: Channel | None = None
        self.polarity: Polarity = "included"
        self.by_kind: dict[str, Callable[[BodyLine], None]] = {
            "materials": self._material_line,
            "time_limits": self._time_line,
            "notes": self._note_line,
            "rule": self._rule_line,
            "conditions": self._condition_line,
            "coverage": self._coverage_line,
            "costs": self._cost_line,
            "locations": self._location_line,
            "hotlines": self._hotline_line,
            "legal_refs": self._legal_line,
            "where": self._where_line,
        }

    def read(self, sections: list[Section]) -> None:
        for section in sections:
            self._open(section)
            for line in section.lines:
                self._read_line(line)

    def _open(self, section: Section) -> None:
        goes_on = section.kind == "steps" and section.title is None
        self.section, self.channel = section, self.channel if goes_on else None
        if section.heading:
            section.heading.line.role = "intro" if section.heading.form == "intro" else "heading"
        if self.procedure.type == "reimbursement-scope" and section.kind in ("plain", "unknown"):
            section.kind = "coverage"
        if section.kind == "coverage" and section.heading:
            self.polarity = coverage.polarity_of_intro(section.title or "") or "included"
        if section.kind in ("channel", "group", "unknown", "steps") and self.channel is None:
            self._open_channel()

    def _read_line(self, line: BodyLine) -> None:
        if line.form in ("filler", "intro"):
            line.line.role = line.form
            if self.section.kind == "coverage":
                self.polarity = coverage.polarity_of_intro(line.text) or self.polarity
            return
        if self.section.kind in _DOING and self.channel is None and phrase("definition").search(line.text):
            line.line.role = "definition"
            return
        reader = self._typed_label(line) or self.by_kind.get(self.section.kind, self._doing_line)
        reader(line)
        self.draft.hotlines(line, line.text, named=bool(self.channel and self.channel.mode == "phone"))

    def _typed_label(self, line: BodyLine) -> Callable[[BodyLine], None] | None:
        """所需材料:..., 办理时限:... on one line read as that section would."""
        if not line.label or self.section.kind in _LABELLED:
            return self._particular(line) if self.section.kind == "notes" else None
        if phrase("aside_label").search(line.label):
            return self._note_line
        if phrase("guide_label").search(line.label):
            return self._guide_line
        known = kind_of_words(clean_heading(line.label))
        return self.by_kind.get(known[0]) if known and known[0] not in ("notes", "rule") else None

    def _particular(self, line: BodyLine) -> Callable[[BodyLine], None] | None:
        """A fee, an office, a number or a law among notes is still one."""
        known = kind_of_words(clean_heading(line.label or ""))
        return self.by_kind[known[0]] if known and known[0] in _PARTICULARS else None

    # -- channels and what is done there ----------------------------------------------------------

    def _open_channel(self) -> None:
        """One channel for the section, unless its lines are labelled with channels of their own."""
        section = self.section
        if self._begins_with_label() or (not section.lines and not section.channels):
            return
        mention = section.channels[0] if section.channels and self._does() else self._inferred()
        if mention:
            text = (section.title or "") + "".join(line.text for line in section.lines)
            self.channel = self.draft.channel(mention, text, name=section.title if section.channels else None)

    def _begins_with_label(self) -> bool:
        first = next((line for line in self.section.lines if line.form not in ("filler", "intro")), None)
        return bool(first and first.label and channel_words.label_channel(first.label, self._heading_kind()))

    def _does(self) -> bool:
        """A heading like 三级医院 over shares and ceilings names no place to do anything."""
        doing = [line for line in self.section.lines if line.form not in ("filler", "intro")]
        return not doing or any(phrase("action").search(line.text) for line in doing)

    def _heading_kind(self) -> str | None:
        return self.section.channels[0].kind if self.section.channels else None

    def _inferred(self) -> Mention | None:
        """What a section without a channel in its heading names first in its lines."""
        section = self.section
        doing = phrase("action" if section.kind in ("group", "steps") else "step_like")
        if not any(doing.search(line.text) for line in section.lines):
            return None
        named = [mention for line in section.lines for mention in channel_words.find_channels(line.text)]
        fitting = [mention for mention in named if section.mode in (None, mention.mode)]
        if fitting or (named and section.kind in ("unknown", "steps")):
            return (fitting or named)[0]
        if section.kind == "unknown":
            return None
        return Mention("other", section.mode or "other", section.title or "", 0)

    def _doing_line(self, line: BodyLine) -> None:
        """Steps of a channel; outside any channel also rules and notes."""
        if line.label:
            self._switch(line)
        for sentence in split_sentences(line.line.text):
            if len(sentence.removeprefix(line.marker).rstrip("。!?")) >= _SHORTEST:
                self._sentence(line, sentence)
            elif line.line.role == "other":
                line.line.role = "intro"

    def _switch(self, line: BodyLine) -> None:
        """A label that names a channel opens it: 支付宝:..."""
        mention = channel_words.label_channel(line.label or "", self._heading_kind())
        if mention is None and self.section.kind in ("plain", "group", "unknown", "steps"):
            mode = mode_of_label(line.label)
            found = [m for m in channel_words.find_channels(line.value or "") if mode in (None, m.mode)]
            mention = found[0] if mode and found else None
        if mention:
            self.channel = self.draft.channel(mention, line.line.text, name=line.label)

    def _sentence(self, line: BodyLine, sentence: str) -> None:
        """A step where a channel is open or named, else a rule or a note."""
        free = self.section.kind in ("plain", "group", "unknown", "steps") and not line.label
        opened = channel_words.opens_channel(sentence) if free else None
        if opened and (self.channel is None or opened.kind != self.channel.kind):
            self.channel = self.draft.channel(opened, sentence)
        if self.channel is None and rules.is_rule(sentence) and not _uses_app(sentence):
            self.draft.rule(line, sentence, None)
            return
        self.channel = self.channel or self._mentioned(sentence)
        if self.channel is None and self.section.kind == "unknown" and not _is_tip(sentence):
            self.draft.rule(line, sentence, self.section.title)
        elif self.channel is None or self._is_aside(line, sentence):
            self.draft.note(line, sentence)
        else:
            self.draft.step(self.channel, line, sentence)

    def _mentioned(self, sentence: str) -> Channel | None:
        """The channel of a doing outside any section, by what the sentence names."""
        if not any(phrase(name).search(sentence) for name in ("step_like", "carry")) and not _uses_app(sentence):
            return None
        mentions = channel_words.find_channels(sentence)
        if mentions:
            return self.draft.channel(mentions[0], sentence)
        channels = self.procedure.channels
        return channels[-1] if channels and self.section.kind == "plain" else None

    def _is_aside(self, line: BodyLine, sentence: str) -> bool:
        """After labelled channels an unlabelled hedge speaks of all of them."""
        return len(self.section.channels) > 1 and not line.label and bool(phrase("limitation").search(sentence))

    # -- sections of their own --------------------------------------------------------------------

    def _material_line(self, line: BodyLine) -> None:
        """Documents; a label before them says for whom they are, unless it is one itself."""
        text, condition = line.text, None
        if line.label and line.value and not parse_materials(line.label):
            text = line.value
            condition = line.label if phrase("for_whom").search(line.label) else None
        if " | " in text and phrase("materials_table").search(text):
            line.line.role = "intro"
            return
        found = [item for sentence in split_sentences(text) for item in parse_materials(sentence)]
        self.draft.materials(line, found, self.section.mode, condition)
        if not found:
            self.draft.note(line, line.line.text)

    def _time_line(self, line: BodyLine) -> None:
        """Lengths of time; opening hours under the same heading are a place's."""
        label = None if line.label and self._names(line.label, "time_limits") else line.label
        text = line.value or line.text
        clauses = [clause for sentence in split_sentences(text) for clause in by_channel(sentence)]
        found = [(clause, parse_time_limit(clause)) for clause in clauses]
        for clause, limit in found:
            self.draft.time_limit(line, limit, mode_of_label(label or clause))
        if not any(limit for _, limit in found):
            self._place_or_note(line, text)

    def _location_line(self, line: BodyLine) -> None:
        text = (line.value or "") if line.label and self._names(line.label, "locations") else line.text
        self._place_or_note(line, text)

    def _where_line(self, line: BodyLine) -> None:
        """去哪办? is answered with an office or with a way to do it."""
        location = parse_location(line.text, line.line.no)
        if location and location.address:
            self.draft.location(line, location)
        else:
            self._doing_line(line)

    def _place_or_note(self, line: BodyLine, text: str) -> None:
        location = parse_location(text, line.line.no)
        if location:
            self.draft.location(line, location)
        else:
            self.draft.note(line, line.line.text)

    def _names(self, label: str, kind: str) -> bool:
        return kind_of_words(clean_heading(label)) == (kind, None)

    def _guide_line(self, line: BodyLine) -> None:
        """事项名称:..., 服务对象:... say what the guide is, not what to do."""
        line.line.role = "definition"

    def _note_line(self, line: BodyLine) -> None:
        """Under a notes heading a line is one note, even with two sentences or a 不得; a waiting time is a rule."""
        if rules.waiting_of(line.text):
            self.draft.rule(line, line.line.text, line.label)
        else:
            self.draft.note(line, line.line.text)

    def _rule_line(self, line: BodyLine) -> None:
        for sentence in split_sentences(line.line.text):
            self.draft.rule(line, sentence, self.section.title)

    def _condition_line(self, line: BodyLine) -> None:
        for sentence in split_sentences(line.line.text):
            self.draft.condition(line, sentence, self.section.title)

    def _coverage_line(self, line: BodyLine) -> None:
        self.draft.coverage(line, self.section.title, self.polarity)

    def _cost_line(self, line: BodyLine) -> None:
        line.line.role = "note"
        self.procedure.costs.append(parse_cost(line.value or line.text, line.line.no))

    def _hotline_line(self, line: BodyLine) -> None:
        """Under a phone heading a bare number is one."""
        found = self.draft.hotlines(line, f"电话:{line.text}", named=False)
        if not found or phrase("asks_to_call").search(line.value or line.text):
            self.draft.note(line, line.line.text)
        else:
            line.line.role = "note"

    def _legal_line(self, line: BodyLine) -> None:
        refs = parse_legal_refs(line.value or line.text, line.line.no)
        self.procedure.legal_refs += refs
        if refs:
            line.line.role = "note"
        else:
            self.draft.note(line, line.line.text)


def _uses_app(sentence: str) -> bool:
    """可以用支付宝缴费: an app and what it does."""
    online = any(mention.mode == "online" for mention in channel_words.find_channels(sentence))
    return online and bool(phrase("uses").search(sentence))


def _is_tip(sentence: str) -> bool:
    """Advice, a hedge or a contact is a note; any other statement is a rule."""
    return any(phrase(name).search(sentence) for name in ("tip", "hedge", "contact", "teaser"))
