"""`scrapy schedule`: rounds of crawl, publish and export, in the foreground or once, and how they end."""

import json
import signal
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta
from threading import Event

import pytest
from apscheduler.triggers.cron import CronTrigger
from crawling import (
    ROOT,
    SECONDS,
    SECTION,
    Answer,
    article,
    command,
    environment,
    error_line,
    last_run,
    listing,
    path_of,
    rows,
    scrapy,
    small_site,
    wait_a_little,
    wait_until,
)
from scrapy.settings import Settings

from crawler.commands import schedule as schedule_command
from crawler.rounds import Round

NEVER = "0 0 29 2 *"


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def schedule(site, *more):
    return ["schedule", "--site", "shebaowang", "-a", f"base_url={site.url}", "-a", "since=2026-01-01", *more]


def runs(data):
    return rows(data, "SELECT outcome, reason FROM run") if (data / "crawl.db").exists() else []


def start(site, data, *more):
    argv = command(*schedule(site, *more), data=data)
    return subprocess.Popen(argv, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True)


def test_one_round_crawls_publishes_and_exports(site, tmp_path):
    run = scrapy(*schedule(site, "--once"), data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert runs(tmp_path) == [("finished", "scheduled")]
    assert rows(tmp_path, "SELECT count(*) FROM article", "procedures.db") == [(3,)]
    assert len(json.loads((tmp_path / "exports" / "article.json").read_text(encoding="utf-8"))) == 3


def test_a_failed_crawl_fails_the_round_and_leaves_what_was_published(site, tmp_path):
    assert scrapy(*schedule(site, "--once"), data=tmp_path).returncode == 0
    before = (tmp_path / "procedures.db").read_bytes()
    site.pages[SECTION] = Answer("busy", 500)
    run = scrapy(*schedule(site, "--once"), data=tmp_path)
    assert run.returncode == 1
    assert "scrapy crawl articles -a site=shebaowang ended with status 1" in run.stderr
    assert (tmp_path / "procedures.db").read_bytes() == before


def test_a_site_that_another_run_has_is_status_75(site, tmp_path):
    gate = Event()
    site.before = lambda path: path.endswith(".html") and gate.wait(SECONDS)
    crawling = schedule(site)[3:]  # the same arguments
    first = subprocess.Popen(
        command("crawl", "articles", "-a", "site=shebaowang", *crawling, data=tmp_path), cwd=ROOT, env=environment(),
        stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        wait_until(lambda: first.poll() is not None or site.articles_asked() != [])
        assert scrapy(*schedule(site, "--once"), data=tmp_path).returncode == 75
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()
        gate.set()


def test_a_round_that_was_never_made_or_missed_is_made_at_once_and_no_other(site, tmp_path):
    process = start(site, tmp_path, "--cron", NEVER)
    try:
        wait_until(lambda: process.poll() is not None or (tmp_path / "exports" / "datapackage.json").exists())
    finally:
        process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert runs(tmp_path) == [("finished", "scheduled")]
    asked = len(site.asked)
    # Started again soon after: the next round is years off, and nothing is asked.
    process = start(site, tmp_path, "--cron", NEVER)
    assert "next round 20" in process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert (process.returncode, len(site.asked), len(runs(tmp_path))) == (0, asked, 1)
    # Its last run was so long ago that a round was missed: it is made up for.
    with sqlite3.connect(tmp_path / "crawl.db") as db:
        long_ago = (datetime.now().astimezone() - timedelta(days=9 * 366)).isoformat(timespec="seconds")
        db.execute("UPDATE run SET started_at = ?", [long_ago])
    process = start(site, tmp_path, "--cron", NEVER)
    try:
        wait_until(lambda: process.poll() is not None or runs(tmp_path)[1:] == [("finished", "scheduled")])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.parametrize(("number", "mode"), [(signal.SIGTERM, ["--once"]), (signal.SIGINT, ["--cron", NEVER])])
def test_a_signal_ends_the_crawl_with_everything_stored(site, tmp_path, number, mode):
    numbers = range(10, 40)
    site.pages |= {path_of(n): article() for n in numbers}
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))
    site.before = wait_a_little
    process = start(site, tmp_path, *mode)
    try:
        wait_until(lambda: process.poll() is not None or len(site.articles_asked()) > 2)
        process.send_signal(number)
        _, told = process.communicate(timeout=90)
    finally:
        process.kill()
    assert process.returncode == (130 if mode == ["--once"] else 0), told
    assert "Traceback" not in told
    assert last_run(tmp_path)[0] == "stopped"
    assert not (tmp_path / "procedures.db").exists(), "the rest of the round is left out"


class SlowRound(Round):
    """A round that takes longer than the time between two; `begun` and `under_way` say what was going on."""

    begun, under_way, most = 0, 0, 0

    def run(self):
        self.begun += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        time.sleep(2.5)
        self.under_way -= 1
        if self.begun == 2:
            signal.raise_signal(signal.SIGTERM)


def test_a_round_longer_than_the_time_between_two_is_never_doubled(tmp_path, capsys):
    """As with hourly rounds and one of more than an hour: what falls due meanwhile is left out, the next is made."""
    handler = signal.getsignal(signal.SIGTERM)
    program = schedule_command.Command()
    program.settings = Settings({"DATA_DIR": str(tmp_path)})
    slow = SlowRound(["demo"])
    try:
        assert program._forever(slow, CronTrigger(second="*")) == 0
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert (slow.begun, slow.most) == (2, 1)
    assert "a round was due and is left out: the one before it is still under way" in capsys.readouterr().err


def test_a_replay_is_no_round(site, tmp_path):
    """Records read again yesterday do not put off a crawl that is due."""
    assert scrapy(*schedule(site, "--once"), data=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "crawl.db") as db:
        long_ago = (datetime.now().astimezone() - timedelta(days=9 * 366)).isoformat(timespec="seconds")
        db.execute("UPDATE run SET started_at = ?", [long_ago])
    assert scrapy("replay", "--all", data=tmp_path).returncode == 0
    program = schedule_command.Command()
    program.settings = Settings({"DATA_DIR": str(tmp_path)})
    due = program._first_time("shebaowang", CronTrigger.from_crontab(NEVER))
    assert due - datetime.now().astimezone() < timedelta(hours=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--once"], "no site given; add --site NAME"),
        (["--site", "nowhere"], "unknown site 'nowhere'"),
        (["--site", "demo", "--cron", "often"], "--cron 'often'"),
        (["--site", "demo", "--cron", "61 * * * *"], "--cron '61 * * * *'"),
        (["--site", "demo", "-a", "since=monday"], "since must be a day"),
        (["--site", "demo", "-a", "since"], "give NAME=VALUE"),
        (["now"], "'now' is not understood"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path, arguments, told):
    assert told in error_line(scrapy("schedule", *arguments, data=tmp_path))
    assert list(tmp_path.iterdir()) == []
