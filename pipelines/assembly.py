"""The readings of its sections to one procedure: leaves are counted, and what is said again is kept once."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TypeVar

from pipelines.findings import Finding, Reading
from pipelines.reasons import Reason, Reasons
from pipelines.record import (
    Channel,
    Cost,
    CoverageItem,
    Hotline,
    LegalRef,
    Line,
    Location,
    Material,
    Mode,
    Note,
    Procedure,
    Rule,
    Step,
    TimeLimit,
)

Leaf = TypeVar("Leaf")


class Assembly:
    """One procedure; knows which channels, documents and numbers it has and which letters of alternatives are used."""

    def __init__(self, procedure: Procedure, reasons: Reasons | None) -> None:
        self.procedure = procedure
        self.reasons = reasons
        self.open: Channel | None = None
        self._channels: dict[str, Channel] = {}
        self._called: set[str | None] = set()
        self._papers: dict[tuple[str, Mode | None, str | None], list[tuple[int, str]]] = {}
        self._letters = (chr(ord("A") + n) for n in count())
        self._groups: dict[str, str] = {}
        # The channels of the section in hand by their number in it.
        self._opened: list[Channel | None] = []

    def add(self, reading: Reading, lines: list[Line]) -> None:
        """Add a section: its reading and its lines in; the lines get their roles."""
        for line, role in zip(lines, reading.roles, strict=True):
            line.role = role
        self._groups = {}
        self._opened = [self.open]
        for finding in reading.findings:
            leaf = self._put(finding, lines[finding.line].no)
            if leaf is not None and self.reasons is not None:
                told_by = None if finding.told_by is None else lines[finding.told_by].no
                self.reasons.note(leaf, Reason(finding.by, lines[finding.line].no, told_by))
        self.open = None if reading.channel is None else self._opened[reading.channel]

    def _put(self, finding: Finding, no: int) -> object | None:
        """Put a copy of a leaf among its like, on that line; None where it is there already."""
        has = self.procedure
        match finding.leaf:
            case Step() as leaf:
                return self._step(leaf, self._opened[finding.channel], no)
            case Channel() as leaf:
                return self._channel(leaf, anew=finding.anew)
            case Material() as leaf:
                return self._material(leaf, no)
            case Rule() as leaf:
                return _kept(has.rules, Rule(leaf.kind, leaf.title, leaf.text, leaf.trigger, no))
            case Note() as leaf:
                return _kept(has.notes, Note(len(has.notes) + 1, leaf.kind, leaf.label, leaf.text, no))
            case TimeLimit() as leaf:
                return _kept(has.time_limits, replace(leaf, line=no))
            case CoverageItem() as leaf:
                return _kept(has.coverage, replace(leaf, seq=len(has.coverage) + 1, line=no))
            case Hotline() as leaf:
                return self._hotline(leaf, no)
            case Cost() as leaf:
                return _kept(has.costs, replace(leaf, line=no))
            case Location() as leaf:
                return _kept(has.locations, replace(leaf, line=no))
            case LegalRef() as leaf:
                return _kept(has.legal_refs, replace(leaf, line=no))

    def _channel(self, leaf: Channel, *, anew: bool) -> Channel | None:
        """Each kind of channel once, but where a heading opens another one of its kind."""
        known = self._channels.get(leaf.kind)
        if known and not anew:
            self._opened.append(known)
            return None
        seq = len(self.procedure.channels) + 1
        channel = Channel(seq, leaf.mode, leaf.kind, leaf.name, leaf.is_generic)
        self._channels[leaf.kind] = channel
        self._opened.append(channel)
        return _kept(self.procedure.channels, channel)

    def _step(self, leaf: Step, channel: Channel | None, no: int) -> Step:
        assert channel, "a step without a channel"
        steps = channel.steps
        return _kept(steps, Step(len(steps) + 1, leaf.text, leaf.role, leaf.actor, [*leaf.ui_paths], no))

    def _material(self, leaf: Material, no: int) -> Material | None:
        """Each document once for a way of doing; alternatives share a letter that no other group of them has."""
        if self._knows(leaf, no):
            return None
        group, materials = leaf.alternative_group, self.procedure.materials
        if group is not None and group not in self._groups:
            self._groups[group] = next(self._letters)
        material = Material(
            len(materials) + 1,
            leaf.name,
            leaf.name_raw,
            leaf.requirement,
            leaf.condition,
            leaf.substitute,
            self._groups[group] if group else None,
            leaf.is_form,
            leaf.channel_mode,
            no,
        )
        return _kept(materials, material)

    def _knows(self, leaf: Material, no: int) -> bool:
        """Whether a document is there already; two names of one kind in one line are two papers: 门诊病历、出院记录."""
        written = self._papers.setdefault((leaf.name, leaf.channel_mode, leaf.condition), [])
        if any(line != no or name == leaf.name_raw for line, name in written):
            return True
        written.append((no, leaf.name_raw))
        return False

    def _hotline(self, leaf: Hotline, no: int) -> Hotline | None:
        """Each number, or name without one, once."""
        called = leaf.number or leaf.name
        if called in self._called:
            return None
        self._called.add(called)
        return _kept(self.procedure.hotlines, replace(leaf, line=no))


def _kept(leaves: list[Leaf], leaf: Leaf) -> Leaf:
    leaves.append(leaf)
    return leaf
