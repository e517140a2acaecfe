"""A section while it is read: leaves go in, each with its line, and the line learns what it was taken for."""

from __future__ import annotations

from itertools import count

from pipelines.fields import channels as channel_words
from pipelines.fields import coverage, notes, rules
from pipelines.fields.channels import Mention
from pipelines.fields.documents import Found
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import parse_carried
from pipelines.fields.particulars import fees_in, laws_with_number, place_in_passing
from pipelines.fields.steps import actor_of, role_of, ui_paths
from pipelines.fields.time_limits import Length, parse_time_limits
from pipelines.findings import Finding, Leaf
from pipelines.lines import BodyLine
from pipelines.record import (
    Channel,
    CoverageItem,
    Hotline,
    LegalRef,
    Location,
    Material,
    Mode,
    Note,
    Polarity,
    Rule,
    Step,
    TimeLimit,
)
from pipelines.vocabulary import says

# Set only where no leaf has claimed the line yet.
_UNREAD = "other"
# Where a sum that a person has to pay is a contribution.
_PAID_FOR = frozenset({"premium-standard", "online-payment", "enrollment"})
# The number of a leaf among its like is known when the sections are put together.
_UNCOUNTED = 0


class Draft:
    """What is found in one section of a procedure of some type.

    `by` is the slug of a rule in `reading_rules.toml`; `told_by` the heading or label that says how a line is read.
    """

    def __init__(self, procedure_type: str) -> None:
        self.findings: list[Finding] = []
        self.channels: list[Channel] = []
        self.told_by: BodyLine | None = None
        self._type = procedure_type
        self._by_kind: dict[str, Channel] = {}
        self._groups = count()

    def keep(self, leaf: Leaf, line: BodyLine, by: str, channel: int = 0, *, anew: bool = False) -> None:
        """Take down a leaf with the rule that made it; for `channel` and `anew` see Finding."""
        told_by = self.told_by.line.no if self.told_by else None
        self.findings.append(Finding(leaf, line.line.no, by, told_by, channel, anew))

    def channel(self, mention: Mention, text: str, line: BodyLine, by: str, name: str | None = None) -> Channel:
        """The section's channel of that kind; a new one where it has none yet or where a heading `name` opens it."""
        kind = channel_words.refine(mention.kind, text)
        if kind in self._by_kind and name is None:
            return self._by_kind[kind]
        mode = mention.mode if kind == mention.kind else channel_words.mode_of(kind)
        seq = len(self.channels) + 1
        channel = Channel(seq, mode, kind, _name(mention, kind, name), channel_words.is_generic(kind, text))
        self.keep(channel, line, by, anew=name is not None)
        self.channels.append(channel)
        self._by_kind[kind] = channel
        return channel

    def step(self, channel: Channel, line: BodyLine, sentence: str) -> None:
        """A step of the channel, with the documents it says to carry and the time it says it takes."""
        line.line.role = "step"
        words = sentence.removeprefix(line.marker).removeprefix(f"{line.label}:").strip()
        role = role_of(words)
        step = Step(_UNCOUNTED, sentence, role, actor_of(words, role), ui_paths(words), line.line.no)
        self.keep(step, line, "step-in-channel", channel.seq)
        if role in ("action", "precondition"):
            self.materials(line, parse_carried(words), channel.mode, "document-carried")
        taken = _time_taken(words)
        place = place_in_passing(words, line.line.no) if channel.mode == "offline" else None
        if place:
            self.location(line, place, "place-in-step")
        self.fees(line, words)
        # What is done at once is done where it is asked for; the agency's days hold whatever the way to it online.
        here = None if channel.mode == "online" and not any(limit.instant for limit, _ in taken) else channel.mode
        self.time_limits(line, [(limit, mode or here) for limit, mode in taken], "time-in-step")

    def rule(self, line: BodyLine, sentence: str, title: str | None, by: str) -> None:
        """A rule, and the waiting time it states in figures."""
        line.line.role = "rule"
        kind, trigger = rules.kind_of(title, sentence, self._type), rules.trigger_of(sentence)
        self.keep(Rule(kind, title, sentence, trigger, line.line.no), line, by)
        self.fees(line, sentence)
        waiting = rules.waiting_of(sentence)
        self.time_limits(line, [(waiting, None)] if waiting else _time_taken(sentence), "time-in-rule")

    def fees(self, line: BodyLine, sentence: str) -> None:
        """What somebody pays, said in passing."""
        for fee in fees_in(sentence, line.line.no) if self._type in _PAID_FOR else []:
            self.keep(fee, line, "fee-in-passing")

    def condition(self, line: BodyLine, sentence: str, title: str | None) -> None:
        """A rule on who may, or what they must not do."""
        line.line.role = "rule"
        kind = "prohibition" if rules.kind_of(None, sentence) == "prohibition" else "eligibility"
        self.keep(Rule(kind, title, sentence, None, line.line.no), line, "condition-listed")

    def note(self, line: BodyLine, sentence: str, by: str) -> None:
        """A note."""
        self._claim(line, "note")
        self.keep(Note(_UNCOUNTED, notes.kind_of(sentence), line.label, sentence, line.line.no), line, by)

    def coverage(self, line: BodyLine, group: str | None, announced: Polarity) -> None:
        """What is paid for or not, as announced above it or as it says itself."""
        line.line.role = "coverage"
        polarity = coverage.polarity_of_item(line.text, announced)
        group = coverage.group_of(group) if group else None
        item = CoverageItem(_UNCOUNTED, group, polarity, line.label, line.whole, line.line.no)
        self.keep(item, line, "coverage-listed")

    def location(self, line: BodyLine, location: Location, by: str) -> None:
        """An office."""
        self._claim(line, "note")
        self.keep(location, line, by)

    def materials(
        self, line: BodyLine, found: list[Found], mode: Mode | None, by: str, condition: str | None = None
    ) -> None:
        """Documents; `condition` is what the line says of all of them."""
        if found:
            self._claim(line, "material")
        groups: dict[int | None, str | None] = {None: None}
        for item in found:
            if item.group not in groups:
                groups[item.group] = str(next(self._groups))
            material = Material(
                seq=_UNCOUNTED,
                name=item.name,
                name_raw=item.name_raw,
                requirement="conditional" if condition and item.requirement == "required" else item.requirement,
                condition=item.condition or condition,
                substitute=item.substitute,
                alternative_group=groups[item.group],
                is_form=item.is_form,
                channel_mode=mode,
                line=line.line.no,
            )
            self.keep(material, line, by)

    def time_limits(self, line: BodyLine, found: list[tuple[Length, Mode | None]], by: str) -> None:
        """Lengths of time, each with the way of doing it holds for."""
        for length, mode in found:
            self._claim(line, "time_limit")
            limit = TimeLimit(
                kind=length.kind,
                channel_mode=mode,
                instant=length.instant,
                min=length.min,
                max=length.max,
                unit=length.unit,
                start_event=length.start_event,
                text=length.text,
                line=line.line.no,
            )
            self.keep(limit, line, by)

    def numbers_of(self, line: BodyLine, text: str, name: str | None) -> None:
        """The phone numbers of a cell, with the name that its row has."""
        for one in parse_hotlines(f"电话:{text}"):
            self.keep(
                Hotline(one.number, one.name or name, one.owner, one.medical, line.line.no), line, "cell-of-table"
            )

    def laws(self, line: BodyLine) -> None:
        """The documents a line cites by title and number, unless the line is read for them."""
        for ref in laws_with_number(line.text, line.line.no):
            if not any(isinstance(one.leaf, LegalRef) and one.line == line.line.no for one in self.findings):
                self.keep(ref, line, "law-in-line")

    def hotlines(self, line: BodyLine, text: str, by: str, *, named: bool) -> bool:
        """Phone numbers, and where `named` a line without number; whether the text has any."""
        found = parse_hotlines(text)
        if not found:
            return False
        numbers = [one for one in found if one.number or named]
        for one in numbers:
            self.keep(Hotline(one.number, one.name, one.owner, one.medical, line.line.no), line, by)
        return bool(numbers)

    def _claim(self, line: BodyLine, role: str) -> None:
        if line.line.role == _UNREAD:
            line.line.role = role


def _time_taken(sentence: str) -> list[tuple[Length, Mode | None]]:
    """How long the sentence says the doing takes."""
    return parse_time_limits(sentence) if says("takes_time", sentence) else []


def _name(mention: Mention, kind: str, heading: str | None) -> str | None:
    if kind == "other":
        return heading or mention.name or None
    return mention.name or channel_words.name_of(kind)
