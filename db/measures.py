"""How the articles of a site look at the end of a run: numbers that are compared with bounds and with earlier runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlite_utils import Database

from db.clock import stamp

Measures = dict[str, float | None]

# The shares are of at least so many articles, the last read; fewer swing too much to be compared.
WINDOW = 50
DAYS = 7
# The reason of a run that reads the archive again: new rules may have changed any record.
REPLAY = "replay"
DIGITS = 4
_READ = ("new", "changed", "unchanged")


def measure(db: Database, run: dict[str, Any], counts: dict[str, int], moment: datetime) -> Measures:
    """Measures of the site whose run ends at `moment` with these counts; None where there is nothing to measure."""
    sql = files("db").joinpath("measures.sql").read_text(encoding="utf-8")
    days = {"first_day": stamp(moment - timedelta(days=DAYS - 1))[:10], "today": stamp(moment)[:10]}
    which = {"site": run["site"], "run_id": run["id"], "window": WINDOW, "whole": run["reason"] == REPLAY}
    found = next(db.query(sql, {**which, **days}))
    found["failed"] = failed_share(counts)
    return {name: None if value is None else round(value, DIGITS) for name, value in found.items()}


def failed_share(counts: dict[str, int]) -> float | None:
    """The share of failures in what a run asked for, dead links apart.

    >>> failed_share({"new": 6, "unchanged": 2, "failed": 2, "dead": 90})
    0.2
    """
    failed = counts.get("failed", 0)
    asked = failed + sum(counts.get(name, 0) for name in _READ)
    return failed / asked if asked else None
