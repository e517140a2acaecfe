"""A backup is made while a crawl writes, and a new data folder goes on from it."""

import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest
from crawling import (
    ROOT,
    SECTION,
    article,
    command,
    contents,
    crawl,
    crawl_arguments,
    environment,
    error_line,
    listing,
    path_of,
    rows,
    scrapy,
    small_site,
    wait_a_little,
    wait_until,
)


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def backups(data):
    return sorted(path for path in (data / "backups").iterdir())


def test_a_backup_is_restored_elsewhere_and_the_crawl_goes_on_there(site, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    assert crawl(site, old).returncode == 0
    made = scrapy("backup", data=old)
    assert made.returncode == 0, made.stderr
    (backup,) = backups(old)
    assert f"{backup}: crawl.db, " in made.stderr
    if (old / "archive").exists():
        shutil.copytree(old / "archive", new / "archive")
    restored = scrapy("restore", str(backup), data=new)
    assert restored.returncode == 0, restored.stderr
    assert contents(new) == contents(old)
    site.asked.clear()
    assert crawl(site, new).returncode == 0
    assert site.articles_asked() == [], "nothing is due that was read"
    assert scrapy("publish", data=new).returncode == 0


def test_a_backup_made_while_a_crawl_writes_is_whole(site, tmp_path):
    numbers = range(10, 410)  # more than the crawl gets through meanwhile
    site.pages |= {path_of(n): article() for n in numbers}
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))
    site.before = wait_a_little
    argv = command(*crawl_arguments(site), data=tmp_path)
    process = subprocess.Popen(argv, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or len(site.articles_asked()) > 8)
        assert process.poll() is None
        made = scrapy("backup", data=tmp_path)
        assert made.returncode == 0, made.stderr
        assert process.poll() is None, "the crawl must still have been at it"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    (backup,) = backups(tmp_path)
    with sqlite3.connect(backup / "crawl.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        pages = db.execute("SELECT count(*) FROM page").fetchone()[0]
        fetched = db.execute("SELECT count(*) FROM page WHERE state = 'fetched'").fetchone()
        assert db.execute("SELECT count(*) FROM article").fetchone() == fetched
    assert pages >= len(numbers)
    assert sorted(path.name for path in backup.iterdir()) == ["backup.json", "crawl.db"], "one file, no -wal beside it"


def test_what_the_archive_lacks_is_told_and_growth_is_no_lack(tmp_path, site):
    old, new = tmp_path / "old", tmp_path / "new"
    crawl(site, old, "max_articles=1")
    (old / "archive").mkdir(exist_ok=True)
    for name in ("a", "b", "c", "d"):
        (old / "archive" / f"{name}.warc.gz").write_bytes(name.encode() * 1000)
    assert scrapy("backup", data=old).returncode == 0
    shutil.copytree(old / "archive", new / "archive")
    (new / "archive/a.warc.gz").write_bytes(b"a" * 1000 + b"more")
    (new / "archive/b.warc.gz").unlink()
    (new / "archive/c.warc.gz").write_bytes(b"c" * 999)
    (new / "archive/d.warc.gz").write_bytes(b"d" * 999 + b"x")
    run = scrapy("restore", str(backups(old)[0]), data=new)
    assert run.returncode == 1
    assert (new / "crawl.db").exists(), "what there is can be gone on with"
    told = [line for line in run.stderr.splitlines() if line.startswith("Error")]
    assert [line.split("/")[-1] for line in told] == [
        "b.warc.gz is missing",
        "c.warc.gz is shorter than it was",
        "d.warc.gz is not what it was",
    ]


def test_nothing_is_overwritten_and_nothing_damaged_is_restored(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    scrapy("backup", data=tmp_path)
    backup = str(backups(tmp_path)[0])
    before = contents(tmp_path)
    assert "move it away first" in error_line(scrapy("restore", backup, data=tmp_path))
    assert contents(tmp_path) == before
    with Path(backup, "crawl.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"damage")
    empty = tmp_path / "empty"
    assert "is damaged" in error_line(scrapy("restore", backup, data=empty))
    assert not (empty / "crawl.db").exists()
    assert "is no backup" in error_line(scrapy("restore", str(tmp_path), data=empty))
    assert "give one folder" in error_line(scrapy("restore", data=empty))


def test_only_so_many_backups_stay(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    out = tmp_path / "out"
    for name in ("2026-01-01T000000", "2026-01-02T000000"):
        scrapy("backup", data=tmp_path)
        shutil.move(backups(tmp_path)[0], out / name) if out.exists() else shutil.copytree(
            backups(tmp_path)[0], out / name
        )
        shutil.rmtree(tmp_path / "backups")
    (out / "mine").mkdir()
    (out / ".2026-01-03T000000.new").mkdir()  # what a killed backup left
    run = scrapy("backup", "--out", str(out), "--keep", "2", data=tmp_path)
    assert run.returncode == 0, run.stderr
    names = sorted(path.name for path in out.iterdir())
    assert len(names) == 3
    assert names[0] == "2026-01-02T000000"
    assert names[-1] == "mine", "what is no backup is left alone"


def test_a_mistake_is_one_clear_line(tmp_path):
    assert "crawl.db does not exist" in error_line(scrapy("backup", data=tmp_path))
    assert "--keep must be at least 1" in error_line(scrapy("backup", "--keep", "0", data=tmp_path))
    (tmp_path / "crawl.db").write_text("no database")
    assert "not an SQLite database" in error_line(scrapy("backup", data=tmp_path))


def test_a_damaged_database_is_not_backed_up(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    with sqlite3.connect(tmp_path / "crawl.db") as db:
        db.execute("UPDATE page SET run_id = 99")
    assert "damaged (rows point nowhere)" in error_line(scrapy("backup", data=tmp_path))
    assert rows(tmp_path, "SELECT count(*) FROM article") == [(1,)]
    assert not any(path.name[0] != "." for path in (tmp_path / "backups").iterdir())
