"""A procedure while it is read: leaves go in, each with its line, and the line learns what it was taken for."""

from __future__ import annotations

from itertools import count
from typing import TypeVar

from pipelines.fields import channels as channel_words
from pipelines.fields import coverage, notes, rules
from pipelines.fields.channels import Mention
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import Found, parse_carried
from pipelines.fields.steps import actor_of, role_of, ui_paths
from pipelines.fields.time_limits import Length, parse_time_limits
from pipelines.lines import BodyLine
from pipelines.reasons import Reason, Reasons
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
from pipelines.vocabulary import says

# Set only where no leaf has claimed the line yet.
_UNREAD = "other"

Leaf = TypeVar("Leaf")


class Draft:
    """One procedure; remembers which letters of alternatives are used and why each leaf was made.

    `by` is the slug of a rule in `reading_rules.toml`; `told_by` the heading or label that says how a line is read.
    """

    def __init__(self, procedure: Procedure, reasons: Reasons) -> None:
        self.procedure = procedure
        self.reasons = reasons
        self.told_by: BodyLine | None = None
        self._channels: dict[str, Channel] = {}
        self._called: set[str | None] = set()
        self._papers: dict[tuple[str, Mode | None, str | None], list[tuple[int, str]]] = {}
        self._letters = (chr(ord("A") + n) for n in count())

    def keep(self, leaves: list[Leaf], leaf: Leaf, line: BodyLine, by: str) -> None:
        """Put a leaf among its like, with the rule that made it."""
        leaves.append(leaf)
        self.reasons.note(leaf, Reason(by, line.line.no, self.told_by.line.no if self.told_by else None))

    def channel(self, mention: Mention, text: str, line: BodyLine, by: str, name: str | None = None) -> Channel:
        """The procedure's channel of that kind; a new one where it has none yet or where a heading `name` opens it."""
        kind = channel_words.refine(mention.kind, text)
        if kind in self._channels and name is None:
            return self._channels[kind]
        mode = mention.mode if kind == mention.kind else channel_words.mode_of(kind)
        seq = len(self.procedure.channels) + 1
        channel = Channel(seq, mode, kind, _name(mention, kind, name), channel_words.is_generic(kind, text))
        self.keep(self.procedure.channels, channel, line, by)
        self._channels[kind] = channel
        return channel

    def step(self, channel: Channel, line: BodyLine, sentence: str) -> None:
        """A step of the channel, with the documents it says to carry and the time it says it takes."""
        line.line.role = "step"
        words = sentence.removeprefix(line.marker).removeprefix(f"{line.label}:").strip()
        role = role_of(words)
        steps = channel.steps
        step = Step(len(steps) + 1, sentence, role, actor_of(words, role), ui_paths(words), line.line.no)
        self.keep(steps, step, line, "step-in-channel")
        if role in ("action", "precondition"):
            self.materials(line, parse_carried(words), channel.mode, "document-carried")
        taken = _time_taken(words)
        # What is done at once is done where it is asked for; the agency's days hold whatever the way to it online.
        here = None if channel.mode == "online" and not any(limit.instant for limit, _ in taken) else channel.mode
        self.time_limits(line, [(limit, mode or here) for limit, mode in taken], "time-in-step")

    def rule(self, line: BodyLine, sentence: str, title: str | None, by: str) -> None:
        """A rule, and the waiting time it states in figures."""
        line.line.role = "rule"
        kind, trigger = rules.kind_of(title, sentence, self.procedure.type), rules.trigger_of(sentence)
        self.keep(self.procedure.rules, Rule(kind, title, sentence, trigger, line.line.no), line, by)
        waiting = rules.waiting_of(sentence)
        self.time_limits(line, [(waiting, None)] if waiting else _time_taken(sentence), "time-in-rule")

    def condition(self, line: BodyLine, sentence: str, title: str | None) -> None:
        """A rule on who may, or what they must not do."""
        line.line.role = "rule"
        kind = "prohibition" if rules.kind_of(None, sentence) == "prohibition" else "eligibility"
        rule = Rule(kind, title, sentence, None, line.line.no)
        self.keep(self.procedure.rules, rule, line, "condition-listed")

    def note(self, line: BodyLine, sentence: str, by: str) -> None:
        """A note."""
        self._claim(line, "note")
        found = self.procedure.notes
        note = Note(len(found) + 1, notes.kind_of(sentence), line.label, sentence, line.line.no)
        self.keep(found, note, line, by)

    def coverage(self, line: BodyLine, group: str | None, announced: Polarity) -> None:
        """What is paid for or not, as announced above it or as it says itself."""
        line.line.role = "coverage"
        polarity = coverage.polarity_of_item(line.text, announced)
        group = coverage.group_of(group) if group else None
        items = self.procedure.coverage
        item = CoverageItem(len(items) + 1, group, polarity, line.label, line.line.text, line.line.no)
        self.keep(items, item, line, "coverage-listed")

    def location(self, line: BodyLine, location: Location, by: str) -> None:
        """An office."""
        self._claim(line, "note")
        self.keep(self.procedure.locations, location, line, by)

    def materials(
        self, line: BodyLine, found: list[Found], mode: Mode | None, by: str, condition: str | None = None
    ) -> None:
        """Documents, each once for a way of doing; `condition` is what the line says of all of them."""
        if found:
            self._claim(line, "material")
        letters: dict[int, str] = {}
        for item in found:
            if self._knows(item, mode, item.condition or condition, line):
                continue
            if item.group is not None and item.group not in letters:
                letters[item.group] = next(self._letters)
            material = Material(
                seq=len(self.procedure.materials) + 1,
                name=item.name,
                name_raw=item.name_raw,
                requirement="conditional" if condition and item.requirement == "required" else item.requirement,
                condition=item.condition or condition,
                substitute=item.substitute,
                alternative_group=letters.get(item.group) if item.group is not None else None,
                is_form=item.is_form,
                channel_mode=mode,
                line=line.line.no,
            )
            self.keep(self.procedure.materials, material, line, by)

    def _knows(self, item: Found, mode: Mode | None, condition: str | None, line: BodyLine) -> bool:
        """Whether a document is there already; two names of one kind in one line are two papers: 门诊病历、出院记录."""
        written = self._papers.setdefault((item.name, mode, condition), [])
        if any(no != line.line.no or name == item.name_raw for no, name in written):
            return True
        written.append((line.line.no, item.name_raw))
        return False

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
            self.keep(self.procedure.time_limits, limit, line, by)

    def hotlines(self, line: BodyLine, text: str, by: str, *, named: bool) -> bool:
        """Phone numbers, each once, and where `named` a line without number; whether the text has any."""
        found = parse_hotlines(text)
        if not found:
            return False
        numbers = [one for one in found if one.number or named]
        for one in numbers:
            called = one.number or one.name
            if called not in self._called:
                self._called.add(called)
                hotline = Hotline(one.number, one.name, one.owner, one.medical, line.line.no)
                self.keep(self.procedure.hotlines, hotline, line, by)
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
