"""What is asked for again, when, and how: an unchanged site sends nothing, a changed article is a new version."""

import sqlite3

import pytest
from crawling import (
    SECTION,
    Answer,
    article,
    contents,
    crawl,
    last_run,
    listing,
    make_due,
    path_of,
    rows,
    scrapy_at,
    small_site,
    states,
)

DAY = 24 * 3600
OTHER = "医保个人账户的余额现在只能在医保经办窗口查询,请带上身份证前往办理。"


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def tagged(page: str, tag: str) -> Answer:
    return Answer(page, headers={"ETag": f'"{tag}"'})


def column(data, name: str, number: int):
    return rows(data, f"SELECT {name} FROM page WHERE article_id LIKE '%-{number}'")[0][0]


def sent(site) -> list[str]:
    """The paths whose page was sent, in the requests since the last clear."""
    return [
        path
        for path, headers in site.asked
        if getattr(site.pages.get(path), "headers", {}).get("ETag", "") != headers.get("If-None-Match")
    ]


def test_an_unchanged_site_sends_no_page_of_an_article_and_no_list(site, tmp_path):
    site.pages = {path: tagged(page, "v1") for path, page in site.pages.items()}
    site.pages[path_of(2)] = tagged(article(links='<a href="2_2.html">2</a>'), "first")
    site.pages[path_of(2, page=2)] = tagged(article(OTHER, links='<a href="2.html">1</a>'), "second")
    crawl(site, tmp_path)
    before = contents(tmp_path)
    make_due(tmp_path)
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 0
    assert sent(site) == ["/robots.txt", path_of(4)]
    assert path_of(2, page=2) in site.paths()
    assert contents(tmp_path) == before


def test_a_later_page_that_changed_makes_a_new_version(site, tmp_path):
    site.pages[path_of(2)] = tagged(article(links='<a href="2_2.html">2</a>'), "first")
    site.pages[path_of(2, page=2)] = tagged(article(OTHER, links='<a href="2.html">1</a>'), "v1")
    crawl(site, tmp_path)
    make_due(tmp_path)
    site.pages[path_of(2, page=2)] = tagged(article(OTHER.replace("身份证", "社保卡")), "v2")
    crawl(site, tmp_path)
    assert rows(tmp_path, "SELECT count(*) FROM article_version WHERE article_id LIKE '%-2'") == [(2,)]
    assert column(tmp_path, "changed_at", 2) == column(tmp_path, "fetched_at", 2)
    assert column(tmp_path, "changed_at", 3) is None


def test_an_unchanged_list_still_leads_to_its_further_pages(site, tmp_path):
    """A crawl killed between two pages of a list: the first is unchanged, the second was never read."""
    further = f'<a href="{SECTION}index_2.html">2</a>'
    site.pages[SECTION] = tagged(listing((path_of(1), "2026-03-05 10:20"), links=further), "v1")
    assert crawl(site, tmp_path).returncode == 0
    site.pages[f"{SECTION}index_2.html"] = listing((path_of(7), "2026-03-01 10:20"))
    site.pages[path_of(7)] = article()
    assert crawl(site, tmp_path).returncode == 0
    assert states(tmp_path)["7"] == "fetched"
    assert '"listings_not_modified": 1' in rows(tmp_path, "SELECT counts FROM run ORDER BY id DESC LIMIT 1")[0][0]


def test_a_list_is_asked_for_in_full_once_a_week(site, tmp_path):
    site.pages[SECTION] = tagged(site.pages[SECTION], "never-changes")
    crawl(site, tmp_path)
    site.pages[SECTION] = tagged(listing((path_of(7), "2026-03-06 10:20")), "never-changes")
    site.pages[path_of(7)] = article()
    scrapy_at(3 * DAY, site, tmp_path)
    assert "7" not in states(tmp_path)
    scrapy_at(8 * DAY, site, tmp_path)
    assert states(tmp_path)["7"] == "fetched"


def test_new_articles_come_before_rechecks(site, tmp_path):
    crawl(site, tmp_path)
    make_due(tmp_path)
    site.pages[SECTION] = listing((path_of(7), "2026-02-06 10:20"), (path_of(1), "2026-03-05 10:20"))
    site.pages[path_of(7)] = article()
    site.asked.clear()
    crawl(site, tmp_path, "max_articles=1")
    assert site.articles_asked() == [path_of(7)]


def test_an_old_article_is_checked_again_though_it_was_listed_before_since(site, tmp_path):
    crawl(site, tmp_path)
    make_due(tmp_path)
    site.asked.clear()
    crawl(site, tmp_path, "since=2026-03-05")
    assert path_of(3) in site.paths()


def test_what_was_read_is_gone_only_after_misses_on_three_days_and_may_come_back(site, tmp_path):
    crawl(site, tmp_path)
    page = site.pages.pop(path_of(2))
    found = []
    for days in (100, 100.01, 101.5, 103.5):
        run = scrapy_at(days * DAY, site, tmp_path)
        found.append((column(tmp_path, "state", 2), column(tmp_path, "misses", 2)))
    assert found == [("missing", 1), ("missing", 1), ("missing", 2), ("gone", 3)]
    assert "Gone for days (1):" in run.stderr
    assert rows(tmp_path, "SELECT count(*) FROM article WHERE id LIKE '%-2'") == [(1,)]
    site.pages[path_of(2)] = page
    scrapy_at(110 * DAY, site, tmp_path)
    assert (column(tmp_path, "state", 2), column(tmp_path, "misses", 2)) == ("fetched", 0)
    assert '"came_back": 1' in rows(tmp_path, "SELECT counts FROM run ORDER BY id DESC LIMIT 1")[0][0]


def test_a_clock_that_was_wrong_for_a_run_puts_nothing_off(site, tmp_path):
    """The machine believed to be in the year 2036; set right again, everything is looked after as before."""
    scrapy_at(3650 * DAY, site, tmp_path)
    assert column(tmp_path, "due_at", 2) > "2035"
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 0
    assert path_of(2) in site.paths()
    assert column(tmp_path, "due_at", 2) < "2035"
    assert last_run(tmp_path) == ("finished", None)
    with sqlite3.connect(tmp_path / "crawl.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
