"""The time as it is stored: ISO 8601 to the second, always +08:00."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

CHINA = timezone(timedelta(hours=8))
# For tests and rehearsals: so many seconds the clock is ahead (or, negative, behind); or the name of a file that
# says so, for a clock that is set while a command runs.
SHIFT = "ATLAS_CLOCK_SHIFT"


def now() -> datetime:
    """The present moment in China."""
    return datetime.now(CHINA) + timedelta(seconds=_shift(os.environ.get(SHIFT, "")))


def stamp(moment: datetime) -> str:
    """A moment as text, in China's time whatever its own zone is.

    >>> stamp(datetime.fromisoformat("2026-02-04T03:20:57+00:00"))
    '2026-02-04T11:20:57+08:00'
    """
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def _shift(said: str) -> float:
    """What SHIFT says -> seconds."""
    return float((Path(said).read_text() if "/" in said else said) or 0)
