"""The outline of one procedure to its record: each section is read by what it is, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from pipelines.fields import channels as channel_words
from pipelines.fields import coverage, notes, rules
from pipelines.fields.channels import Mention
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import Found, parse_carried, parse_materials
from pipelines.fields.particulars import parse_cost, parse_legal_refs, parse_location
from pipelines.fields.steps import actor_of, role_of, ui_paths
from pipelines.fields.time_limits import Length, by_channel, mode_of_label, parse_time_limit
from pipelines.lines import BodyLine, split_sentences
from pipelines.outline import Part, Section, clean_heading, kind_of_words
from pipelines.record import (
    Channel,
    CoverageItem,
    Hotline,
    Location,
    Material,
    Mode,
    Note,
    Polarity,
    Procedure,
    Rule,
    Step,
    TimeLimit,
)
from pipelines.vocabulary import phrase

# A sentence of a channel that tells nobody to do anything is still a step of it, with the role `note`.
_PLAIN_KINDS = frozenset({"plain", "group", "channel", "unknown"})


def read_procedure(part: Part, seq: int, parent_seq: int | None, region_code: str | None) -> Procedure:
    """The outline of a procedure in, its record out; sets the role of every line it reads.

    `region_code` is what the procedure's heading or, failing that, the article says.
    """
    heading = part.heading.line
    procedure = Procedure(seq, parent_seq, part.type, heading.text, heading.no, region_code)
    _Reader(procedure).read(part.sections)
    return procedure


class _Reader:
    """Fills one procedure; remembers the channel that is open and the letters of alternatives used."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.channel: Channel | None = None
        self.polarity: Polarity = "included"
        self.groups = (chr(ord("A") + n) for n in count())
        self.by_kind: dict[str, Callable[[Section, BodyLine], None]] = {
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
        }

    def read(self, sections: list[Section]) -> None:
        for section in sections:
            self._open(section)
            for line in section.lines:
                self._read_line(section, line)

    # -- sections ---------------------------------------------------------------------------------

    def _open(self, section: Section) -> None:
        if section.heading:
            section.heading.line.role = "intro" if section.heading.form == "intro" else "heading"
        self.channel = None
        if self.procedure.type == "reimbursement-scope" and section.kind in ("plain", "unknown"):
            section.kind = "coverage"
        if section.kind == "coverage" and section.heading:
            self.polarity = coverage.polarity_of_intro(section.title or "") or "included"
        if section.kind in ("channel", "group", "unknown"):
            self._open_channel(section)

    def _open_channel(self, section: Section) -> None:
        """One channel for the section, unless its lines are labelled with channels of their own."""
        if self._begins_with_label(section) or (not section.lines and not section.channels):
            return
        mention = section.channels[0] if section.channels else self._inferred(section)
        if mention:
            text = (section.title or "") + "".join(line.text for line in section.lines)
            self.channel = self._channel(mention, text, name=section.title if section.channels else None)

    def _begins_with_label(self, section: Section) -> bool:
        first = next((line for line in section.lines if line.form not in ("filler", "intro")), None)
        return bool(first and first.label and channel_words.label_channel(first.label, _first_kind(section)))

    def _inferred(self, section: Section) -> Mention | None:
        """What a section without a channel in its heading names first in its lines."""
        doing = phrase("action" if section.kind == "group" else "step_like")
        if not any(doing.search(line.text) for line in section.lines):
            return None
        named = [mention for line in section.lines for mention in channel_words.find_channels(line.text)]
        fitting = [mention for mention in named if section.mode in (None, mention.mode)]
        if fitting or (named and section.kind == "unknown"):
            return (fitting or named)[0]
        return Mention("other", section.mode or "other", section.title or "", 0)

    def _channel(self, mention: Mention, text: str, name: str | None = None) -> Channel:
        """The procedure's channel of that kind, a new one where it has none yet or this one has a heading."""
        kind = channel_words.refine(mention.kind, text)
        mode = mention.mode if kind == mention.kind else channel_words.mode_of(kind)
        known = [channel for channel in self.procedure.channels if channel.kind == kind]
        if known and name is None:
            return known[-1]
        channel = Channel(
            len(self.procedure.channels) + 1,
            mode,
            kind,
            _channel_name(mention, kind, name),
            channel_words.is_generic(kind, text),
        )
        self.procedure.channels.append(channel)
        return channel

    # -- lines ------------------------------------------------------------------------------------

    def _read_line(self, section: Section, line: BodyLine) -> None:
        if line.form in ("filler", "intro"):
            line.line.role = line.form
            if section.kind == "coverage":
                self.polarity = coverage.polarity_of_intro(line.text) or self.polarity
            return
        if phrase("definition").search(line.text) and section.kind in _PLAIN_KINDS and self.channel is None:
            line.line.role = "definition"
            return
        typed = self._typed_label(section, line)
        if typed:
            typed(section, line)
        else:
            self.by_kind.get(section.kind, self._plain_line)(section, line)
        self._numbers(line)

    def _typed_label(self, section: Section, line: BodyLine) -> Callable[[Section, BodyLine], None] | None:
        """所需材料:..., 办理时限:... on one line read as that section would."""
        if not line.label or section.kind in ("time_limits", "materials", "notes", "coverage"):
            return None
        known = kind_of_words(clean_heading(line.label))
        reader = self.by_kind.get(known[0]) if known else None
        return None if known and known[0] in ("notes", "rule") else reader

    def _plain_line(self, section: Section, line: BodyLine) -> None:
        """Steps of a channel; outside any channel also rules and notes."""
        if line.label:
            self._switch(section, line)
        for sentence in split_sentences(line.line.text):
            self._sentence(section, line, sentence)

    def _switch(self, section: Section, line: BodyLine) -> None:
        """A label that names a channel opens it: 支付宝:..."""
        mention = channel_words.label_channel(line.label or "", _first_kind(section))
        if mention is None and section.kind in ("plain", "group"):
            mode = mode_of_label(line.label)
            found = [m for m in channel_words.find_channels(line.value or "") if mode in (None, m.mode)]
            mention = found[0] if mode and found else None
        if mention:
            kind = channel_words.refine(mention.kind, line.line.text)
            named = Mention(kind, channel_words.mode_of(kind), mention.name, 0, mention.region_code)
            self.channel = self._channel(named, line.line.text, name=line.label)

    def _sentence(self, section: Section, line: BodyLine, sentence: str) -> None:
        opened = channel_words.opens_channel(sentence) if self._may_switch(section, line) else None
        if opened and (self.channel is None or opened.kind != self.channel.kind):
            self.channel = self._channel(opened, sentence)
        if self.channel is None and rules.is_rule(sentence):
            return self._rule(line, sentence, None)
        if self.channel is None:
            self.channel = self._mentioned(section, sentence)
        if self.channel is None:
            return self._note(line, sentence, None)
        if section.kind in ("channel", "unknown") and self._is_aside(section, line, sentence):
            return self._note(line, sentence, None)
        return self._step(line, sentence)

    def _may_switch(self, section: Section, line: BodyLine) -> bool:
        return section.kind in ("plain", "group") and not line.label

    def _mentioned(self, section: Section, sentence: str) -> Channel | None:
        """The channel of a doing outside any section, by what the sentence names."""
        if not phrase("step_like").search(sentence):
            return None
        mentions = channel_words.find_channels(sentence)
        if mentions:
            return self._channel(mentions[0], sentence)
        return self.procedure.channels[-1] if self.procedure.channels and section.kind == "plain" else None

    def _is_aside(self, section: Section, line: BodyLine, sentence: str) -> bool:
        """After labelled channels an unlabelled hedge speaks of all of them."""
        several = len(section.channels) > 1
        return several and not line.label and bool(phrase("limitation").search(sentence))

    def _step(self, line: BodyLine, sentence: str) -> None:
        assert self.channel is not None
        line.line.role = "step"
        words = sentence if not line.label else sentence.removeprefix(f"{line.marker}{line.label}:").strip()
        role = role_of(words)
        steps = self.channel.steps
        steps.append(Step(len(steps) + 1, sentence, role, actor_of(words, role), ui_paths(words), line.line.no))
        if role != "note":
            self._materials(line, parse_carried(words), self.channel.mode)
            self._limit(
                line,
                parse_time_limit(words) if phrase("takes_time").search(words) else None,
                self.channel.mode,
            )

    def _material_line(self, section: Section, line: BodyLine) -> None:
        text = line.text
        if line.label and not parse_materials(line.label):
            condition = line.label if phrase("for_whom").search(line.label) else None
            text = f"{line.value}"
        else:
            condition = None
        found = [item for sentence in split_sentences(text) for item in parse_materials(sentence)]
        if found:
            line.line.role = "material"
            self._materials(line, found, section.mode, condition)
        else:
            self._note(line, line.line.text, line.label)

    def _time_line(self, section: Section, line: BodyLine) -> None:
        label = None if line.label and kind_of_words(clean_heading(line.label)) == ("time_limits", None) else line.label
        text = line.value if line.label and line.value else line.text
        read = False
        for clause in (part for sentence in split_sentences(text) for part in by_channel(sentence)):
            limit = parse_time_limit(clause)
            mode = mode_of_label(label or clause)
            self._limit(line, limit, mode)
            read = read or limit is not None
        location = None if read else parse_location(text, line.line.no)
        if location:
            self._located(line, location)
        elif not read:
            self._note(line, line.line.text, line.label)
        del section

    def _note_line(self, section: Section, line: BodyLine) -> None:
        """Under a notes heading a line is one note, even with two sentences or a 不得."""
        limit = rules.waiting_of(line.text)
        if limit:
            self._rule(line, line.line.text, line.label)
        else:
            self._note(line, line.line.text, line.label)
        del section

    def _rule_line(self, section: Section, line: BodyLine) -> None:
        for sentence in split_sentences(line.line.text):
            self._rule(line, sentence, section.title)

    def _condition_line(self, section: Section, line: BodyLine) -> None:
        line.line.role = "rule"
        for sentence in split_sentences(line.line.text):
            self.procedure.rules.append(Rule("eligibility", section.title, sentence, None, line.line.no))

    def _coverage_line(self, section: Section, line: BodyLine) -> None:
        line.line.role = "coverage"
        items = self.procedure.coverage
        items.append(
            CoverageItem(
                len(items) + 1,
                coverage.group_of(section.title) if section.title else None,
                coverage.polarity_of_item(line.text, self.polarity),
                line.label,
                line.line.text,
                line.line.no,
            )
        )

    def _cost_line(self, section: Section, line: BodyLine) -> None:
        line.line.role = "other" if not line.text else "note"
        self.procedure.costs.append(parse_cost(line.value or line.text, line.line.no))
        del section

    def _location_line(self, section: Section, line: BodyLine) -> None:
        known = line.label and kind_of_words(clean_heading(line.label))
        location = parse_location((line.value or "") if known else line.text, line.line.no)
        if location:
            self._located(line, location)
        else:
            self._time_line(section, line)

    def _located(self, line: BodyLine, location: Location) -> None:
        line.line.role = "note"
        self.procedure.locations.append(location)

    def _hotline_line(self, section: Section, line: BodyLine) -> None:
        """The number itself is read from every line; here the line counts as read by it."""
        if parse_hotlines(f"电话:{line.text}"):
            line.line.role = "note"
            self._numbers(line, f"电话:{line.text}")
        else:
            self._note(line, line.line.text, line.label)
        del section

    def _legal_line(self, section: Section, line: BodyLine) -> None:
        refs = parse_legal_refs(line.value or line.text, line.line.no)
        if refs:
            line.line.role = "note"
            self.procedure.legal_refs += refs
        else:
            self._note(line, line.line.text, line.label)
        del section

    # -- leaves -----------------------------------------------------------------------------------

    def _rule(self, line: BodyLine, sentence: str, title: str | None) -> None:
        line.line.role = "rule"
        self.procedure.rules.append(
            Rule(rules.kind_of(title, sentence), title, sentence, rules.trigger_of(sentence), line.line.no)
        )
        self._limit(line, rules.waiting_of(sentence), None)

    def _note(self, line: BodyLine, sentence: str, label: str | None) -> None:
        if line.line.role == "other":
            line.line.role = "note"
        found = self.procedure.notes
        found.append(Note(len(found) + 1, notes.kind_of(sentence), label, sentence, line.line.no))

    def _materials(self, line: BodyLine, found: list[Found], mode: Mode | None, condition: str | None = None) -> None:
        letters: dict[int, str] = {}
        have = {(item.name, item.channel_mode) for item in self.procedure.materials}
        for item in found:
            if (item.name, mode) in have:
                continue
            if item.group is not None:
                letters.setdefault(item.group, "") or letters.update({item.group: next(self.groups)})
            known = self.procedure.materials
            known.append(
                Material(
                    len(known) + 1,
                    item.name,
                    item.name_raw,
                    "conditional" if condition and item.requirement == "required" else item.requirement,
                    item.condition or condition,
                    item.substitute,
                    letters.get(item.group) if item.group is not None else None,
                    item.is_form,
                    mode,
                    line.line.no,
                )
            )

    def _limit(self, line: BodyLine, found: Length | None, mode: Mode | None) -> None:
        if found is None:
            return
        if line.line.role == "other":
            line.line.role = "time_limit"
        self.procedure.time_limits.append(
            TimeLimit(
                found.kind,
                mode,
                found.instant,
                found.min,
                found.max,
                found.unit,
                found.start_event,
                found.text,
                line.line.no,
            )
        )

    def _numbers(self, line: BodyLine, text: str | None = None) -> None:
        """Phone numbers of any line, each once; a named line without number only where one is dialled."""
        known = {(one.number, one.name if one.number is None else None) for one in self.procedure.hotlines}
        for found in parse_hotlines(text or line.text):
            if found.number is None and not (self.channel and self.channel.mode == "phone"):
                continue
            if (found.number, found.name if found.number is None else None) not in known:
                self.procedure.hotlines.append(
                    Hotline(found.number, found.name, found.owner, found.medical, line.line.no)
                )


def _first_kind(section: Section) -> str | None:
    return section.channels[0].kind if section.channels else None


def _channel_name(mention: Mention, kind: str, heading: str | None) -> str | None:
    if kind == "other":
        return heading or mention.name or None
    return mention.name or channel_words.name_of(kind)
