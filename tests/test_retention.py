"""The archive's room: what is said before it is full, what happens then, and what `scrapy prune` may take out."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from crawling import (
    SECTION,
    Answer,
    article,
    crawl,
    crawl_arguments,
    error_line,
    last_run,
    listing,
    make_due,
    path_of,
    rows,
    scrapy,
    scrapy_at,
    small_site,
    states,
)
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import read_capture
from db.captures import Capture
from db.clock import SHIFT, now
from db.crawl_store import CrawlStore
from db.runs import RunHeldError

DAY = 86400
OTHER = "打开支付宝,点“社保卡”,就能看到余额。"


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def files(data):
    return sorted(path.name for path in (data / "archive").iterdir())


def size(data):
    return sum(path.stat().st_size for path in (data / "archive").iterdir())


def contents(data) -> str:
    """All that the answers of the archive say."""
    found = []
    for path in sorted((data / "archive").glob("*.warc.gz")):
        with path.open("rb") as file:
            found += [r.content_stream().read().decode("utf-8", "replace") for r in ArchiveIterator(file)]
    return "".join(found)


def at(monkeypatch, days, *arguments, data):
    """Run a command so many days from now."""
    monkeypatch.setenv(SHIFT, str(days * DAY))
    run = scrapy(*arguments, data=data)
    monkeypatch.delenv(SHIFT)
    return run


@pytest.fixture
def old(site, tmp_path):
    """An archive of 100 days: article 2 was changed on the last, the list was read twice, 4 was never there."""
    assert crawl(site, tmp_path).returncode == 0
    site.pages[path_of(2)] = article(OTHER)
    site.pages[SECTION] = listing((path_of(1), "2026-03-05 10:20"), (path_of(2), "2026-03-04 09:00"), (path_of(4), ""))
    make_due(tmp_path)
    assert scrapy_at(100 * DAY, site, tmp_path).returncode == 0
    assert len(files(tmp_path)) == 2
    return tmp_path


def test_only_what_was_superseded_and_is_old_goes(old, site, monkeypatch):
    before = contents(old)
    versions = rows(old, "SELECT content_hash FROM article_version ORDER BY id")
    dry = at(monkeypatch, 100, "prune", "--days", "50", "--dry-run", data=old)
    assert dry.returncode == 0, dry.stderr
    assert "would be taken out" in dry.stderr
    assert contents(old) == before
    count = rows(old, "SELECT count(*) FROM capture")[0][0]
    run = at(monkeypatch, 100, "prune", "--days", "50", data=old)
    assert run.returncode == 0, run.stderr
    told = re.search(r"shebaowang: (\d+) answers, [\d,]+ bytes in 1 files, were taken out", run.stderr)
    assert told, run.stderr
    assert int(told[1]) == count - rows(old, "SELECT count(*) FROM capture")[0][0] > 0
    after = contents(old)
    old_words = "打开支付宝" in before and "医保码" in before
    assert old_words
    assert after.count("社保卡") == before.count("社保卡"), "the newest of the article that changed"
    assert len(after) < len(before)
    assert rows(old, "SELECT content_hash FROM article_version ORDER BY id") == versions, "what it said stays"
    assert rows(old, "SELECT count(*) FROM article_page") == [(3,)], "each record's own pages stay, whatever their age"
    whole(old)
    replayed = scrapy("replay", "--all", data=old)
    assert replayed.returncode == 0, replayed.stderr
    assert "3 unchanged" in replayed.stderr


def whole(data):
    """Each answer of the index is where it says, and each file is one that warcio reads to its end."""
    with CrawlStore(data / "crawl.db", create=False) as store:
        captures = [Capture(**row) for row in store.db.query("SELECT * FROM capture")]
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
    for capture in captures:
        assert read_capture(data / "archive", capture).status == capture.http_status
    for path in (data / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
        assert kinds[0] == "warcinfo"
        assert kinds.count("request") >= kinds.count("response")


def test_what_says_again_what_it_said_before_stays_though_it_is_not_the_newest_answer(site, tmp_path, monkeypatch):
    """The record is of a content that was kept long ago, and was not kept again when it came back."""
    first = site.pages[path_of(2)]
    for day, page in ((0, first), (40, article(OTHER)), (100, first)):
        site.pages[path_of(2)] = page
        assert scrapy_at(day * DAY, site, tmp_path).returncode == 0
        make_due(tmp_path)
    assert at(monkeypatch, 140, "prune", "--days", "50", data=tmp_path).returncode == 0
    whole(tmp_path)
    assert "3 unchanged" in scrapy("replay", "--all", data=tmp_path).stderr


def test_it_goes_on_where_it_was_killed(old, monkeypatch):
    """Killed after the new file is there, or after the index points at it: nothing is lost, and the rest is done."""
    first = old / "archive" / files(old)[0]
    copy = first.read_bytes()
    first.with_name(first.name.replace(".warc", ".1.warc")).write_bytes(b"half")
    assert at(monkeypatch, 100, "prune", "--days", "50", data=old).returncode == 0
    whole(old)
    first.write_bytes(copy)  # the old file is still there, and nothing points at it
    assert at(monkeypatch, 100, "prune", "--days", "50", data=old).returncode == 0
    assert not first.exists()
    whole(old)


def test_a_file_that_lacks_what_is_kept_is_left_as_it_is(old, monkeypatch):
    first = old / "archive" / files(old)[0]
    content = first.read_bytes()
    middle = len(content) // 2
    first.write_bytes(damaged := content[:middle] + bytes(999) + content[middle + 999 :])
    run = at(monkeypatch, 100, "prune", "--days", "50", data=old)
    assert "is damaged" in error_line(run)
    assert first.read_bytes() == damaged
    assert rows(old, f"SELECT count(*) > 3 FROM capture WHERE warc_file = '{first.name}'") == [(1,)]


def test_while_a_run_has_the_site_nothing_is_taken_out(old, monkeypatch):
    moment = now() + timedelta(days=100)
    with CrawlStore(old / "crawl.db", clock=lambda: moment) as store:
        store.start_run("shebaowang", "by_hand", {}, "1")
        store.db.execute("UPDATE run SET pid = 1, heard_at = ? WHERE finished_at IS NULL", [moment.isoformat()])
        store.db.commit()
        with pytest.raises(RunHeldError):
            store.move_captures("shebaowang", "any", "other", {}, "2026")
    before = contents(old)
    run = at(monkeypatch, 100, "prune", "--days", "50", data=old)
    assert run.returncode == 75
    assert "another run of shebaowang is under way" in run.stderr
    assert contents(old) == before


def test_nothing_is_taken_out_unless_the_operator_says_how_old(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    before = contents(tmp_path)
    assert "all is kept; set archive_keep_days" in error_line(scrapy("prune", data=tmp_path))
    assert scrapy("prune", "--days", "1", data=tmp_path).returncode == 0
    assert contents(tmp_path) == before, "the month's own file is left alone"


def test_that_it_is_nearly_full_is_said_before(site, tmp_path):
    crawl(site, tmp_path)
    before = size(tmp_path)
    crawl(site, tmp_path)
    limit = ["-s", f"ARCHIVE_MAX_GB={(3 * size(tmp_path) - 2 * before) / 1e9:.9f}"]  # so much again, twice
    for arguments in (crawl_arguments(site), ["publish"], ["status"]):
        run = scrapy(*arguments, *limit, data=tmp_path)
        assert run.returncode == 0, run.stderr
        assert "of its budget (archive_max_gb)" in run.stdout + run.stderr, arguments
        assert "raise archive_max_gb, or set archive_keep_days and run `scrapy prune`" in run.stdout + run.stderr
    log = (tmp_path / "logs" / "shebaowang.log").read_text(encoding="utf-8")
    assert "of its budget (archive_max_gb)" in log
    limit = ["-s", f"ARCHIVE_MAX_GB={2 * size(tmp_path) / 1e9:.9f}"]
    found = json.loads(scrapy("status", "--json", *limit, data=tmp_path).stdout)["archive"]
    assert found["warning"] is None
    assert found["used"] == size(tmp_path)
    assert found["days_left"] >= 25, "as many days as it took, were all of it of the last thirty"


def test_when_it_is_full_the_run_fails_and_the_next_goes_on(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    before = size(tmp_path)
    limit = ["-s", f"ARCHIVE_MAX_GB={(before + 1500) / 1e9:.9f}"]
    site.pages[path_of(2)] = Answer(article(filler()), 200)
    run = scrapy(*crawl_arguments(site), *limit, data=tmp_path)
    assert run.returncode == 1
    assert "has reached archive_max_gb" in run.stderr
    assert "Traceback" not in run.stderr
    assert "has reached archive_max_gb" in last_run(tmp_path)[1]
    assert size(tmp_path) <= before + 1500
    assert crawl(site, tmp_path).returncode == 0
    assert states(tmp_path) == {"1": "fetched", "2": "fetched", "3": "fetched", "4": "dead"}
    whole(tmp_path)


def filler() -> str:
    """Words that gzip cannot make short."""
    return "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(3000))


def test_a_round_prunes_where_the_operator_says_how_old(site, old, monkeypatch):
    arguments = ["schedule", "--once", "--site", "shebaowang", "-a", f"base_url={site.url}", "-a", "since=2026-01-01"]
    run = at(monkeypatch, 100, *arguments, "-s", "ARCHIVE_KEEP_DAYS=50", data=old)
    assert run.returncode == 0, run.stderr
    assert "were taken out" in run.stderr
    assert any(name.endswith("-001.1.warc.gz") for name in files(old))


def test_the_warc_files_stay_a_gzip_member_a_record(old, monkeypatch):
    at(monkeypatch, 100, "prune", "--days", "50", data=old)
    for path in (old / "archive").iterdir():
        assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\nWARC-")
