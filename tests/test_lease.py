"""One run of a site at a time: who has the site, when it is free again, and what the second one says."""

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from crawling import (
    ROOT,
    SECONDS,
    SECTION,
    article,
    command,
    crawl,
    crawl_arguments,
    environment,
    error_line,
    last_run,
    listing,
    path_of,
    rows,
    small_site,
    states,
    wait_a_little,
    wait_until,
)
from records import NOW, SITE

from db.crawl_store import CrawlStore
from db.runs import LEASE, RunHeldError, RunLostError

HOLDER = """
import sys
from pathlib import Path
from db.crawl_store import CrawlStore
with CrawlStore(Path(sys.argv[1])) as store:
    store.start_run(sys.argv[2], "test", {}, "1")
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crawl.db"


@pytest.fixture
def holder(path):
    """Another process that has begun a run of SITE, just now."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, SITE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    yield process
    process.kill()
    process.communicate(timeout=SECONDS)


def begin(path, clock=None):
    with CrawlStore(path, **({"clock": clock} if clock else {})) as store:
        return store.start_run(SITE, "test", {}, "1")


def test_a_second_run_is_refused_and_told_who_has_the_site(path, holder):
    with pytest.raises(RunHeldError, match=rf"run 1, process {holder.pid} on .*begun 20.*; wait until it has ended"):
        begin(path)
    assert rows(path.parent, "SELECT count(*) FROM run") == [(1,)]


def test_another_site_is_free(path, holder):
    with CrawlStore(path) as store:
        assert store.start_run("another", "test", {}, "1") == 2


def test_a_killed_holder_leaves_the_site_at_once_and_its_run_says_so(path, holder):
    holder.kill()
    holder.communicate(timeout=SECONDS)
    assert begin(path) == 2
    outcome, error, ended, heard = rows(path.parent, "SELECT outcome, error, finished_at, heard_at FROM run")[0]
    assert (outcome, ended) == ("failed", heard)
    assert "killed, or the machine crashed" in error


def elsewhere(path):
    """The run 1 as if begun at NOW on another machine, where this one cannot see whether it lives."""
    with CrawlStore(path, clock=lambda: NOW) as store:
        store.start_run(SITE, "test", {}, "1")
        store.db.execute("UPDATE run SET host = 'another machine', pid = 1")
        store.db.conn.commit()


@pytest.mark.parametrize(
    ("later", "is_free"),
    [
        (timedelta(0), False),
        (LEASE - timedelta(seconds=1), False),
        (LEASE, True),
        (timedelta(hours=-1), True),  # the clock was set back: what was heard of in an hour was not heard of just now
    ],
)
def test_the_lease_of_a_holder_elsewhere_runs_out(path, later, is_free):
    elsewhere(path)
    if is_free:
        assert begin(path, lambda: NOW + later) == 2
    else:
        with pytest.raises(RunHeldError, match="another machine"):
            begin(path, lambda: NOW + later)


def test_a_holder_that_is_heard_of_keeps_the_site(path):
    elsewhere(path)
    later = NOW + timedelta(hours=5)
    with CrawlStore(path, clock=lambda: later) as store:
        store.renew_run(1, {"new": 3})
    with pytest.raises(RunHeldError):
        begin(path, lambda: later + timedelta(minutes=1))
    assert rows(path.parent, "SELECT counts FROM run") == [('{"new": 3}',)]


def test_a_holder_taken_for_dead_is_told(path):
    elsewhere(path)
    begin(path, lambda: NOW + LEASE)
    with CrawlStore(path) as store, pytest.raises(RunLostError, match="run 1 was not heard of"):
        store.renew_run(1, {})


def slow_crawl(site, data, *more):
    """A crawl of 40 articles under way: it has stored the first."""
    site.pages |= {path_of(n): article() for n in range(10, 50)}
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in range(10, 50)))
    site.before = wait_a_little
    process = subprocess.Popen(
        command(*crawl_arguments(site), *more, data=data),
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: (data / "crawl.db").exists() and "fetched" in states(data).values())
    return process


def test_a_second_crawl_ends_at_once_with_status_75(tmp_path):
    with small_site() as site, small_site() as unasked:
        first = slow_crawl(site, tmp_path)
        second = crawl(unasked, tmp_path)
        assert second.returncode == 75
        assert f"another run of shebaowang is under way: run 1, process {first.pid} on" in error_line(second)
        assert unasked.asked == []
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=SECONDS)
        site.before = lambda path: None
        assert crawl(site, tmp_path).returncode == 0


def test_a_crawl_that_lost_its_site_ends(tmp_path):
    with small_site() as site:
        first = slow_crawl(site, tmp_path, "-s", "LEASE_RENEWED_EVERY=0.1")
        heard = "SELECT heard_at FROM run"
        assert datetime.fromisoformat(rows(tmp_path, heard)[0][0]).utcoffset() == timedelta(hours=8)
        with CrawlStore(tmp_path / "crawl.db", create=False) as store:
            store.db.execute("UPDATE run SET finished_at = heard_at")
            store.db.conn.commit()
        stderr = first.communicate(timeout=SECONDS)[1]
    assert first.returncode == 1
    assert "Traceback" not in stderr
    assert last_run(tmp_path) == ("failed", "run 1 was not heard of for so long that it lost the site to another one")
