"""A crawl is a guest: robots.txt, the site's own hosts alone, and a name to write to."""

import itertools
import socket
import time
from subprocess import run as run_command

import pytest
from crawling import (
    ROOT,
    SECTION,
    Answer,
    altered,
    article,
    command,
    crawl,
    crawl_arguments,
    environment,
    error_line,
    in_namespace,
    last_run,
    path_of,
    scrapy,
    scrapy_at,
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
        (Answer("slowly", 429), "robots.txt answers 429, so nothing may be asked"),
        ("User-agent: *\nCrawl-delay: 86400", "robots.txt wants 86400 seconds between two requests"),
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


def answering(site, status: int, times: int, **headers: str) -> None:
    """Article 2 answers so many times with `status`, then as ever."""
    page, left = site.pages[path_of(2)], [times]

    def answer(path: str) -> None:
        if path == path_of(2):
            left[0] -= 1
            site.pages[path] = Answer("", status, headers) if left[0] >= 0 else page

    site.before = answer


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_asked_again_after_as_long_as_it_says(site, tmp_path, status):
    answering(site, status, 1, **{"Retry-After": "2"})
    assert crawl(site, tmp_path).returncode == 0
    assert site.articles_asked().count(path_of(2)) == 2
    assert states(tmp_path)["2"] == "fetched"


def test_a_host_that_wants_an_hour_is_left_alone_by_this_run_and_the_next(site, tmp_path):
    answering(site, 503, 9, **{"Retry-After": "3600"})
    run = crawl(site, tmp_path)
    assert run.returncode == 1
    assert "is not to be asked before" in last_run(tmp_path)[1]
    assert "failed" not in states(tmp_path).values()
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 1
    assert site.asked == []
    site.before = lambda path: None
    site.pages[path_of(2)] = article()
    assert scrapy_at(2 * 3600, site, tmp_path).returncode == 0
    assert states(tmp_path)["2"] == "fetched"


def test_no_host_is_asked_more_often_a_day_than_its_budget(site, tmp_path):
    run = scrapy(*crawl_arguments(site), "-s", "DAILY_REQUESTS=3", data=tmp_path)
    assert run.returncode == 0
    assert len(site.asked) == 3
    assert "which is its daily budget" in run.stderr
    assert "waiting" in states(tmp_path).values()
    assert scrapy_at(24 * 3600, site, tmp_path).returncode == 0
    assert "waiting" not in states(tmp_path).values()


def test_a_robots_txt_that_cannot_be_had_forbids_all(site, tmp_path):
    def hang_up(path: str) -> None:
        raise ConnectionAbortedError

    site.before = hang_up
    assert crawl(site, tmp_path).returncode == 1
    assert set(site.paths()) == {"/robots.txt"}
    assert last_run(tmp_path)[1] == f"no list could be read: {site.url}{SECTION}: the connection broke off"


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


@pytest.mark.parametrize(
    "throttle",
    [[], ["AUTOTHROTTLE_ENABLED=True"], ["AUTOTHROTTLE_ENABLED=True", "AUTOTHROTTLE_MAX_DELAY=0.2"]],
)
def test_a_crawl_delay_is_kept_whatever_the_throttle_thinks(site, tmp_path, throttle):
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 1"
    moments: list[float] = []
    site.before = lambda path: moments.append(time.monotonic())
    options = (word for option in throttle for word in ("-s", option))
    assert scrapy(*crawl_arguments(site), *options, data=tmp_path).returncode == 0
    assert len(moments) == 6
    assert min(gaps(moments[1:])) > 0.9, "between robots.txt and the first page no more is promised than the site's own"


FORGETFUL = """
from scrapy.core.downloader import Downloader
Downloader._SLOT_GC_INTERVAL, Downloader._slot_gc.__defaults__ = 0.1, (0.1,)
"""


def test_a_crawl_delay_outlasts_a_wait(site, tmp_path):
    """Scrapy forgets what it knew of a host that was not asked for a minute, here for a moment."""
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 1"
    answering(site, 503, 1, **{"Retry-After": "5"})
    count, moments = site.before, []
    site.before = lambda path: (count(path), moments.append(time.monotonic()))
    forgetful = altered(FORGETFUL, command(*crawl_arguments(site), data=tmp_path))
    run_command(forgetful, cwd=ROOT, env=environment(), capture_output=True, timeout=120, check=True)
    assert states(tmp_path)["2"] == "fetched"
    assert max(gaps(moments)) > 2, "the wait"
    assert min(gaps(moments[1:])) > 0.9


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_to_a_private_address_is_not_asked(address, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text(f"{address} m.shebao.southmoney.com\n")
    arguments = ["crawl", "articles", "-a", "site=shebaowang", "-s", "CONTACT=me@home.example"]
    script = 'mount --bind "$1" /etc/hosts; shift; exec "$@"'
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 443))
        listening.listen()
        listening.settimeout(0)
        run = in_namespace(script, str(hosts), *command(*arguments, data=tmp_path / "data"))
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert run.returncode == 1
    assert f"m.shebao.southmoney.com leads to the private address {address}" in run.stderr
