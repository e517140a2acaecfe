"""A crawl, from the lists to the rows: real `scrapy` processes at real servers on loopback."""

import os
import pty
import socket
import subprocess
from pathlib import Path

import pytest
from crawling import (
    CANONICAL,
    ROOT,
    SECTION,
    Answer,
    article,
    command,
    contents,
    crawl,
    crawl_arguments,
    environment,
    last_run,
    listing,
    make_due,
    path_of,
    rows,
    scrapy,
    serving,
    small_site,
    states,
)


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def test_lists_lead_to_articles_and_those_to_earlier_ones(site, tmp_path):
    run = crawl(site, tmp_path)
    assert run.returncode == 0, run.stderr
    assert states(tmp_path) == {"1": "fetched", "2": "fetched", "3": "fetched", "4": "dead"}
    listed = rows(tmp_path, "SELECT url, listed_at, region_code, type FROM page WHERE article_id LIKE '%-4'")
    assert listed == [(CANONICAL + path_of(4), "2026-03-02 09:00", "320500", "balance-query")]
    assert rows(tmp_path, "SELECT url, site, region_code FROM article WHERE id LIKE '%-1'") == [
        (CANONICAL + path_of(1), "shebaowang", "320500")
    ]
    assert last_run(tmp_path) == ("finished", None)
    assert "Dead links (1):" in run.stderr
    assert CANONICAL + path_of(4) in run.stderr
    assert "Failed" not in run.stderr
    assert run.stdout == ""


def test_a_second_crawl_asks_for_no_article_and_changes_no_record(site, tmp_path):
    crawl(site, tmp_path)
    before = contents(tmp_path)
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 0
    assert site.articles_asked() == []
    assert contents(tmp_path) == before


def test_an_article_asked_again_is_not_sent_again(site, tmp_path):
    headers = {"ETag": '"v1"', "Last-Modified": "Thu, 05 Mar 2026 02:20:30 GMT"}
    site.pages[path_of(2)] = Answer(article(), headers=headers)
    crawl(site, tmp_path)
    before = contents(tmp_path)
    make_due(tmp_path)
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 0
    sent = dict(site.asked)[path_of(2)]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v1"', headers["Last-Modified"])
    assert contents(tmp_path) == before
    assert states(tmp_path)["2"] == "fetched"


def test_a_changed_article_is_stored_beside_its_earlier_version(site, tmp_path):
    crawl(site, tmp_path)
    make_due(tmp_path)
    site.pages[path_of(2)] = article("医保个人账户的余额现在只能在医保经办窗口查询,请带上身份证前往办理。")
    run = crawl(site, tmp_path)
    assert "articles changed" in run.stderr
    assert len(rows(tmp_path, "SELECT 1 FROM article_version WHERE article_id LIKE '%-2'")) == 2
    assert len(rows(tmp_path, "SELECT 1 FROM article_version WHERE article_id LIKE '%-3'")) == 1


def test_all_addresses_of_an_article_are_asked_once(site, tmp_path):
    again = [
        ("http://SHEBAO.southmoney.com" + path_of(1), "2026-03-05 10:20"),
        (path_of(1) + "?from=wx", "2026-03-05 10:20"),
        (path_of(1, page=2), "2026-03-05 10:20"),
        (site.url + path_of(1) + "#top", "2026-03-05 10:20"),
    ]
    site.pages[SECTION] = listing(*again)
    assert crawl(site, tmp_path).returncode == 0
    assert site.articles_asked().count(path_of(1)) == 1
    assert rows(tmp_path, "SELECT url FROM page WHERE article_id LIKE '%-1'") == [(CANONICAL + path_of(1),)]


def test_later_pages_are_part_of_the_article(site, tmp_path):
    later = "到医保经办窗口查询余额的,工作人员当场打印明细。"
    site.pages[path_of(2)] = article(links='<a href="2_2.html">2</a>')
    site.pages[path_of(2, page=2)] = article(later, links='<a href="2.html">1</a>')
    assert crawl(site, tmp_path).returncode == 0
    texts = rows(
        tmp_path,
        "SELECT s.text FROM line l JOIN statement s ON s.id = l.statement_id WHERE l.article_id LIKE '%-2'",
    )
    assert (later,) in texts
    assert set(states(tmp_path)) == {"1", "2", "3", "4"}


def test_a_missing_later_page_fails_the_article(site, tmp_path):
    site.pages[path_of(2)] = article(links='<a href="2_2.html">2</a>')
    run = crawl(site, tmp_path)
    assert run.returncode == 0
    assert states(tmp_path)["2"] == "failed"
    assert f"{path_of(2)}: later page 2 of 2 missing: HTTP 404" in run.stderr
    assert rows(tmp_path, "SELECT count(*) FROM article WHERE id LIKE '%-2'") == [(0,)]


def test_what_was_listed_before_since_is_kept_but_not_asked(site, tmp_path):
    assert crawl(site, tmp_path, "since=2026-03-04").returncode == 0
    assert states(tmp_path) == {"1": "fetched", "2": "fetched", "3": "waiting", "4": "waiting"}
    assert path_of(3) not in site.paths()


def test_further_pages_of_a_list_are_read_as_far_as_since(site, tmp_path):
    for page, day in ((2, "2026-03-01"), (3, "2025-12-20"), (4, "2025-12-01")):
        links = f'<a href="http://[broken">?</a><a href="{SECTION}index_{page + 1}.html">next</a>'
        site.pages[f"{SECTION}index_{page}.html"] = listing((path_of(10 + page), f"{day} 08:00"), links=links)
    site.pages[SECTION] = listing((path_of(1), "2026-03-05 10:20"), links='<a href="index_2.html">2</a>')
    assert crawl(site, tmp_path).returncode == 0
    asked = [path for path in site.paths() if "index_" in path]
    assert asked == [f"{SECTION}index_2.html", f"{SECTION}index_3.html"]
    assert states(tmp_path)["13"] == "waiting"


def test_no_more_than_max_articles_are_asked(site, tmp_path):
    run = crawl(site, tmp_path, "max_articles=1")
    assert run.returncode == 0
    assert site.articles_asked() == [path_of(1)]
    assert states(tmp_path) == {"1": "fetched", "2": "waiting", "3": "waiting", "4": "waiting"}
    crawl(site, tmp_path)
    assert site.articles_asked().count(path_of(1)) == 1
    assert states(tmp_path)["3"] == "fetched"


def test_a_terminal_shows_a_progress_line(site, tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*crawl_arguments(site), data=tmp_path), cwd=ROOT, env=environment(), stderr=theirs
    )
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"0 listed, 0 waiting" in shown
    assert b"Run 1 finished" in shown


def test_the_demo_site_is_served_while_it_is_crawled_and_ended_after(tmp_path):
    run = scrapy("crawl", "articles", "-a", "max_articles=2", data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert rows(tmp_path, "SELECT count(*) FROM article") == [(2,)]
    (url,) = rows(tmp_path, "SELECT json_extract(options, '$.base_url') FROM run")[0]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) != 0, "still served"


@pytest.mark.parametrize("form", ["mobile", "desktop"])
def test_the_real_articles_pages(form, tmp_path):
    reference = Path(os.environ.get("REFERENCE_DIR", "/nonexistent")) / "realsite" / form
    if not reference.is_dir():
        pytest.skip("reference material not present")
    pages = {
        f"/{path.relative_to(reference)}".removesuffix("index.html"): Answer(path.read_bytes())
        for path in reference.rglob("*.*")
    }
    with serving(pages) as site:
        run = crawl(site, tmp_path)
        assert run.returncode == 0, run.stderr
        assert rows(tmp_path, "SELECT region_code FROM article") == [("320200",)]
        assert rows(tmp_path, "SELECT count(*) FROM procedure") == [(5,)]
        assert rows(tmp_path, "SELECT count(*), count(listed_at) FROM related_link") == [(23, 23)]
        assert sorted(states(tmp_path).values()) == ["dead"] * 23 + ["fetched"]
        assert "Dead links (23):" in run.stderr
        assert run.stderr.count(f"\n  {CANONICAL}{SECTION}") == 23
        before = contents(tmp_path)
        site.asked.clear()
        assert crawl(site, tmp_path).returncode == 0
        assert site.articles_asked() == []
        assert contents(tmp_path) == before
