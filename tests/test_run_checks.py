"""Checks before publishing: the last run of each site against set bounds and against the runs before it."""

import json
import sqlite3
import tomllib
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from crawling import rows, scrapy
from records import CITIES, NOW, SITE, article_id, build_crawl_db, fetched, place_change

from db.crawl_store import CrawlStore
from db.publish import PublishError, publish
from db.run_checks import bounds, check_runs
from db.suggest import suggest

USUAL = {
    "fetched": 600,
    "with_region": 0.98,
    "with_procedure": 0.99,
    "with_steps": 0.95,
    "unknown_headings": 0.1,
    "unread_lines": 0.02,
    "error_flags": 0.8,
    "failed": 0.01,
    "new_per_day": 12,
}


@pytest.fixture
def crawl_db(tmp_path):
    build_crawl_db(tmp_path / "crawl.db")
    return tmp_path / "crawl.db"


def add_runs(crawl_db, *measures, site=SITE):
    """Finished runs with these measures."""
    with CrawlStore(crawl_db) as store:
        for found in measures:
            run_id = store.start_run(site, "test", {}, "1")
            store.finish_run(run_id, "finished", {}, None)
            store.db.table("run").update(run_id, {"measures": json.dumps(found)})


def found(crawl_db):
    with CrawlStore(crawl_db, create=False) as store:
        return [(finding.severity, finding.measure) for finding in check_runs(store.db)]


def test_an_ordinary_run_is_not_complained_of(crawl_db):
    swings = [{**USUAL, "fetched": 600 + n, "with_steps": 0.95 - n / 100, "new_per_day": 12 + n % 3} for n in range(5)]
    add_runs(crawl_db, *swings)
    assert found(crawl_db) == []


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"fetched": 0}, ("error", "fetched")),
        ({"with_procedure": 0.3}, ("error", "with_procedure")),
        ({"with_procedure": 0.7}, ("warning", "with_procedure")),
        ({"with_steps": 0.0}, ("error", "with_steps")),
        ({"unknown_headings": 2.0}, ("warning", "unknown_headings")),
        ({"unread_lines": 0.6}, ("error", "unread_lines")),
        ({"failed": 0.2}, ("warning", "failed")),
    ],
)
def test_set_bounds_hold_from_the_first_run_on(crawl_db, changed, finding):
    add_runs(crawl_db, {**USUAL, **changed})
    assert found(crawl_db) == [finding]


@pytest.mark.parametrize(
    ("changed", "finding"),
    [
        ({"fetched": 350}, ("error", "fetched")),
        ({"fetched": 500}, ("warning", "fetched")),
        ({"with_region": 0.4}, ("error", "with_region")),
        ({"with_region": 0.8}, ("warning", "with_region")),
        ({"with_steps": 0.45}, ("error", "with_steps")),
        ({"unknown_headings": 0.9}, ("warning", "unknown_headings")),
        ({"unread_lines": 0.1}, ("warning", "unread_lines")),
        ({"error_flags": 5.0}, ("error", "error_flags")),
        ({"error_flags": 2.0}, ("warning", "error_flags")),
        ({"failed": 0.08}, ("warning", "failed")),
        ({"new_per_day": 2}, ("warning", "new_per_day")),
        ({"new_per_day": 90}, ("warning", "new_per_day")),
    ],
)
def test_a_run_is_compared_with_the_median_of_those_before(crawl_db, changed, finding):
    odd_one = {**USUAL, "fetched": 5, "with_region": 0.3, "error_flags": 9}
    add_runs(crawl_db, USUAL, odd_one, USUAL, USUAL, {**USUAL, **changed})
    assert found(crawl_db) == [finding]


def test_a_small_difference_says_nothing_whatever_multiple_it_is(crawl_db):
    add_runs(crawl_db, *[USUAL] * 4, {**USUAL, "failed": 0.05, "unread_lines": 0.045, "unknown_headings": 0.25})
    assert found(crawl_db) == []


def test_failed_runs_are_no_history(crawl_db):
    add_runs(crawl_db, *[{**USUAL, "fetched": 100}] * 5, *[USUAL] * 3)
    with CrawlStore(crawl_db) as store:
        store.db.execute("UPDATE run SET outcome = 'failed' WHERE json_extract(measures, '$.fetched') = 100")
        store.db.conn.commit()
    add_runs(crawl_db, {**USUAL, "fetched": 450})
    assert found(crawl_db) == [("warning", "fetched")]


def test_two_runs_are_no_history(crawl_db, tmp_path):
    crawl_db = tmp_path / "young.db"
    add_runs(crawl_db, USUAL, USUAL, {**USUAL, "fetched": 100})
    assert found(crawl_db) == []


def test_each_site_is_judged_by_its_own_runs(crawl_db):
    add_runs(crawl_db, *[USUAL] * 4)
    add_runs(crawl_db, {**USUAL, "fetched": 0}, site="another")
    with CrawlStore(crawl_db) as store:
        assert [str(finding) for finding in check_runs(store.db)] == ["another, run 6: articles fetched: 0 is below 1"]


def test_bounds_of_one_site_go_before(crawl_db, monkeypatch):
    own = {SITE: {"fetched": {"error": {"below": 1000}}, "with_steps": {}}}
    monkeypatch.setitem(bounds(), "site", own)
    add_runs(crawl_db, {**USUAL, "with_steps": 0.0})
    assert found(crawl_db) == [("error", "fetched")]


def test_a_failed_run_is_an_error_and_a_stopped_or_running_one_is_not(crawl_db):
    with CrawlStore(crawl_db) as store:
        store.finish_run(store.start_run(SITE, "test", {}, "1"), "failed", {}, "9 of 9 articles failed")
        assert [str(finding) for finding in check_runs(store.db)] == [
            f"{SITE}, run 2: the run failed: 9 of 9 articles failed"
        ]
        store.finish_run(store.start_run(SITE, "test", {}, "1"), "stopped", {}, "by the operator")
        store.start_run(SITE, "test", {}, "1")
        assert check_runs(store.db) == []


def test_what_is_measured_is_in_the_records(crawl_db):
    measures = json.loads(rows(crawl_db.parent, "SELECT measures FROM run")[0][0])
    assert measures == {
        "fetched": 4,
        "with_region": 1.0,
        "with_procedure": 1.0,
        "with_steps": 1.0,
        "unknown_headings": 0.0,
        "unread_lines": 0.0,
        "error_flags": 1.0,
        "new_per_day": 0.0,
        "failed": 0.0,
    }
    assert set(measures) == set(bounds()["measure"])


def test_what_a_run_read_is_measured_not_what_all_runs_did(crawl_db):
    """Sixty articles of earlier days are well; those of today have no steps."""
    with CrawlStore(crawl_db, clock=lambda: NOW) as store:
        for day, numbers in ((0, range(100, 160)), (1, range(200, 260))):
            run_id = store.start_run(SITE, "test", {}, "1")
            for number in numbers:
                record = place_change(number)
                for procedure in record.procedures if day else []:
                    procedure.channels = []
                at = (NOW + timedelta(days=day)).isoformat()
                store.save_article(article_id(number), record, fetched(number, at=at), run_id)
            store.finish_run(run_id, "finished", {"new": 60, "failed": 20}, None)
    shares = [json.loads(found) for (found,) in rows(crawl_db.parent, "SELECT measures FROM run WHERE id > 1")]
    assert [(share["fetched"], share["with_steps"], share["failed"]) for share in shares] == [
        (64, 1.0, 0.25),
        (124, 0.0, 0.25),
    ]


def test_one_odd_article_among_many_unchanged_ones_is_no_alarm(crawl_db):
    """A quiet night: the site sends one article, which has no steps, and calls all others unchanged."""
    with CrawlStore(crawl_db, clock=lambda: NOW) as store:
        for number in range(100, 160):
            store.save_article(article_id(number), place_change(number), fetched(number), 1)
        run_id = store.start_run(SITE, "test", {}, "1")
        for number in range(100, 160):
            store.mark_unchanged(article_id(number), replace(fetched(number), status=304), run_id)
        record = place_change(1)
        for procedure in record.procedures:
            procedure.channels = []
        store.save_article(article_id(1), record, fetched(1), run_id)
        store.finish_run(run_id, "finished", {"changed": 1, "unchanged": 60}, None)
    measures = json.loads(rows(crawl_db.parent, "SELECT measures FROM run ORDER BY id DESC LIMIT 1")[0][0])
    assert measures["with_steps"] == 0.98
    assert [severity for severity, _ in found(crawl_db)] == []


def test_a_replay_is_measured_by_all_articles(crawl_db):
    """New rules may have changed any record, also those that the site did not send again."""
    with CrawlStore(crawl_db, clock=lambda: NOW) as store:
        store.db.execute("UPDATE page SET http_status = 304")
        store.db.execute("UPDATE article SET region_code = NULL WHERE id = ?", [article_id(1)])
        store.db.conn.commit()
        for reason in ("by_hand", "replay"):
            store.finish_run(store.start_run(SITE, reason, {}, "2"), "finished", {}, None)
    shares = [json.loads(found)["with_region"] for (found,) in rows(crawl_db.parent, "SELECT measures FROM run")]
    assert shares == [1.0, None, 0.75]


def test_an_error_keeps_yesterdays_public_database(crawl_db, tmp_path):
    public_db = tmp_path / "procedures.db"
    publish(crawl_db, public_db)
    before = public_db.read_bytes()
    add_runs(crawl_db, {**USUAL, "with_procedure": 0.1})
    with pytest.raises(PublishError, match=r"share of articles with a procedure: 0\.1 is below 0\.5"):
        publish(crawl_db, public_db)
    assert public_db.read_bytes() == before
    run = scrapy("publish", data=tmp_path)
    assert run.returncode == 1
    assert "share of articles with a procedure" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert public_db.read_bytes() == before
    run = scrapy("publish", "--despite-errors", data=tmp_path)
    assert run.returncode == 0
    assert public_db.read_bytes() != before


def test_a_warning_is_shown_and_published(crawl_db, tmp_path):
    add_runs(crawl_db, {**USUAL, "failed": 0.3})
    run = scrapy("publish", data=tmp_path)
    assert run.returncode == 0
    assert f"Warning: {SITE}, run 2: share of fetches that failed, dead links apart: 0.3 is above 0.1" in run.stderr
    assert (tmp_path / "procedures.db").exists()


def test_suggested_bounds_let_the_runs_pass_that_they_come_from(tmp_path, monkeypatch):
    crawl_db = tmp_path / "crawl.db"
    runs = [{**USUAL, "fetched": fetched, "failed": failed} for fetched, failed in ((500, 0.0), (620, 0.2), (610, 0.1))]
    add_runs(crawl_db, *runs)
    run = scrapy("bounds", data=tmp_path)
    assert run.returncode == 0
    said = tomllib.loads(run.stdout)
    assert said["site"][SITE]["fetched"]["error"] == {"below": 300, "below_median": 0.6}
    assert said["site"][SITE]["failed"]["warning"] == {"above": 0.3, "above_median": 3}
    monkeypatch.setitem(bounds(), "site", said["site"])
    assert found(crawl_db) == []
    add_runs(crawl_db, {**USUAL, "fetched": 299})
    assert found(crawl_db) == [("error", "fetched")]


def test_without_history_nothing_is_suggested(tmp_path, crawl_db):
    run = scrapy("bounds", data=tmp_path)
    assert run.stdout == ""
    assert f"{SITE}: too few finished runs" in run.stderr
    with CrawlStore(crawl_db) as store:
        assert list(suggest(store.db, SITE)) == []


def test_runs_of_an_older_release_are_kept_and_not_judged(tmp_path):
    path = tmp_path / "crawl.db"
    build_crawl_db(path, tuple(CITIES)[:1])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE run SET measures = NULL, host = NULL, pid = NULL, heard_at = NULL, finished_at = NULL")
    with CrawlStore(path) as store:
        assert check_runs(store.db) == []
        store.finish_run(store.start_run(SITE, "test", {}, "1"), "finished", {}, None)
    assert rows(tmp_path, "SELECT outcome FROM run ORDER BY id") == [("failed",), ("finished",)]
