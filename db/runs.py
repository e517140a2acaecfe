"""The runs, a row each. A run not yet ended is its site's lease: while its holder is heard of, no other run may begin.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

import json
import os
import platform
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlite_utils import Database

from db.clock import stamp
from db.measures import measure
from db.rows import as_json
from db.sqlite_file import StoreError, is_running

# A holder is dead that has not been heard of for so long.
LEASE = timedelta(minutes=2)
END_UNKNOWN = "killed, or the machine crashed; last heard of {}"

Row = dict[str, Any]


class RunHeldError(StoreError):
    """Another run of the site is under way: one line that says whose."""


class RunLostError(StoreError):
    """The run was taken for dead, and another one of the site may have begun."""


def begin(db: Database, site: str, reason: str, options: Row, rules_version: str, moment: datetime) -> int:
    """Begin a run of a site, and with it take the site's lease; `RunHeldError` where another run has it."""
    check_free(db, site, moment)
    for run in _not_ended(db, site):
        _bury(db, run)
    row = {
        "site": site,
        "reason": reason,
        "options": as_json(options),
        "rules_version": rules_version,
        "started_at": stamp(moment),
        "host": _here(),
        "pid": os.getpid(),
        "heard_at": stamp(moment),
    }
    return cast("int", db.table("run").insert(row).last_pk)


def check_free(db: Database, site: str, moment: datetime) -> None:
    """`RunHeldError` where a run of the site is under way."""
    for run in _not_ended(db, site):
        if is_alive(run, moment):
            raise RunHeldError(f"another run of {site} is under way: {describe(run)}; wait until it has ended")


def renew(db: Database, run_id: int, counts: dict[str, int], moment: datetime) -> None:
    """Say that a run is still there, and how far it is; `RunLostError` where it was taken for dead."""
    sql = "UPDATE run SET heard_at = ?, counts = ? WHERE id = ? AND finished_at IS NULL"
    if not db.execute(sql, [stamp(moment), as_json(counts), run_id]).rowcount:
        raise RunLostError(f"run {run_id} was not heard of for so long that it lost the site to another one")


def finish(
    db: Database, run_id: int, outcome: str, counts: dict[str, int], error: str | None, moment: datetime
) -> None:
    """Note how a run ended, and how the articles of its site look now."""
    run = db.table("run").get(run_id)
    row = {
        "outcome": outcome,
        "counts": as_json(counts),
        "error": error,
        "finished_at": stamp(moment),
        "measures": as_json(measure(db, run, counts, moment)),
    }
    db.table("run").update(run_id, row)


def last_runs(db: Database, site: str, limit: int) -> list[Row]:
    """The newest runs of a site, the newest first, with what is stored as JSON read."""
    found = db.table("run").rows_where("site = ?", [site], order_by="id DESC", limit=limit)
    return [_read(run) for run in found]


def sites(db: Database) -> list[str]:
    """The sites that any run was of."""
    return [row[0] for row in db.execute("SELECT DISTINCT site FROM run ORDER BY site")]


def is_alive(run: Row, moment: datetime) -> bool:
    """Whether the holder of a run that has not ended is still at it.

    A clock that was set back makes no dead holder live on: what was heard of later than now was not heard of just now.
    """
    if run["heard_at"] is None or abs(moment - datetime.fromisoformat(run["heard_at"])) >= LEASE:
        return False
    return run["host"] != _here() or is_running(run["pid"])


def describe(run: Row) -> str:
    """Who holds a run, in words."""
    return f"run {run['id']}, process {run['pid']} on {run['host']}, begun {run['started_at']}"


def _here() -> str:
    """Where process numbers mean the same: this machine, or one container of it, as two may bear its name."""
    try:
        return f"{platform.node()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return platform.node()


def _not_ended(db: Database, site: str) -> list[Row]:
    return list(db.table("run").rows_where("site = ? AND finished_at IS NULL", [site]))


def _bury(db: Database, run: Row) -> None:
    """End a run that did not end itself; its counts are those it last told."""
    last = run["heard_at"] or run["started_at"]
    row = {"outcome": "failed", "error": END_UNKNOWN.format(last), "finished_at": last}
    db.table("run").update(run["id"], row)


def _read(run: Row) -> Row:
    parts = {name: json.loads(run[name]) if run[name] else None for name in ("options", "counts", "measures")}
    return {**run, **parts}
