"""Bad days of machine and network, each for real: a clear message, a sound database, and the next run goes on."""

import socket
import sqlite3
import subprocess
from contextlib import closing

import pytest
from crawling import (
    ROOT,
    SECTION,
    article,
    command,
    crawl,
    crawl_arguments,
    in_namespace,
    last_run,
    listing,
    path_of,
    rows,
    small_site,
    states,
)


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def many(site, numbers: range) -> None:
    site.pages |= {
        path_of(n): article(*(f"第{n}篇第{line}条:余额在线上查询。" for line in range(300))) for n in numbers
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
