"""The host table of crawl.db: how often each host was asked today, and until when it wants to be left alone.

It outlasts the run: a crawl that is killed and started again asks no more a day than one that was not.
Each function runs in its caller's transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from db.clock import CHINA, stamp

# No host is left alone for longer: a time beyond it was written while the clock was wrong.
LONGEST_QUIET = timedelta(days=1)


def count_request(db: Database, host: str, moment: datetime) -> int:
    """One more request -> how many the host has had today."""
    db.execute(
        "INSERT INTO host (name, day, requests) VALUES (:name, :day, 1) ON CONFLICT (name) DO UPDATE SET"
        " requests = CASE day WHEN excluded.day THEN requests ELSE 0 END + 1, day = excluded.day",
        {"name": host, "day": _day(moment)},
    )
    found = db.execute("SELECT requests FROM host WHERE name = ?", [host]).fetchone()
    return int(found[0])


def keep_quiet(db: Database, host: str, until: datetime, reason: str, moment: datetime) -> None:
    """Note that the host is not to be asked before `until`, and why."""
    until = min(until, moment + LONGEST_QUIET)
    db.execute(
        "INSERT INTO host (name, day, requests, quiet_until, reason) VALUES (:name, :day, 0, :until, :reason)"
        " ON CONFLICT (name) DO UPDATE SET quiet_until = excluded.quiet_until, reason = excluded.reason",
        {"name": host, "day": _day(moment), "until": stamp(until), "reason": reason},
    )


def quiet_until(db: Database, host: str, moment: datetime) -> datetime | None:
    """Until when the host is to be left alone; None where it may be asked."""
    found = db.execute("SELECT quiet_until FROM host WHERE name = ?", [host]).fetchone()
    until = datetime.fromisoformat(found[0]) if found and found[0] else None
    return until if until and moment < until <= moment + LONGEST_QUIET else None


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()
