"""crawl.db: what a crawl may do to it, what a kill may not, and which files it leaves alone."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from records import NOW, SITE, article_id, build_crawl_db, fetched, listed, place_change

from db.crawl_store import CrawlStore, StoreError
from db.schema import TABLES

RECORD_TABLES = [t.name for t in TABLES if t.is_record]
ID = article_id(1)
ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(tmp_path):
    with CrawlStore(tmp_path / "crawl.db", clock=lambda: NOW) as store:
        store.start_run(SITE, "test", {}, "1")
        yield store


def rows(store, table, **where):
    condition = " AND ".join(f"{key} = :{key}" for key in where) or "1"
    return list(store.db.query(f"SELECT * FROM {table} WHERE {condition}", where))


def record_rows(store):
    return {name: rows(store, name) for name in RECORD_TABLES}


def save(store, record, number=1):
    return store.save_article(article_id(number), record, fetched(number), 1)


def test_a_record_becomes_rows_with_stable_ids(store):
    assert save(store, place_change()) == "new"
    query = rows(store, "procedure", type="balance-query")[0]
    assert query["id"] == f"{ID}-balance-query-1"
    assert query["parent_id"] == f"{ID}-insured-place-change-1"
    step = rows(store, "step", procedure_id=query["id"])[0]
    assert (step["id"], step["channel_id"]) == (f"{query['id']}-c1-s1", f"{query['id']}-c1")
    assert step["ui_paths"] == '[["医保余额"]]'
    limit = rows(store, "time_limit")[0]
    assert (limit["min_value"], limit["max_value"], limit["unit"]) == (None, 15.0, "working_day")
    rule = rows(store, "rule")[0]
    assert (rule["trigger_event"], rule["trigger_op"], rule["trigger_value"]) == ("contribution_gap", ">=", 3)
    assert rows(store, "cost") == []  # not stated is no row, not a 0
    flag = rows(store, "quality_flag", code="hotline_mismatch")[0]
    assert (flag["procedure_id"], flag["line_no"]) == (query["id"], 12)


def test_the_same_record_again_writes_no_record_row(store):
    save(store, place_change())
    before, changes = record_rows(store), store.db.conn.total_changes
    later = replace(fetched(1), fetched_at="2026-03-08T01:00:00+00:00", etag='"other"')
    assert store.save_article(ID, place_change(), later, 1) == "unchanged"
    assert record_rows(store) == before
    assert store.db.conn.total_changes - changes == 1  # the page's own row


def test_a_changed_record_replaces_its_rows_and_keeps_the_old_one(store):
    save(store, place_change())
    shorter = place_change(days=20)
    shorter.procedures[0].materials.pop()
    assert save(store, shorter) == "changed"
    assert [m["name"] for m in rows(store, "material")] == ["身份证"]
    assert rows(store, "time_limit")[0]["max_value"] == 20
    versions = rows(store, "article_version")
    assert [json.loads(v["record"])["procedures"][0]["time_limits"][0]["max"] for v in versions] == [15, 20]
    texts = [s["text"] for s in rows(store, "statement")]
    assert "窗口受理后不超过20个工作日。" in texts
    assert "窗口受理后不超过15个工作日。" not in texts  # no line says it any more


def test_lists_and_encodings_make_no_new_version(store):
    save(store, place_change())
    other = place_change()
    other.related_links = [listed(77)]
    other.article.charset = "utf-8"
    assert save(store, other) == "unchanged"
    assert [link["title"] for link in rows(store, "related_link")] == [listed(77).title]
    assert rows(store, "article")[0]["charset"] == "utf-8"
    assert len(rows(store, "article_version")) == 1


def test_a_text_of_two_articles_is_one_statement(store):
    save(store, place_change(1, "320200"), 1)
    save(store, place_change(2, "330100"), 2)
    shared = rows(store, "statement", text="美容项目不报销。")
    assert len(shared) == 1
    assert len(rows(store, "line", statement_id=shared[0]["id"])) == 2


def test_a_record_that_contradicts_itself_stores_nothing(store):
    save(store, place_change())
    before = record_rows(store)
    broken = place_change(days=30)
    broken.procedures[0].rules[0].line = 99
    with pytest.raises(StoreError, match=r"contradict"):
        save(store, broken)
    assert record_rows(store) == before
    assert save(store, place_change(days=30)) == "changed"


def test_a_list_is_noted_once_and_completed(store):
    assert store.add_listed(SITE, {article_id(5): listed(5, listed_at=None)}, 1) == 1
    assert store.add_listed(SITE, {article_id(5): listed(5), article_id(6): listed(6)}, 1) == 1
    page = rows(store, "page", article_id=article_id(5))[0]
    assert (page["listed_at"], page["state"]) == ("2026-02-06 10:20", "waiting")
    assert {state: n for state, n in store.counts(SITE).items() if n} == {"waiting": 2}


def test_due_pages_come_newest_first_and_bounded(store):
    for number in (3, 4, 5):
        store.add_listed(SITE, {article_id(number): listed(number)}, 1)
    store.add_listed(SITE, {article_id(9): listed(9, listed_at=None)}, 1)

    def due(**options):
        options = {"since": None, "limit": 10} | options
        return [int(page.article_id.rpartition("-")[2]) for page in store.due(SITE, **options)]

    assert due() == [5, 4, 3, 9]
    assert due(limit=2) == [5, 4]
    assert due(since="2026-02-05") == [5, 4, 9]
    assert due(exclude=[article_id(5)]) == [4, 3, 9]
    assert store.due("other", since=None, limit=10) == []


def test_each_outcome_has_its_time_of_return(tmp_path):
    moment = NOW
    with CrawlStore(tmp_path / "crawl.db", clock=lambda: moment) as store:
        store.start_run(SITE, "test", {}, "1")
        store.add_listed(SITE, {article_id(n): listed(n) for n in (1, 2, 3, 4)}, 1)
        save(store, place_change(1), 1)
        store.mark_missing(article_id(2), 404, 1)
        store.mark_failed(article_id(3), "timeout", 1)
        store.mark_failed(article_id(3), "server error", 1, 503)
        store.mark_unchanged(article_id(4), fetched(4, 304), 1)
        assert {state: n for state, n in store.counts(SITE).items() if n} == {"fetched": 2, "dead": 1, "failed": 1}
        failed = rows(store, "page", article_id=article_id(3))[0]
        assert (failed["tries"], failed["reason"], failed["http_status"]) == (2, "server error", 503)
        assert store.due(SITE, since=None, limit=9) == []
        moment = NOW + timedelta(hours=2)
        assert [p.article_id for p in store.due(SITE, since=None, limit=9)] == [article_id(3)]
        moment = NOW + timedelta(days=8)
        due = {p.article_id: p for p in store.due(SITE, since=None, limit=9)}
        assert len(due) == 4
        assert due[article_id(1)].etag == '"1"'


def test_an_article_no_list_named_gets_its_page(store):
    save(store, place_change())
    store.mark_missing(article_id(8), 410, 1)
    page = rows(store, "page", article_id=ID)[0]
    assert (page["url"], page["type"], page["region_code"]) == (
        place_change().article.url,
        "insured-place-change",
        "320200",
    )
    assert rows(store, "page", article_id=article_id(8))[0]["site"] == SITE


def test_runs_are_kept_with_options_and_counts(store):
    run_id = store.start_run(SITE, "schedule", {"since": "2026-02-01"}, "7")
    store.finish_run(run_id, "failed", {"fetched": 3}, "no answer")
    run = rows(store, "run", id=run_id)[0]
    assert (json.loads(run["options"]), json.loads(run["counts"])) == ({"since": "2026-02-01"}, {"fetched": 3})
    assert (run["outcome"], run["error"], run["rules_version"]) == ("failed", "no answer", "7")


def test_times_are_chinas_in_any_time_zone(tmp_path):
    script = (
        "import sys; from pathlib import Path; from db.crawl_store import CrawlStore\n"
        "with CrawlStore(Path(sys.argv[1])) as s: s.start_run('x', 'test', {}, '1')"
    )
    path = tmp_path / "crawl.db"
    subprocess.run(
        [sys.executable, "-c", script, path], env={**os.environ, "TZ": "America/New_York"}, cwd=ROOT, check=True
    )
    with CrawlStore(path, clock=lambda: NOW) as store:
        assert rows(store, "run")[0]["started_at"].endswith("+08:00")
        save(store, place_change())
        assert rows(store, "page", article_id=ID)[0]["fetched_at"] == "2026-03-01T09:00:00+08:00"


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from records import *
with CrawlStore(Path(sys.argv[1])) as store:
    run_id = store.start_run(SITE, "test", {}, "1")
    number = 0
    while True:
        number += 1
        record = place_change(number % 5 + 1, days=number)
        store.add_listed(SITE, {article_id(link.seq): link for link in record.related_links}, run_id)
        store.save_article(article_id(number % 5 + 1), record, fetched(1), run_id)
        if number == 10:
            print("writing", flush=True)
"""


@pytest.mark.parametrize("delay", [0, 0.013, 0.05, 0.11])
def test_a_kill_leaves_whole_records(tmp_path, delay):
    path = tmp_path / "crawl.db"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, path, Path(__file__).parent], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout.readline() == "writing\n"
        time.sleep(delay)
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    with CrawlStore(path, create=False) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        for article in rows(store, "article"):
            versions = rows(store, "article_version", article_id=article["id"])
            assert versions[-1]["content_hash"] == article["content_hash"]
            assert len(rows(store, "step", article_id=article["id"])) == 2
            limit = rows(store, "time_limit", article_id=article["id"])[0]
            latest = json.loads(versions[-1]["record"])["procedures"][0]["time_limits"][0]
            assert limit["max_value"] == latest["max"]
        store.start_run(SITE, "again", {}, "1")


def test_two_processes_may_have_it_open(tmp_path):
    build_crawl_db(tmp_path / "crawl.db")
    with CrawlStore(tmp_path / "crawl.db") as one, CrawlStore(tmp_path / "crawl.db") as two:
        assert one.start_run(SITE, "one", {}, "1") + 1 == two.start_run(SITE, "two", {}, "1")


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
        db.execute("INSERT INTO theirs VALUES (1)")
    db.close()


def newer(path):
    build_crawl_db(path, ("320200",))
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 999")
    db.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes("医保,not a database\n".encode() * 50), "not an SQLite database"),
        (lambda path: path.write_bytes(os.urandom(9000)), "not an SQLite database"),
        (foreign, "another program"),
        (newer, "newer version"),
        (lambda path: path.mkdir(), "is a folder"),
    ],
    ids=["empty", "text", "binary", "foreign", "newer", "folder"],
)
def test_what_is_not_ours_is_named_and_left_alone(tmp_path, make, says):
    path = tmp_path / "crawl.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=says) as caught:
        CrawlStore(path)
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [p.name for p in tmp_path.iterdir() if not p.name.endswith(("-wal", "-shm"))] == ["crawl.db"]


def test_a_missing_folder_or_file_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"folder .*nowhere does not exist"):
        CrawlStore(tmp_path / "nowhere" / "crawl.db")
    with pytest.raises(StoreError, match=r"scrapy crawl"):
        CrawlStore(tmp_path / "crawl.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_named(tmp_path):
    path = tmp_path / "crawl.db"
    build_crawl_db(path, ("320200",))
    content = bytearray(path.read_bytes())
    content[4096:20000] = b"\xff" * (20000 - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        CrawlStore(path)


def test_a_locked_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("db.sqlite_file.BUSY_SECONDS", 0.1)
    path = tmp_path / "crawl.db"
    with CrawlStore(path) as store:
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process is writing"):
            store.start_run(SITE, "test", {}, "1")
        other.rollback()
        other.close()
        assert store.start_run(SITE, "test", {}, "1") == 1


FILLS_THE_DISK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from db.crawl_store import StoreError
from records import *
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
with CrawlStore(Path(sys.argv[1])) as store:
    try:
        for number in range(100, 1100):
            store.save_article(article_id(number), place_change(number), fetched(number), 1)
    except StoreError as error:
        print(error)
"""


def test_a_full_disk_is_named_and_loses_nothing(tmp_path):
    path = tmp_path / "crawl.db"
    build_crawl_db(path)
    command = [sys.executable, "-c", FILLS_THE_DISK, path, Path(__file__).parent]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip().endswith("no space left on the disk")
    with CrawlStore(path, create=False) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert len(rows(store, "article")) == len(rows(store, "article_version")) >= 4
