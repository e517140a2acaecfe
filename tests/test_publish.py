"""Publishing: the public database is built whole, checked, and swapped in, or nothing changes."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from records import CITIES, NOW, SITE, article_id, build_crawl_db, fetched, listed, place_change

from db.crawl_store import CrawlStore
from db.metadata import metadata
from db.publish import PublishError, publish
from db.schema import VIEWS, ddl, tables_in

ROOT = Path(__file__).parent.parent


@pytest.fixture
def crawl_db(tmp_path):
    build_crawl_db(tmp_path / "crawl.db")
    return tmp_path / "crawl.db"


@pytest.fixture
def public_db(tmp_path):
    (tmp_path / "public").mkdir()
    return tmp_path / "public" / "procedures.db"


def query(path, sql, *parameters):
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.close()


def dump(path):
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return list(db.iterdump())
    finally:
        db.close()


def test_the_public_database_is_whole_and_one_file(crawl_db, public_db):
    told = []
    report = publish(crawl_db, public_db, progress=told.append)
    assert report.rows["article"] == len(CITIES)
    assert report.size == public_db.stat().st_size
    assert {"article", "step", "search index"} <= set(told)
    assert [path.name for path in public_db.parent.iterdir()] == ["procedures.db"]
    assert [path.name for path in crawl_db.parent.glob("crawl.db*")] == ["crawl.db"]
    assert query(public_db, "PRAGMA journal_mode") == [("delete",)]
    assert query(public_db, "PRAGMA foreign_key_check") == []
    assert query(public_db, "PRAGMA integrity_check") == [("ok",)]
    for table in tables_in("public"):
        columns = [row[1] for row in query(public_db, f"PRAGMA table_info({table.name})")]
        assert columns == [c.name for c in table.columns_in("public")]
    for view in VIEWS:
        columns = [row[1] for row in query(public_db, f"PRAGMA table_info({view.name})")]
        assert sorted(columns) == sorted(c.name for c in view.columns)


def test_publishing_twice_gives_the_same_content(crawl_db, public_db):
    publish(crawl_db, public_db)
    first = dump(public_db)
    assert any("医保参保地" in line for line in first)
    publish(crawl_db, public_db)
    assert dump(public_db) == first


def test_only_lines_with_a_use_are_public(crawl_db, public_db):
    publish(crawl_db, public_db)
    kept = {row[0] for row in query(public_db, "SELECT line_no FROM line WHERE article_id = ?", article_id(1))}
    assert kept == {1, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14}
    texts = {row[0] for row in query(public_db, "SELECT text FROM statement")}
    assert "要带的材料:" not in texts
    publish(crawl_db, public_db, whole_lines=True)
    assert query(public_db, "SELECT count(*) FROM line")[0][0] == 14 * len(CITIES)
    assert "要带的材料:" in {row[0] for row in query(public_db, "SELECT text FROM statement")}


def test_views_join_what_readers_ask_for(crawl_db, public_db):
    publish(crawl_db, public_db)
    sql = "SELECT region_name, province, type_name, title, url FROM procedure_view WHERE type = ? AND region_code = ?"
    article = place_change(1).article
    assert query(public_db, sql, "insured-place-change", "320200") == [
        ("无锡市", "江苏省", "参保地变更", article.title, article.url)
    ]
    assert query(public_db, sql, "balance-query", "110000")[0][:2] == ("北京市", "北京市")
    usable = {row[0] for row in query(public_db, "SELECT type FROM usable_procedure_view")}
    assert usable == {"balance-query"}  # the other is flagged with an error
    line = "SELECT text, norm_text FROM line_view WHERE article_id = ? AND line_no = 13"
    assert query(public_db, line, article_id(1))[0][0] == "美容项目不报销。"


def test_a_county_is_shown_under_its_province(crawl_db, public_db):
    record = place_change(60)
    for part in (record.article, *record.procedures):
        part.region_code = "330282"
    with CrawlStore(crawl_db, clock=lambda: NOW) as store:
        store.save_article(article_id(60), record, fetched(60), store.start_run(SITE, "running", {}, "1"))
    publish(crawl_db, public_db)
    sql = "SELECT DISTINCT region_name, province FROM procedure_view WHERE article_id = ?"
    assert query(public_db, sql, article_id(60)) == [("慈溪市", "浙江省")]


def test_listed_articles_are_public_even_where_never_fetched(crawl_db, public_db):
    publish(crawl_db, public_db)
    states = dict(query(public_db, "SELECT state, count(*) FROM listed_article GROUP BY state"))
    assert states == {"fetched": 4, "waiting": 4, "dead": 1}
    targets = query(public_db, "SELECT target_article_id FROM related_link WHERE article_id = ?", article_id(1))
    assert targets == [(article_id(901),), (article_id(902),)]


def test_a_running_crawl_is_not_in_the_way(crawl_db, public_db):
    with CrawlStore(crawl_db, clock=lambda: NOW) as store:
        run_id = store.start_run(SITE, "running", {}, "1")
        store.save_article(article_id(50), place_change(50), fetched(50), run_id)
        store.start_run(SITE, "has given nothing yet", {}, "1")
        publish(crawl_db, public_db)
        store.add_listed(SITE, {article_id(60): listed(60)}, run_id)
    assert query(public_db, "SELECT count(*) FROM article") == [(5,)]
    reasons = {row[0] for row in query(public_db, "SELECT reason FROM run")}
    assert reasons == {"test", "running"}  # what points at a run finds it


def break_a_line(crawl_db):
    db = sqlite3.connect(crawl_db)
    db.execute("DELETE FROM line WHERE line_no = 7")
    db.commit()
    db.close()


def empty_it(crawl_db):
    crawl_db.unlink()
    CrawlStore(crawl_db).close()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (break_a_line, "time_limit: 4 rows point at a line that is not there"),
        (empty_it, "there is no article yet; run `scrapy crawl"),
        (lambda path: path.unlink(), "does not exist; run `scrapy crawl"),
        (lambda path: path.write_text("not a database at all"), "not an SQLite database"),
    ],
    ids=["missing line", "no article", "no crawl.db", "no database"],
)
def test_a_failed_check_keeps_yesterdays(crawl_db, public_db, spoil, says):
    publish(crawl_db, public_db)
    before = public_db.read_bytes()
    spoil(crawl_db)
    with pytest.raises(PublishError, match=says) as caught:
        publish(crawl_db, public_db)
    assert "\n" not in str(caught.value)
    assert public_db.read_bytes() == before
    assert [path.name for path in public_db.parent.iterdir()] == ["procedures.db"]


def test_a_foreign_file_is_not_replaced(crawl_db, public_db):
    db = sqlite3.connect(public_db)
    db.execute("CREATE TABLE theirs (x)")
    db.close()
    before = public_db.read_bytes()
    with pytest.raises(PublishError, match="another program"):
        publish(crawl_db, public_db)
    assert public_db.read_bytes() == before
    with pytest.raises(PublishError, match="another program"):
        publish(public_db, crawl_db.with_name("new.db"))


def test_a_missing_folder_is_named(crawl_db, tmp_path):
    with pytest.raises(PublishError, match=r"folder .*nowhere does not exist"):
        publish(crawl_db, tmp_path / "nowhere" / "procedures.db")


KILLED = """
import os, sys
from pathlib import Path
from db.publish import publish
def tell(part):
    if part == sys.argv[3]:
        os.kill(os.getpid(), 9)
publish(Path(sys.argv[1]), Path(sys.argv[2]), progress=tell)
"""


@pytest.mark.parametrize("part", ["line", "checks"])
def test_a_killed_publish_leaves_yesterdays_and_is_cleaned_up(crawl_db, public_db, part):
    publish(crawl_db, public_db)
    before = public_db.read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED, crawl_db, public_db, part], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert public_db.read_bytes() == before
    publish(crawl_db, public_db)
    assert [path.name for path in public_db.parent.iterdir()] == ["procedures.db"]


def test_the_metadata_names_only_what_is_there(crawl_db, public_db):
    publish(crawl_db, public_db)
    tables = metadata("procedures")["databases"]["procedures"]["tables"]
    names = {row[0] for row in query(public_db, "SELECT name FROM sqlite_master")}
    assert set(tables) <= names
    assert {table["fts_table"] for table in tables.values() if "fts_table" in table} <= names
    assert ddl("public").count("CREATE TABLE") == len(tables) - len(VIEWS)
