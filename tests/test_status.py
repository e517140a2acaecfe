"""`scrapy status`: what an operator sees of the runs, the checks and what is covered."""

import json
import os
import pty
import sqlite3
import subprocess
from contextlib import closing

import pytest
from crawling import (
    ROOT,
    SECTION,
    Answer,
    article,
    command,
    crawl,
    environment,
    error_line,
    last_run,
    make_due,
    path_of,
    rows,
    scrapy,
    small_site,
)


def status(data) -> dict:
    run = scrapy("status", "--json", data=data)
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_after_a_crawl_it_says_what_there_is(tmp_path):
    with small_site() as site:
        assert crawl(site, tmp_path).returncode == 0
    found = status(tmp_path)
    (of_site,) = found["sites"]
    assert of_site["site"] == "shebaowang"
    assert (of_site["articles"], of_site["due"]) == ({"dead": 1, "fetched": 3}, 0)
    assert of_site["checks"] == []
    assert of_site["freshest"]["published_at"] == "2026-03-05T10:20:30+08:00"
    (run,) = of_site["runs"]
    assert (run["reason"], run["outcome"], run["counts"]["new"]) == ("by_hand", "finished", 3)
    assert run["measures"]["fetched"] == 3
    assert found["coverage"]["regions"] == [{"code": "320000", "name": "江苏省", "places": 1, "articles": 3}]
    assert found["coverage"]["types"][0] == {
        "type": "balance-query", "name": "余额/账户明细查询", "articles": 3, "places": 1,
    }  # fmt: skip
    assert found["published"] is None
    assert scrapy("publish", data=tmp_path).returncode == 0
    assert status(tmp_path)["published"]["at"].endswith("+08:00")


def test_why_a_run_failed_is_one_line(tmp_path):
    with small_site() as site:
        site.pages |= {path_of(number): Answer("busy", 500) for number in (1, 2)}
        assert crawl(site, tmp_path).returncode == 1
    run = scrapy("status", data=tmp_path)
    assert run.stdout.splitlines()[:2] == [
        "shebaowang",
        "  error: the run failed: " + last_run(tmp_path)[1] + " (run 1)",
    ]
    assert "\x1b" not in run.stdout
    assert "─" not in run.stdout


@pytest.mark.parametrize("lists_too", [True, False])
def test_a_wall_on_every_page_keeps_yesterdays_and_is_one_line(tmp_path, lists_too):
    with small_site() as site:
        assert crawl(site, tmp_path).returncode == 0
        assert scrapy("publish", data=tmp_path).returncode == 0
        yesterdays = (tmp_path / "procedures.db").read_bytes()
        wall = article("请输入验证码", title="安全验证")
        walled = [path for path in site.pages if lists_too or path != SECTION]
        site.pages |= dict.fromkeys(walled, wall)
        make_due(tmp_path)
        assert crawl(site, tmp_path).returncode == 1
    assert scrapy("publish", data=tmp_path).returncode == 1
    assert (tmp_path / "procedures.db").read_bytes() == yesterdays
    (check, *_) = status(tmp_path)["sites"][0]["checks"]
    assert (check["severity"], check["run_id"]) == ("error", 2)
    assert "the run failed: " in check["text"]
    assert "\n" not in check["text"]
    assert ("no list could be read" if lists_too else "3 of 4 articles failed") in check["text"]
    assert scrapy("status", data=tmp_path).stdout.splitlines()[1] == f"  error: {check['text']} (run 2)"


def test_pages_that_say_nothing_of_the_matter_fail_the_night(tmp_path):
    """A wall that is not known as one: what an operator would type, `crawl && publish`, then `status`."""
    with small_site() as site:
        assert crawl(site, tmp_path).returncode == 0
        assert scrapy("publish", data=tmp_path).returncode == 0
        yesterdays = (tmp_path / "procedures.db").read_bytes()
        strange = "<html><body>" + "<p>今天天气很好,没有别的可说。</p>" * 9 + "</body></html>"
        site.pages |= {path_of(number): strange for number in (1, 2, 3)}
        make_due(tmp_path)
        run = crawl(site, tmp_path)
    assert run.returncode == 1
    check = status(tmp_path)["sites"][0]["checks"][0]
    assert check["severity"] == "error"
    assert f"Error: shebaowang, run 2: {check['text']}\n" in run.stderr
    assert "What was published before stays" in run.stderr
    assert scrapy("publish", data=tmp_path).returncode == 1
    assert (tmp_path / "procedures.db").read_bytes() == yesterdays
    assert scrapy("status", data=tmp_path).stdout.splitlines()[1] == f"  error: {check['text']} (run 2)"


def test_a_terminal_gets_tables(tmp_path):
    with small_site() as site:
        crawl(site, tmp_path)
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as shown:
        subprocess.run(
            command("status", data=tmp_path), cwd=ROOT, env={**environment(), "TERM": "xterm"}, stdout=theirs,
            timeout=60, check=True,
        )  # fmt: skip
        os.close(theirs)
        said = read_all(shown).decode()
    assert "\x1b[" in said
    assert "─" in said
    assert "finished" in said


def read_all(terminal) -> bytes:
    said = b""
    try:
        while part := terminal.read(65536):
            said += part
    except OSError:
        pass  # how Linux says that nobody writes to a terminal any more
    return said


def test_a_scheduled_run_is_told_from_one_by_hand(tmp_path):
    with small_site() as site:
        arguments = [
            "-a",
            "site=shebaowang",
            "-a",
            f"base_url={site.url}",
            "-a",
            "since=2020-01-01",
            "-s",
            "RUN_REASON=scheduled",
        ]
        assert scrapy("crawl", "articles", *arguments, data=tmp_path).returncode == 0
    assert status(tmp_path)["sites"][0]["runs"][0]["reason"] == "scheduled"


def test_a_run_that_was_killed_died(tmp_path):
    with small_site() as site:
        crawl(site, tmp_path)
    with closing(sqlite3.connect(tmp_path / "crawl.db")) as db, db:
        db.execute("UPDATE run SET finished_at = NULL, outcome = NULL, counts = NULL")
    (run,) = status(tmp_path)["sites"][0]["runs"]
    assert run["outcome"] == "died"
    assert run["error"].startswith("killed, or the machine crashed; last heard of 20")
    assert rows(tmp_path, "SELECT outcome FROM run") == [(None,)], "looking changes nothing"


def test_without_a_crawl_it_says_what_to_do(tmp_path):
    assert "run `scrapy crawl articles -a site=NAME` first" in error_line(scrapy("status", data=tmp_path))
