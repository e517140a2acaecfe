"""What is found in one section, whatever stands around it: the same section is found to say the same everywhere."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.fields.channels import Mention
from pipelines.record import (
    Channel,
    Cost,
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

Leaf = Channel | Step | Material | TimeLimit | Rule | Hotline | CoverageItem | Note | Cost | Location | LegalRef


class Before(NamedTuple):
    """What the reading of a section hangs on beside its own lines.

    The `type` of the procedure, the channels `named` in its heading, what lists of the fund's are `announced` to hold,
    there and by the sections before (`polarity`), mode and kind of the channel that is still open, and whether it goes
    on by itself or only where a line taps and names none (`lent`).
    """

    type: str
    named: tuple[Mention, ...]
    announced: Polarity
    polarity: Polarity
    channel: tuple[Mode, str] | None = None
    lent: bool = False


class Finding(NamedTuple):
    """A leaf, the place of its line in the section, the rule that made it, the line that says how its own is read.

    `channel` is the number of the channel that a step belongs to, 0 for the one open before the section. A channel
    that is `anew` is one of its own though the procedure has one of its kind.
    """

    leaf: Leaf
    line: int
    by: str
    told_by: int | None
    channel: int = 0
    anew: bool = False


class Reading(NamedTuple):
    """A section read: findings in order, the role of each line, and what is open after it (see `Finding.channel`)."""

    findings: tuple[Finding, ...]
    roles: tuple[str, ...]
    channel: int | None
    polarity: Polarity
