"""A crawl is a guest: robots.txt, the site's own hosts alone, and a name to write to."""

import pytest
from crawling import (
    SECTION,
    Answer,
    article,
    crawl,
    crawl_arguments,
    error_line,
    last_run,
    path_of,
    scrapy,
    serving,
    small_site,
    states,
)


@pytest.fixture
def site():
    with small_site() as served:
        yield served


@pytest.mark.parametrize(
    ("robots", "told"),
    [
        ("User-agent: *\nDisallow: /yiliao/", "robots.txt forbids it"),
        (Answer("busy", 503), "robots.txt answers 503, so nothing may be asked"),
    ],
)
def test_robots_txt_is_obeyed(site, tmp_path, robots, told):
    site.pages["/robots.txt"] = robots
    run = crawl(site, tmp_path)
    assert run.returncode == 1
    assert set(site.paths()) == {"/robots.txt"}
    assert last_run(tmp_path) == ("failed", f"no list could be read: {site.url}{SECTION}: {told}")
    assert told in run.stderr


def test_a_forbidden_article_is_not_asked(site, tmp_path):
    site.pages["/robots.txt"] = f"User-agent: *\nDisallow: {path_of(2)}"
    assert crawl(site, tmp_path).returncode == 0
    assert path_of(2) not in site.paths()
    assert states(tmp_path)["2"] == "failed"


def test_a_redirect_to_another_host_is_a_failure_and_not_followed(site, tmp_path):
    with serving({path_of(2): article()}) as other:
        site.pages[path_of(2)] = Answer("", 302, {"Location": other.url + path_of(2)})
        run = crawl(site, tmp_path)
        assert other.asked == []
    assert states(tmp_path)["2"] == "failed"
    assert "which is not the site's" in run.stderr


def test_a_redirect_within_the_site_is_followed_to_the_same_article_alone(site, tmp_path):
    moved = path_of(2).replace("202603", "202604")
    site.pages[path_of(2)] = Answer("", 301, {"Location": moved})
    site.pages[moved] = article()
    site.pages[path_of(3)] = Answer("", 302, {"Location": "/"})
    site.pages["/"] = article()
    crawl(site, tmp_path)
    assert states(tmp_path)["2"] == "fetched"
    assert states(tmp_path)["3"] == "failed"


def test_the_site_learns_who_asks(site, tmp_path):
    scrapy(*crawl_arguments(site), "-s", "CONTACT=me@home.example", data=tmp_path)
    assert {headers["User-Agent"] for _, headers in site.asked} == {"shebao-atlas (+me@home.example)"}


def test_without_a_contact_no_host_but_loopback_is_asked(tmp_path):
    run = scrapy("crawl", "articles", "-a", "site=shebaowang", data=tmp_path)
    line = error_line(run)
    assert "m.shebao.southmoney.com" in line
    assert "-s CONTACT=" in line
    assert not (tmp_path / "crawl.db").exists()
