"""Bad days of machine and network, each for real: a clear message, a sound database, and the next run goes on."""

import re
import socket
import sqlite3
import subprocess
import threading
import time
from contextlib import closing

import pytest
from crawling import (
    LINES,
    ROOT,
    SECTION,
    altered,
    article,
    command,
    crawl,
    crawl_arguments,
    environment,
    in_namespace,
    last_run,
    listing,
    path_of,
    rows,
    scrapy_at,
    serving,
    small_site,
    states,
    wait_a_little,
    wait_until,
)


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def many(site, numbers: range) -> None:
    site.pages |= {
        path_of(n): article(*LINES, *(f"第{n}篇第{line}条:余额在线上查询。" for line in range(300))) for n in numbers
    }
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))


def assert_sound(data) -> None:
    assert rows(data, "PRAGMA integrity_check") == [("ok",)]
    assert rows(data, "PRAGMA foreign_key_check") == []


def test_a_disk_that_fills_up(site, tmp_path):
    """A folder of 2 MB, in which the next crawl has room again."""
    many(site, range(10, 40))
    data, kept = tmp_path / "data", tmp_path / "kept"
    data.mkdir()
    script = (
        'mount -t tmpfs -o size=2m full "$1"; keep=$2; data=$1; shift 2; '
        '"$@"; status=$?; cp -r "$data" "$keep"; exit $status'
    )
    run = in_namespace(script, str(data), str(kept), *command(*crawl_arguments(site), data=data))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "no space left" in run.stderr
    assert_sound(kept)
    assert crawl(site, kept).returncode == 0
    assert set(states(kept).values()) == {"fetched"}


def test_a_folder_that_cannot_be_written(site, tmp_path):
    crawl(site, tmp_path)
    script = 'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; exec "$@"'
    run = in_namespace(script, str(tmp_path), *command(*crawl_arguments(site), data=tmp_path))
    assert run.returncode not in (0, -9)
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert "cannot be" in run.stderr or "Read-only" in run.stderr
    assert_sound(tmp_path)


def test_another_program_that_keeps_the_database_locked(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    with closing(sqlite3.connect(tmp_path / "crawl.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        run = crawl(site, tmp_path)
    assert run.returncode not in (0, -9)
    assert "Traceback" not in run.stderr
    assert "another process is writing to it" in run.stderr
    assert_sound(tmp_path)
    assert crawl(site, tmp_path).returncode == 0
    assert states(tmp_path)["3"] == "fetched"


def test_another_program_that_locks_the_database_in_the_middle(site, tmp_path):
    """Eight answers are under way: what one of them has waited for in vain, the others do not wait for."""
    many(site, range(10, 40))
    site.before = wait_a_little
    patient = altered(
        "import db.sqlite_file as file; file.BUSY_SECONDS = 5", command(*crawl_arguments(site), data=tmp_path)
    )
    process = subprocess.Popen(patient, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (tmp_path / "crawl.db").exists() and "fetched" in states(tmp_path).values())
    with closing(sqlite3.connect(tmp_path / "crawl.db", isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        stderr = process.communicate(timeout=120)[1]
        assert time.monotonic() - began < 60, "not once for each answer"
    assert process.returncode == 1
    assert "Traceback" not in stderr
    assert "another process is writing to it" in stderr
    assert_sound(tmp_path)
    assert crawl(site, tmp_path).returncode == 0
    assert set(states(tmp_path).values()) == {"fetched"}


@pytest.mark.parametrize(
    ("away", "says"), [("refuses", "connection refused"), ("drops", "no answer in time|connection broke off")]
)
def test_a_network_that_is_gone_for_an_hour(site, tmp_path, away, says):
    """Gone in the middle of a crawl, still gone at the next one, there again at the one after that."""
    many(site, range(10, 50))
    port, is_gone = int(site.url.rsplit(":", 1)[1]), threading.Event()

    def go_away(path: str) -> None:
        if is_gone.is_set() or sum(path.endswith(".html") for path in site.paths()) > 3:
            is_gone.set()
            site.close() if away == "refuses" else time.sleep(3)
            raise ConnectionAbortedError

    site.before = go_away
    impatient = ["-s", "DOWNLOAD_TIMEOUT=1"]
    for minutes, why in ((0, "no answer from the site 10 times in a row"), (20, "no list could be read")):
        run = scrapy_at(minutes * 60, site, tmp_path, options=impatient)
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
        outcome, error = last_run(tmp_path)
        assert outcome == "failed"
        assert error.startswith(why)
        assert re.search(says, error)
        assert_sound(tmp_path)
    found = list(states(tmp_path).values())
    assert found.count("waiting") >= 15, "what was not asked is not blamed"
    site.close()
    with serving(site.pages, port) as there_again:
        assert scrapy_at(2 * 3600, there_again, tmp_path).returncode == 0
    assert set(states(tmp_path).values()) == {"fetched"}
    assert_sound(tmp_path)


def test_a_network_that_goes_away_in_the_middle(site, tmp_path):
    """Every request after the third article meets a closed door: what was not asked is not blamed."""
    many(site, range(10, 60))
    away = {path_of(number) for number in range(10, 57)}

    def hang_up(path: str) -> None:
        if path in away:
            raise ConnectionAbortedError  # the server closes the connection without an answer

    site.before = hang_up
    run = crawl(site, tmp_path)
    assert run.returncode == 1
    assert last_run(tmp_path)[1] == "no answer from the site 10 times in a row: the connection broke off"
    found = list(states(tmp_path).values())
    assert found.count("fetched") == 3
    assert found.count("waiting") >= 20
    assert_sound(tmp_path)
    site.before = lambda path: None
    assert crawl(site, tmp_path).returncode == 0
    assert "waiting" not in states(tmp_path).values()


def test_a_network_that_was_never_there(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        arguments = ["crawl", "articles", "-a", "site=shebaowang", "-a", f"base_url={url}"]
        run = subprocess.run(command(*arguments, data=tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "connection refused" in run.stderr
    assert_sound(tmp_path)
