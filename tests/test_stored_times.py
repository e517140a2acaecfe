"""One clock, which tests can set; whatever the machine's time zone is, times are stored as China's."""

import ast
import os
import re
import subprocess
from datetime import datetime, timedelta

import pytest
from crawling import ROOT, command, crawl_arguments, environment, rows, small_site

from db.clock import CHINA, SHIFT, now

# What asks the machine for the time of day; a stopwatch (monotonic) is none of it.
ASKS = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.localtime"}
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.+Z-]\S*)?")
# What the site says is stored as the site says it.
OF_THE_SITE = {"last_modified", "listed_at"}


def asked(path) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Attribute))
    return {name for call in calls if (name := ast.unparse(call)) in ASKS}


def test_nothing_asks_the_machine_for_the_time_but_the_clock():
    files = [path for room in ("crawler", "db", "pipelines") for path in (ROOT / room).rglob("*.py")]
    assert {path.name for path in files if asked(path)} == {"clock.py"}


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_every_stored_time_is_chinas_whatever_the_zone_of_the_machine(tmp_path, zone):
    begun = now().replace(microsecond=0)
    with small_site() as site:
        for arguments in (crawl_arguments(site), ["publish"]):
            run = subprocess.run(
                command(*arguments, data=tmp_path), cwd=ROOT, env={**environment(), "TZ": zone}, capture_output=True,
                text=True, timeout=120,
            )  # fmt: skip
            assert run.returncode == 0, run.stderr
    for name in ("crawl.db", "procedures.db"):
        times = stored_times(tmp_path, name)
        assert times, name
        assert {where: text for where, text in times if not text.endswith("+08:00")} == {}
    (_, first, _), *_ = rows(tmp_path, "SELECT id, started_at, finished_at FROM run")
    assert begun <= datetime.fromisoformat(first) <= now()


def stored_times(data, name) -> list[tuple[str, str]]:
    """Each time of day in a database, and where it stands."""
    tables = rows(data, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'", name)
    found = []
    for (table,) in tables:
        columns = [row[1] for row in rows(data, f"PRAGMA table_info([{table}])", name) if row[1] not in OF_THE_SITE]
        for column in columns if not table.startswith(("_", "sqlite")) else []:
            texts = rows(data, f"SELECT [{column}] FROM [{table}] WHERE typeof([{column}]) = 'text'", name)
            found += [(f"{table}.{column}", text) for (text,) in texts if TIME.fullmatch(text)]
    return found


def test_the_clock_of_a_process_that_runs_can_be_set(tmp_path, monkeypatch):
    monkeypatch.setenv(SHIFT, "86400")
    assert now() - datetime.now(CHINA) > timedelta(hours=23)
    shift = tmp_path / "shift"
    monkeypatch.setenv(SHIFT, str(shift))
    for seconds in ("-7200", "3600"):
        shift.write_text(seconds)
        ahead = (now() - datetime.now(CHINA)).total_seconds()
        assert abs(ahead - float(seconds)) < 60


def test_without_being_set_it_is_the_machines():
    assert SHIFT not in os.environ
    assert abs(now() - datetime.now(CHINA)) < timedelta(seconds=60)
