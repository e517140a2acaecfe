"""A data folder that an earlier version left opens with today's code, loses nothing, and the crawl goes on in it."""

import json
import lzma
import sqlite3
from contextlib import closing

import pytest
from crawling import ROOT, article, crawl, make_due, path_of, rows, scrapy, small_site, states
from test_schema import structure

from db.migrations import open_crawl_db, schema_version
from db.schema import ddl
from db.sqlite_file import StoreError

KEPT = ROOT / "tests" / "releases"
# What the three articles of the site say, in the columns that were there from the beginning.
SAID = (
    "SELECT id, title, published_at, region_code FROM article ORDER BY 1",
    "SELECT article_id, type, heading FROM procedure ORDER BY id",
    "SELECT article_id, line_no, text FROM line JOIN statement ON statement.id = statement_id ORDER BY 1, 2",
    "SELECT article_id, run_id, fetched_at FROM article_version ORDER BY 1",
    "SELECT article_id, state, http_status, first_seen_at, fetched_at FROM page ORDER BY 1",
    "SELECT id, started_at, finished_at, outcome, counts FROM run ORDER BY 1",
)


@pytest.fixture(params=sorted(path.name.removesuffix(".db.xz") for path in KEPT.glob("*.db.xz")))
def data(request, tmp_path):
    """A data folder with the crawl.db of an earlier version."""
    packed = (KEPT / f"{request.param}.db.xz").read_bytes()
    (tmp_path / "crawl.db").write_bytes(lzma.decompress(packed))
    return tmp_path


def said(data):
    return [rows(data, sql) for sql in SAID]


def test_it_opens_with_todays_tables_and_says_what_it_said(data):
    before = said(data)
    assert [len(found) for found in before] == [3, 3, len(before[2]), 3, 4, 1]
    with open_crawl_db(data / "crawl.db") as db, closing(sqlite3.connect(":memory:")) as described:
        described.executescript(ddl("crawl"))
        assert structure(db.conn) == structure(described)
        assert db.execute("PRAGMA user_version").fetchone() == (schema_version(),)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert said(data) == before


def test_the_crawl_goes_on_in_it_and_what_it_holds_can_be_published(data):
    before = dict(rows(data, "SELECT id, title FROM article"))
    make_due(data)
    with small_site() as site:
        site.pages[path_of(2)] = article().replace("身份证", "社保卡")
        run = crawl(site, data)
    assert run.returncode == 0, run.stderr
    assert states(data) == {"1": "fetched", "2": "fetched", "3": "fetched", "4": "dead"}
    assert dict(rows(data, "SELECT id, title FROM article")) == before
    counts = json.loads(rows(data, "SELECT counts FROM run ORDER BY id DESC LIMIT 1")[0][0])
    assert counts["new"] == 0
    assert rows(data, "SELECT count(DISTINCT run_id) FROM article_version WHERE article_id LIKE '%-2'") == [(2,)]
    for command in ("publish", "status", "backup"):
        done = scrapy(command, data=data)
        assert done.returncode == 0, done.stderr
    replayed = scrapy("replay", "--all", data=data)
    assert replayed.returncode == 0, replayed.stderr
    assert len(list(data.glob("archive/*.warc.gz"))) == 1, "what was asked again is in the archive"


def test_one_whose_rows_point_nowhere_is_left_as_it_was(data):
    with sqlite3.connect(data / "crawl.db") as db:
        db.execute("UPDATE article SET region_code = 'nowhere' WHERE id LIKE '%-1'")
    before = (data / "crawl.db").read_bytes()
    with pytest.raises(StoreError, match="rows point nowhere"):
        open_crawl_db(data / "crawl.db")
    assert (data / "crawl.db").read_bytes() == before
