"""The tables: the migrations make what the schema describes, and every name has its words."""

import sqlite3
from pathlib import Path

import pytest

from db.crawl_store import CrawlStore
from db.schema import TABLES, VIEWS, ddl, tables_in

SHOWN = [*TABLES, *VIEWS]


def structure(db: sqlite3.Connection) -> dict[str, str]:
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite%' AND sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in found}


def test_migrations_give_the_tables_of_the_schema(tmp_path: Path):
    described = sqlite3.connect(":memory:")
    described.executescript(ddl("crawl"))
    with CrawlStore(tmp_path / "crawl.db") as store:
        assert structure(store.db.conn) == structure(described)


@pytest.mark.parametrize("side", ["crawl", "public"])
def test_foreign_keys_point_at_keys(side):
    db = sqlite3.connect(":memory:")
    db.executescript(ddl(side))
    names = {t.name for t in tables_in(side)}
    for table in tables_in(side):
        assert {key.table for key in table.foreign_keys_in(side)} <= names
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("shown", SHOWN, ids=lambda s: s.name)
def test_every_name_has_chinese_and_english_words(shown):
    words = [(shown.title_zh, shown.title_en), *((c.title_zh, c.title_en) for c in shown.columns)]
    for chinese, english in words:
        assert any("\u4e00" <= char <= "\u9fff" for char in chinese) or chinese in ("ETag", "Last-Modified")
        assert english.isascii() and english
    assert shown.description_zh.endswith("。")


@pytest.mark.parametrize("shown", SHOWN, ids=lambda s: s.name)
def test_page_settings_name_columns_that_are_there(shown):
    page = shown.page
    named = {*page.search, *page.facets, page.label, page.sort, page.sort_desc} - {None}
    assert named <= {c.name for c in shown.columns}
