"""`scrapy doctor`: it asks little, stores nothing, says what is right or wrong and what the site file should say."""

import pytest
from crawling import SECTION, Answer, article, error_line, listing, path_of, scrapy, serving, small_site
from guide_site import FOLDER, guide_pages

from crawler.doctor.addresses import Link, guess_articles, guess_further_pages, only_queries_differ
from crawler.sites import site_names

TITLE = "苏州医保余额怎么查?"


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def doctor(site, data, *more):
    return scrapy("doctor", "shebaowang", "--base-url", site.url, *more, data=data)


def test_a_known_site_is_looked_at_and_nothing_is_stored(site, tmp_path):
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/\nCrawl-delay: 0.1\n")
    site.pages[path_of(1)] = Answer(site.pages[path_of(1)], headers={"ETag": '"1"'})
    run = doctor(site, tmp_path)
    assert run.returncode == 0, run.stderr
    for told in (
        "there is one, and it is obeyed",
        "names 2 articles of the form that the site file gives",
        "charset: none by the header, utf-8 by the page; read as utf-8",
        "title '苏州医保余额怎么查?', published 2026-03-05T10:20:30+08:00",
        "1 procedures (balance-query)",
        "the list names 2 articles, the lists under 2 articles 2 more",
        "the site says no without sending the page (HTTP 304)",
        "a crawl can begin",
    ):
        assert told in run.stderr, told
    assert list(tmp_path.iterdir()) == []
    assert len(site.articles_asked()) <= 4
    assert site.paths().count(SECTION) == 1


def test_addresses_that_changed_are_told_with_the_line_to_write(site, tmp_path):
    new = {n: f"/zhishi/2026/{n}.shtml" for n in range(1, 6)}
    site.pages = {SECTION: listing(*((path, "2026-03-05 10:20") for path in new.values()))}
    site.pages |= {path: article() for path in new.values()}
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "names no article of the form that the site file gives; did the site change its addresses?" in run.stderr
    assert "5 links look like articles, such as " in run.stderr
    wanted = r"article = '/(?P<section>zhishi)/\d+/(?P<number>\d+)(?:_(?P<page>\d+))?\.shtml'"
    assert run.stdout.splitlines()[0] == wanted
    assert "article 3: " in run.stderr, "the articles are looked at all the same"


def test_markup_that_changed_is_told_with_selectors_that_fit(tmp_path):
    pages = {
        path.replace(FOLDER, SECTION).replace("2026-03/c", "202603/"): page for path, page in guide_pages().items()
    }
    for answer in [page for page in pages.values() if isinstance(page.body, bytes)]:
        answer.body = answer.body.replace(FOLDER.encode(), SECTION.encode()).replace(b"2026-03/c", b"202603/")
    with serving(pages) as site:
        run = doctor(site, tmp_path)
    assert run.returncode == 0, run.stderr
    assert "markup 'desktop' does not fit: not title, time, source, body, related" in run.stderr
    assert "read without markup: title, 8 lines, 3 listed below" in run.stderr
    assert run.stdout.split() == '[[markup]] name = "page" title = "h1.bt" time = "p.sj" body = "div.wz" ' \
        'related = "div.xg > ul"'.split()  # fmt: skip


def test_what_cannot_be_asked_or_read_is_told(site, tmp_path):
    site.pages[path_of(1)] = Answer("busy", 500)
    site.pages[path_of(2)] = article("请输入验证码", title="安全验证")
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "cannot be read: HTTP 500" in run.stderr
    assert "cannot be read: an error or login page" in run.stderr
    site.pages["/robots.txt"] = Answer("", 503)
    site.asked.clear()
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "BAD  HTTP 503: nothing may be asked until there is an answer" in run.stderr
    assert set(site.paths()) == {"/robots.txt"}


def test_a_strange_site_is_learnt_from_one_of_its_articles(tmp_path):
    with serving(guide_pages()) as site:
        run = scrapy("doctor", f"{site.url}{FOLDER}2026-03/c880002.html", data=tmp_path)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0] == 'title_zh = "江边办事网"'
    assert 'listings = ["/minsheng/yibao/"]' in lines
    assert r"listing_page = '/minsheng/yibao/p\d+\.html'" in lines


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "give one site or one address"),
        (["nowhere"], "unknown site 'nowhere'"),
        (["https://strange.example/list/"], "-s CONTACT="),
        (["http://127.0.0.1:9/", "--save", "../x"], "a site's name is made of letters"),
        (["http://127.0.0.1:9/", "--save", "demo"], "demo is a known site already"),
        (["demo", "--save", "other"], "demo has its site file"),
        (["http://127.0.0.1:9/", "--base-url", "http://127.0.0.1:9"], "--base-url is for a site given by its name"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path, arguments, told):
    before = site_names()
    assert told in error_line(scrapy("doctor", *arguments, data=tmp_path))
    assert site_names() == before


@pytest.mark.parametrize(
    ("paths", "pattern"),
    [
        (["/a/1.html", "/a/2.html", "/b/3.html"], r"/(?P<section>a|b)/(?P<number>\d+)(?:_(?P<page>\d+))?\.html"),
        (["/1.html", "/2.html", "/3.html"], r"/(?P<section>)(?P<number>\d+)(?:_(?P<page>\d+))?\.html"),
        ([f"/n/2026/0{n}/t2026_{n}543.shtml" for n in (1, 2, 3)],
         r"/(?P<section>n)/\d+/\d+/t\d+_(?P<number>\d+)(?:_(?P<page>\d+))?\.shtml"),
        ([f"/p/{n}/" for n in (1, 2, 3)], r"/(?P<section>p)/(?P<number>\d+)(?:_(?P<page>\d+))?/"),
        ([f"/g/{word}.html" for word in ("yu-e", "bei-an", "gua-hao")],
         r"/(?P<section>g)/(?P<number>[\w-]+?)(?:_(?P<page>\d+))?\.html"),
    ],
)  # fmt: skip
def test_the_form_of_addresses_is_told_from_links(paths, pattern):
    links = [Link(f"http://a.example{path}", TITLE) for path in paths]
    others = [Link("http://a.example/about.html", "关于"), Link("http://a.example/x/9.html", "更多")]
    assert guess_articles([*links, *others]).article == pattern


def test_too_few_links_and_queries_are_no_form():
    assert guess_articles([Link("http://a.example/a/1.html", TITLE), Link("http://a.example/a/2.html", TITLE)]) is None
    queries = [Link(f"http://a.example/show.php?id={n}", TITLE) for n in range(4)]
    assert guess_articles(queries) is None
    assert only_queries_differ(queries)


def test_further_pages_are_told_by_what_their_links_say():
    links = [Link("http://a.example/l/index_2.html", "2"), Link("http://a.example/l/index_30.html", "尾页")]
    links += [Link("http://a.example/a/7.html", TITLE), Link("http://a.example/l/?page=2", "下一页")]
    assert guess_further_pages(links, r"/(?P<section>a)/\d+\.html") == r"/l/index_\d+\.html"
