"""How a crawl ends: what fails it, what it says then, and that the next one goes on where it was."""

import resource
import signal
import socket
import subprocess

import pytest
from crawling import (
    ROOT,
    SECTION,
    Answer,
    article,
    command,
    crawl,
    crawl_arguments,
    environment,
    error_line,
    last_run,
    listing,
    path_of,
    rows,
    scrapy,
    small_site,
    states,
    wait_a_little,
    wait_until,
)

from crawler.sites import site_names


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def test_max_minutes_ends_the_crawl(site, tmp_path):
    site.pages |= {path_of(n): article() for n in range(10, 40)}
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in range(10, 40)))
    site.before = wait_a_little
    run = crawl(site, tmp_path, "max_minutes=0.02")
    assert run.returncode == 0
    assert last_run(tmp_path) == ("finished", None)
    assert "waiting" in states(tmp_path).values()


def test_what_is_no_article_is_counted_with_its_reason(site, tmp_path):
    wrong = {
        10: (Answer("busy", 500), "HTTP 500"),
        11: (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "no page of text but application/pdf"),
        12: (Answer(b"\x00\x01\x02\xff" * 99), "binary data"),
        13: (Answer(""), "the page is empty"),
        14: (article("请输入验证码", title="安全验证"), "an error or login page"),
    }
    site.pages |= {path_of(number): page for number, (page, _) in wrong.items()}
    site.pages |= {path_of(number): article() for number in range(20, 26)}
    numbers = [*wrong, *range(20, 26)]
    site.pages[SECTION] = listing(*((path_of(number), "2026-03-05 10:20") for number in numbers))
    run = crawl(site, tmp_path)
    assert run.returncode == 0, "less than half failed"
    named = run.stderr.split(f"Failed ({len(wrong)}):")[1]
    for number, (_, reason) in wrong.items():
        assert f"{site.url}{path_of(number)}: {reason}" in named
        stored = rows(tmp_path, f"SELECT state, reason FROM page WHERE article_id LIKE '%-{number}'")
        assert [(state, reason in why) for state, why in stored] == [("failed", True)]
    assert rows(tmp_path, "SELECT count(*) FROM article") == [(6,)]


def test_a_run_where_most_articles_failed_is_a_failed_one(site, tmp_path):
    for number in (1, 2):
        site.pages[path_of(number)] = Answer("busy", 500)
    run = crawl(site, tmp_path)
    assert run.returncode == 1
    assert last_run(tmp_path) == ("failed", "2 of 2 articles failed, 2 of them: http_error")


def test_without_a_readable_list_the_run_failed_and_articles_are_left_alone(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    site.asked.clear()
    site.pages[SECTION] = Answer("busy", 500)
    assert crawl(site, tmp_path).returncode == 1
    assert site.articles_asked() == []
    assert last_run(tmp_path) == ("failed", f"no list could be read: {site.url}{SECTION}: HTTP 500")


def test_a_list_that_names_no_article_fails_the_run(site, tmp_path):
    site.pages[SECTION] = "<html><body>new design</body></html>"
    assert crawl(site, tmp_path).returncode == 1
    assert "names no article; did the site change its addresses?" in last_run(tmp_path)[1]


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("site=nowhere", f"unknown site 'nowhere'; known sites: {', '.join(site_names())}"),
        ("since=soon", "since must be a day as YYYY-MM-DD"),
        ("since=20260101", "since must be a day as YYYY-MM-DD"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(tmp_path, argument, told):
    assert told in error_line(scrapy("crawl", "articles", "-a", argument, data=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_spider_that_is_not_there_is_one_clear_line(tmp_path):
    assert "Spider not found: article" in error_line(scrapy("crawl", "article", data=tmp_path))


def test_a_site_that_does_not_answer_fails_the_run(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        run = scrapy("crawl", "articles", "-a", "site=shebaowang", "-a", f"base_url={url}", data=tmp_path)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert last_run(tmp_path) == ("failed", f"no list could be read: {url}{SECTION}: connection refused")


@pytest.mark.parametrize("content", [b"this is no database" * 99, b""])
def test_a_foreign_crawl_db_is_left_as_it_is(site, tmp_path, content):
    (tmp_path / "crawl.db").write_bytes(content)
    assert "crawl.db" in error_line(crawl(site, tmp_path))
    assert (tmp_path / "crawl.db").read_bytes() == content
    assert site.asked == []


def test_a_full_disk_ends_the_crawl_with_one_clear_line(site, tmp_path):
    crawl(site, tmp_path, "max_articles=1")
    size = max(path.stat().st_size for path in tmp_path.iterdir())
    site.pages[path_of(2)] = article(*(f"第{n}条:医保个人账户的余额可以在线上查询,{n}分钟就好。" for n in range(3000)))
    run = scrapy(
        *crawl_arguments(site),
        data=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096)),
    )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "no space left" in run.stderr
    assert crawl(site, tmp_path).returncode == 0
    assert "waiting" not in states(tmp_path).values()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_crawl_cleanly_and_the_next_goes_on(site, tmp_path, number):
    process = start_slow_crawl(site, tmp_path)
    process.send_signal(number)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert last_run(tmp_path) == ("stopped", "stopped by the operator; the next run goes on")
    fetched = {n for n, state in states(tmp_path).items() if state == "fetched"}
    assert fetched
    assert "waiting" in states(tmp_path).values()
    assert_the_next_run_fetches_the_rest(site, tmp_path, fetched)


def test_a_killed_crawl_loses_nothing(site, tmp_path):
    process = start_slow_crawl(site, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    fetched = {n for n, state in states(tmp_path).items() if state == "fetched"}
    assert_the_next_run_fetches_the_rest(site, tmp_path, fetched)


def start_slow_crawl(site, data) -> subprocess.Popen[str]:
    """A crawl of 40 articles that has stored at least one of them and is under way with others."""
    site.pages |= {path_of(n): article() for n in range(10, 50)}
    site.pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in range(10, 50)))
    site.before = wait_a_little
    process = subprocess.Popen(
        command(*crawl_arguments(site), data=data), cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: (data / "crawl.db").exists() and "fetched" in states(data).values())
    return process


def assert_the_next_run_fetches_the_rest(site, data, fetched) -> None:
    site.before = lambda path: None
    site.asked.clear()
    assert crawl(site, data).returncode == 0
    assert set(states(data).values()) == {"fetched"}
    assert not {path_of(int(n)) for n in fetched} & set(site.articles_asked())
