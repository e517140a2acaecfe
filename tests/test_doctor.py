"""`scrapy doctor`: it asks little, stores nothing, says what is right or wrong and what the site file should say."""

import pytest
from crawling import SECTION, Answer, article, error_line, listing, path_of, scrapy, serving, small_site
from guide_site import FOLDER, OTHER, guide_pages

from crawler.doctor.addresses import Link, guess_articles, guess_further_pages, only_queries_differ
from crawler.doctor.markup import propose
from crawler.doctor.repeated import repeated_lines
from crawler.sites import site_names

TITLE = "苏州医保余额怎么查?"
MARKUP = """[[markup]]
name = "page"
title = "h1.bt"
time = "p.sj"
body = "div.wz"
related = "div.xg > ul"
drop = [".tg"]
"""


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
    assert run.returncode == 0, run.stdout + run.stderr
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
        assert told in run.stdout, told
    assert list(tmp_path.iterdir()) == []
    assert len(site.articles_asked()) <= 4
    assert site.paths().count(SECTION) == 1


def test_addresses_that_changed_are_told_with_the_line_to_write(site, tmp_path):
    new = {n: f"/zhishi/2026/{n}.shtml" for n in range(1, 6)}
    site.pages = {SECTION: listing(*((path, "2026-03-05 10:20") for path in new.values()))}
    site.pages |= {path: article() for path in new.values()}
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "names no article of the form that the site file gives; did the site change its addresses?" in run.stdout
    assert "5 links look like articles, such as " in run.stdout
    wanted = r"article = '/(?P<section>zhishi)/\d+/(?P<number>\d+)(?:_(?P<page>\d+))?\.shtml'"
    assert wanted in run.stdout.splitlines()
    assert "article 3: " in run.stdout, "the articles are looked at all the same"


def test_markup_that_changed_is_told_with_selectors_that_fit(tmp_path):
    with serving(as_shebaowang(guide_pages())) as site:
        run = doctor(site, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "markup 'desktop' does not fit: not title, time, source, body, related" in run.stdout
    assert "read without markup: title, 9 lines, 3 listed below" in run.stdout
    assert (
        "the same line stands in every article: '【推广】手头紧?看看您能借多少'; as an advert it is dropped by '.tg'"
        in run.stdout
    )
    assert MARKUP in run.stdout


def test_what_cannot_be_asked_or_read_is_told(site, tmp_path):
    site.pages[path_of(1)] = Answer("busy", 500)
    site.pages[path_of(2)] = article("请输入验证码", title="安全验证")
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "cannot be read: HTTP 500" in run.stdout
    assert "cannot be read: an error or login page" in run.stdout
    site.pages["/robots.txt"] = Answer("", 503)
    site.asked.clear()
    run = doctor(site, tmp_path)
    assert run.returncode == 1
    assert "robots.txt answers 503, so nothing may be asked" in run.stdout
    assert set(site.paths()) == {"/robots.txt"}


def test_a_strange_site_is_learnt_from_one_of_its_articles(tmp_path):
    with serving(guide_pages()) as site:
        run = scrapy("doctor", f"{site.url}{FOLDER}2026-03/c880002.html", data=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    assert 'title_zh = "江边办事网"' in lines
    assert 'listings = ["/minsheng/yibao/"]' in lines
    assert r"listing_page = '/minsheng/yibao/p\d+\.html'" in lines


def as_shebaowang(pages):
    """The pages of the guide's site, its two lists at addresses that the real site's file knows."""
    moves = [(OTHER, "/yiliao/baoxiao/"), (FOLDER, SECTION), ("2026-03/c", "202603/"), ("p2.html", "index_2.html")]
    moved = {}
    for path, answer in pages.items():
        if isinstance(answer.body, bytes):
            for old, new in moves:
                answer.body = answer.body.replace(old.encode(), new.encode())
        for old, new in moves:
            path = path.replace(old, new)
        moved[path] = answer
    return moved


def test_each_list_of_the_site_file_is_asked_and_those_that_fail_are_named(tmp_path):
    """The file of the demo site has two lists."""
    pages = {"/yiliao/yibaozhishi/": listing((path_of(1), "2026-03-05 10:20"), (path_of(2), "2026-03-05 10:20"))}
    pages |= {path_of(1): article(), path_of(2): article(), "/yiliao/baoxiao/": Answer("moved", 404)}
    with serving(pages) as site:
        run = scrapy("doctor", "demo", "--base-url", site.url, data=tmp_path)
        assert run.returncode == 1
        assert f"list {site.url}/yiliao/yibaozhishi/\n" in run.stdout
        part = run.stdout.split(f"list {site.url}/yiliao/baoxiao/\n")[1]
        assert part.lstrip().startswith("BAD  cannot be read: HTTP 404; mend or take out its path in listings")
        site.pages["/yiliao/baoxiao/"] = listing(
            ("/yiliao/baoxiao/202603/7.html", "2026-03-05 10:20"), links='<a href="/yiliao/baoxiao/p2.html">下一页</a>'
        )
        run = scrapy("doctor", "demo", "--base-url", site.url, data=tmp_path)
    assert (
        r"BAD  leads to further pages of itself that listing_page does not fit: /yiliao/baoxiao/p\d+\.html"
        in run.stdout
    )
    assert r"listing_page = '/yiliao/(?:yibaozhishi|baoxiao)/index_\d+\.html|/yiliao/baoxiao/p\d+\.html'" in run.stdout
    assert "the 2 lists name 3 articles" in run.stdout


def test_the_next_command_is_whole_and_all_is_in_one_stream_in_order(site, tmp_path):
    run = doctor(site, tmp_path, "-s", "CONTACT=you@example.org")
    last = run.stdout.splitlines()[-1]
    assert last == (
        f"a crawl can begin: scrapy crawl articles -a site=shebaowang -a base_url={site.url} -s CONTACT=you@example.org"
    )
    assert "is a private address (127.0.0.1): a crawl asks it only with -a base_url=" in run.stdout
    assert run.stderr == ""
    crawl = [*last.split(": scrapy ")[1].split(), "-a", "since=2026-01-01"]  # the test's articles are old
    assert scrapy(*crawl, data=tmp_path).returncode == 0


def test_a_site_whose_articles_are_older_than_a_crawl_goes_back_is_told(tmp_path):
    pages = as_shebaowang(guide_pages())
    with serving(pages) as site:
        run = doctor(site, tmp_path)
    assert "its newest article is of 2026-03-20, and a crawl goes back to " in run.stdout
    assert ": set since in the site file, or give -a since=YYYY-MM-DD" in run.stdout


def test_why_no_markup_is_proposed_is_told():
    text = "<p>打开支付宝,点“医保码”,就能看到余额。</p><p>也可以带身份证到窗口查。</p>"
    page = "<html><body><div class='n'><h1>{}医保余额怎么查?</h1><p>2026-03-05 10:20</p>{}</div></body></html>"
    pages = [(page.format(city, text), f"http://a.example/{n}.html") for n, city in enumerate(["苏州", "无锡"])]
    why = propose(pages)
    assert isinstance(why, str)
    assert why.startswith("with title 'h1' and body 'div.n' it reads otherwise than without, http://a.example/0.html: ")
    assert "the text lacks '打开支付宝" in why


def test_lines_that_all_articles_share_are_told_from_template_text():
    advert = '<div class="mid"><script src="/g.js"></script><a href="/go/9">手头紧?看看您能借多少</a></div>'
    shared = (
        f"{advert}<h3 class='t'>办理流程</h3><p class='wx'>加微信123456领取办理资料大全</p><p>带身份证到窗口办理。</p>"
    )
    lines = ["手头紧?看看您能借多少", "办理流程", "加微信123456领取办理资料大全", "带身份证到窗口办理。"]
    pages = [(f"<p>{city}</p>{shared}", [city, *lines]) for city in ("苏州", "无锡", "常州")]
    found = [(line.text, line.selector, line.is_advert) for line in repeated_lines(pages)]
    assert found == [(lines[0], ".mid", True), (lines[2], ".wx", False)]
    other = (pages[0][0].replace(lines[2], "扬州"), [*lines[:2], "扬州", lines[3]])
    assert [line.text for line in repeated_lines([*pages, other])] == [lines[0]]
    assert repeated_lines(pages[:1]) == [], "one article shares nothing with itself"


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
