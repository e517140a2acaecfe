"""A crawl.db of the first release opens with today's code, and keeps what is in it."""

import sqlite3
from contextlib import closing

import pytest
from crawling import rows
from test_schema import structure

from db.crawl_store import CrawlStore
from db.migrations import MIGRATIONS, schema_version
from db.schema import ddl
from db.sqlite_file import CRAWL_ID, connect

FIRST = """
INSERT INTO run (id, site, reason, options, rules_version, started_at, finished_at, outcome, counts)
VALUES (1, 'demo', 'command', '{}', '1', '2026-02-01T09:00:00+08:00', '2026-02-01T09:10:00+08:00',
        'finished', '{"new": 1}'),
       (2, 'demo', 'command', '{}', '1', '2026-02-02T09:00:00+08:00', NULL, NULL, NULL);
INSERT INTO page (article_id, site, url, state, tries, first_seen_at, due_at, run_id, etag)
VALUES ('demo-a-1', 'demo', 'https://demo.example/a/1.html', 'fetched', 0, '2026-02-01T09:00:00+08:00',
        '2026-02-08T09:00:00+08:00', 1, '"x"');
"""


@pytest.fixture
def first_release(tmp_path):
    """A file as the first release made it: its tables, two runs, of which one was killed, and a page."""
    path = tmp_path / "crawl.db"
    with connect(path) as db:
        db.execute(f"PRAGMA application_id = {CRAWL_ID}")
        MIGRATIONS.apply(db, stop_before="m002_frontier")
        db.execute("PRAGMA user_version = 1")
        db.executescript(FIRST)
    return path


def test_it_gets_todays_tables(first_release):
    with CrawlStore(first_release, create=False) as store, closing(sqlite3.connect(":memory:")) as described:
        described.executescript(ddl("crawl"))
        assert structure(store.db.conn) == structure(described)
        assert store.db.execute("PRAGMA user_version").fetchone() == (schema_version(),)
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_its_rows_are_kept(first_release, tmp_path):
    CrawlStore(first_release, create=False).close()
    assert rows(tmp_path, "SELECT id, reason, outcome, counts, measures FROM run") == [
        (1, "by_hand", "finished", '{"new": 1}', None),
        (2, "by_hand", None, None, None),
    ]
    assert rows(tmp_path, "SELECT article_id, state, etag, due_at FROM page") == [
        ("demo-a-1", "fetched", None, "2026-02-08T09:00:00+08:00")  # asked whole once more, for the archive
    ]


def test_a_new_run_begins_where_the_first_release_was_killed(first_release, tmp_path):
    with CrawlStore(first_release, create=False) as store:
        assert store.start_run("demo", "by_hand", {}, "1") == 3
    assert rows(tmp_path, "SELECT outcome FROM run") == [("finished",), ("failed",), (None,)]
