"""A procedure while it is read: leaves go in, each with its line, and the line learns what it was taken for."""

from __future__ import annotations

from itertools import count

from pipelines.fields import channels as channel_words
from pipelines.fields import coverage, notes, rules
from pipelines.fields.channels import Mention
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import Found, parse_carried
from pipelines.fields.steps import actor_of, role_of, ui_paths
from pipelines.fields.time_limits import Length, parse_time_limit
from pipelines.lines import BodyLine
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

# Set only where no leaf has claimed the line yet.
_UNREAD = "other"


class Draft:
    """One procedure; remembers which letters of alternatives are used."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self._letters = (chr(ord("A") + n) for n in count())

    def channel(self, mention: Mention, text: str, name: str | None = None) -> Channel:
        """The procedure's channel of that kind; a new one where it has none yet or where a heading `name` opens it."""
        kind = channel_words.refine(mention.kind, text)
        known = [channel for channel in self.procedure.channels if channel.kind == kind]
        if known and name is None:
            return known[-1]
        mode = mention.mode if kind == mention.kind else channel_words.mode_of(kind)
        seq = len(self.procedure.channels) + 1
        channel = Channel(seq, mode, kind, _name(mention, kind, name), channel_words.is_generic(kind, text))
        self.procedure.channels.append(channel)
        return channel

    def step(self, channel: Channel, line: BodyLine, sentence: str) -> None:
        """A step of the channel, with the documents it says to carry and the time it says it takes."""
        line.line.role = "step"
        words = sentence.removeprefix(f"{line.marker}{line.label}:").strip() if line.label else sentence
        role = role_of(words)
        steps = channel.steps
        steps.append(Step(len(steps) + 1, sentence, role, actor_of(words, role), ui_paths(words), line.line.no))
        if role != "note":
            self.materials(line, parse_carried(words), channel.mode)
        taken = _time_taken(words)
        # What is done at once is done where it is asked for; days are the agency's, whatever the way there.
        self.time_limit(line, taken, channel.mode if taken and taken.instant else None)

    def rule(self, line: BodyLine, sentence: str, title: str | None) -> None:
        """A rule, and the waiting time it states in figures."""
        line.line.role = "rule"
        kind, trigger = rules.kind_of(title, sentence), rules.trigger_of(sentence)
        self.procedure.rules.append(Rule(kind, title, sentence, trigger, line.line.no))
        self.time_limit(line, rules.waiting_of(sentence) or _time_taken(sentence), None)

    def condition(self, line: BodyLine, sentence: str, title: str | None) -> None:
        """A rule on who may, whatever its words."""
        line.line.role = "rule"
        self.procedure.rules.append(Rule("eligibility", title, sentence, None, line.line.no))

    def note(self, line: BodyLine, sentence: str) -> None:
        """A note."""
        self._claim(line, "note")
        found = self.procedure.notes
        found.append(Note(len(found) + 1, notes.kind_of(sentence), line.label, sentence, line.line.no))

    def coverage(self, line: BodyLine, group: str | None, announced: Polarity) -> None:
        """What is paid for or not, as announced above it or as it says itself."""
        line.line.role = "coverage"
        polarity = coverage.polarity_of_item(line.text, announced)
        group = coverage.group_of(group) if group else None
        items = self.procedure.coverage
        items.append(CoverageItem(len(items) + 1, group, polarity, line.label, line.line.text, line.line.no))

    def location(self, line: BodyLine, location: Location) -> None:
        """An office."""
        self._claim(line, "note")
        self.procedure.locations.append(location)

    def materials(self, line: BodyLine, found: list[Found], mode: Mode | None, condition: str | None = None) -> None:
        """Documents, each once for a way of doing; `condition` is what the line says of all of them."""
        if found:
            self._claim(line, "material")
        letters: dict[int, str] = {}
        for item in found:
            if any(item.name == known.name and mode == known.channel_mode for known in self.procedure.materials):
                continue
            if item.group is not None and item.group not in letters:
                letters[item.group] = next(self._letters)
            self.procedure.materials.append(
                Material(
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
            )

    def time_limit(self, line: BodyLine, found: Length | None, mode: Mode | None) -> None:
        """A length of time, where one was found."""
        if found is None:
            return
        self._claim(line, "time_limit")
        self.procedure.time_limits.append(
            TimeLimit(
                kind=found.kind,
                channel_mode=mode,
                instant=found.instant,
                min=found.min,
                max=found.max,
                unit=found.unit,
                start_event=found.start_event,
                text=found.text,
                line=line.line.no,
            )
        )

    def hotlines(self, line: BodyLine, text: str, *, named: bool) -> bool:
        """Phone numbers, each once, and where `named` a line without number; whether the text has any."""
        numbers = [one for one in parse_hotlines(text) if one.number or named]
        known = {one.number or one.name for one in self.procedure.hotlines}
        for one in numbers:
            if (one.number or one.name) not in known:
                hotline = Hotline(one.number, one.name, one.owner, one.medical, line.line.no)
                self.procedure.hotlines.append(hotline)
        return bool(numbers)

    def _claim(self, line: BodyLine, role: str) -> None:
        if line.line.role == _UNREAD:
            line.line.role = role


def _time_taken(sentence: str) -> Length | None:
    """How long the sentence says the doing takes."""
    return parse_time_limit(sentence) if phrase("takes_time").search(sentence) else None


def _name(mention: Mention, kind: str, heading: str | None) -> str | None:
    if kind == "other":
        return heading or mention.name or None
    return mention.name or channel_words.name_of(kind)
