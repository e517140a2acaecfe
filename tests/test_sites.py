"""A site is a file: what is in it, what is refused, and which addresses are one article."""

import shutil

import pytest

from crawler.identity import Addresses, linked_pages, page_number
from crawler.options import OptionError, parse_options
from crawler.sites import FOLDER, SiteError, load_site, load_sites, site_names
from crawler.tally import Tally

MOBILE = "https://m.shebao.southmoney.com"
ARTICLE = "/yiliao/yibaozhishi/202603/4000001.html"
SMALL = r"""
title_zh = "小站"
base = "https://small.example"
hosts = ["small.example"]
listings = ["/list/"]
article = '/(?P<section>\w+)/(?P<number>\d+)(?:-(?P<page>\d+))?\.htm'
delay = 2
"""


@pytest.fixture
def addresses():
    return Addresses(load_site("shebaowang"))


def write(folder, text, name="small"):
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_site_file_is_whole():
    assert {site.name for site in load_sites()} >= {"demo", "shebaowang"}


def test_a_second_site_is_one_more_file(tmp_path):
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    site = load_site("small", write(tmp_path, SMALL))
    assert "small" in site_names(tmp_path)
    ref = Addresses(site).identify("http://small.example/news/77-3.htm")
    assert (ref.article_id, ref.page) == ("small-news-77", 3)
    assert Addresses(site).first_page("http://small.example/news/77-3.htm") == "https://small.example/news/77.htm"


def test_an_unknown_site_is_told_the_known_ones():
    with pytest.raises(SiteError, match=f"unknown site 'nowhere'; known sites: {', '.join(site_names())}"):
        load_site("nowhere")


@pytest.mark.parametrize("name", ["../settings", "", "demo.toml"])
def test_a_name_is_no_path(name):
    with pytest.raises(SiteError, match="unknown site"):
        load_site(name)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title_zh = "小站"', "", "key 'title_zh' is missing"),
        ("delay = 2", 'delay = "slow"', "'delay' has a value of the wrong type"),
        ("delay = 2", "delay = true", "'delay' has a value of the wrong type"),
        ("delay = 2", "delay = -1", "delay must not be negative"),
        ("delay = 2", "delay = 2\ndealy = 3", "unknown key: dealy"),
        (r"(?P<number>\d+)", r"(?P<number>\d+", "'article' is no regular expression"),
        ("(?P<page>", "(?:", "'article' lacks the named groups page"),
        ("https://small.example", "https://small.example/", "base must be scheme://host"),
        ('["small.example"]', '["other.example"]', "is not among hosts"),
        ('["/list/"]', "[]", "'listings' must be a list of at least one text"),
        ("delay = 2", 'delay = 2\n[[markup]]\nname = "a"\ntitle = "h1"', "key 'body' is missing"),
        ("delay = 2", "delay = ", "Invalid value"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, old, new, told):
    with pytest.raises(SiteError, match=told) as error:
        load_site("small", write(tmp_path, SMALL.replace(old, new)))
    assert str(error.value).startswith("site file small.toml: ")


@pytest.mark.parametrize(
    "url",
    [
        MOBILE + ARTICLE,
        "http://m.shebao.southmoney.com" + ARTICLE,
        "http://shebao.southmoney.com" + ARTICLE,
        "http://SHEBAO.southmoney.com:80" + ARTICLE,
        MOBILE + ARTICLE + "?from=wx#top",
        MOBILE + ARTICLE.replace(".html", "_2.html"),
    ],
)
def test_all_addresses_of_an_article_are_one_article(addresses, url):
    assert addresses.identify(url).article_id == "shebaowang-yiliao_yibaozhishi-4000001"
    assert addresses.first_page(url) == MOBILE + ARTICLE


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example" + ARTICLE,
        MOBILE + ":8443" + ARTICLE,
        MOBILE + "/yiliao/yibaozhishi/",
        MOBILE + "/yiliao/yibaozhishi/202603/about.html",
        MOBILE + ARTICLE + "/more",
        "ftp://m.shebao.southmoney.com" + ARTICLE,
        "javascript:void(0)",
        "http://[broken",
        "http://m.shebao.southmoney.com:port" + ARTICLE,
        "",
    ],
)
def test_what_is_no_article_is_none(addresses, url):
    assert addresses.identify(url) is None


def test_the_section_is_part_of_the_identity(addresses):
    other = addresses.identify(MOBILE + "/dongtai/202603/4000001.html")
    assert other.article_id == "shebaowang-dongtai-4000001"


def test_a_mirror_is_asked_and_the_sites_own_address_is_stored():
    mirror = Addresses(load_site("shebaowang"), "http://127.0.0.1:8099")
    assert mirror.to_fetch(MOBILE + ARTICLE) == "http://127.0.0.1:8099" + ARTICLE
    assert mirror.canonical("http://127.0.0.1:8099" + ARTICLE + "?a=1") == MOBILE + ARTICLE
    assert mirror.is_article("http://127.0.0.1:8099" + ARTICLE)
    assert mirror.may_ask("http://127.0.0.1:8099/robots.txt")
    assert not mirror.may_ask(MOBILE + ARTICLE)
    assert not mirror.may_ask("http://127.0.0.1:8098/")


def test_later_pages_are_those_of_the_same_article(addresses):
    html = """<a href="4000001_2.html">2</a> <a href="/yiliao/yibaozhishi/202603/4000001_3.html?x">3</a>
    <a href="http://shebao.southmoney.com/yiliao/yibaozhishi/202603/4000001.html">1</a>
    <a href="4000002_2.html">another</a> <a href="http://[broken">?</a> <a href="https://other.example/4000001_4.html">4</a>"""
    assert sorted(linked_pages(html, MOBILE + ARTICLE, addresses)) == [1, 2, 3]
    assert sorted(linked_pages('<a href="9_2.html">2</a>', "http://strange.example/a/9.html", None)) == [2]
    assert page_number("http://elsewhere.example/a/9_2.html", "http://strange.example/a/9.html", None) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"since": "yesterday"}, "since must be a day as YYYY-MM-DD, not 'yesterday'"),
        ({"max_articles": "0"}, "max_articles must be a whole number above 0"),
        ({"max_articles": "2.5"}, "max_articles must be a whole number above 0"),
        ({"max_minutes": "nan"}, "max_minutes must be a number above 0"),
        ({"base_url": "127.0.0.1:80"}, "base_url must be http://HOST:PORT"),
        ({"base_url": "http://127.0.0.1:80/path"}, "base_url must be http://HOST:PORT"),
        ({"base_url": "http://[::1"}, "base_url must be http://HOST:PORT"),
        ({"max": "3"}, "unknown argument -a max; known arguments: site, base_url"),
    ],
)
def test_a_wrong_argument_is_told_in_one_line(given, told):
    with pytest.raises(OptionError) as error:
        parse_options(**given)
    assert told in str(error.value)


def test_the_first_day_is_the_sites_own():
    demo = parse_options().since
    assert demo == load_site("demo").since
    assert parse_options(since="2025-12-31").since.isoformat() == "2025-12-31"
    days = load_site("shebaowang").since_days
    assert days == 30
    assert parse_options(site="shebaowang").since > demo


@pytest.mark.parametrize(
    ("tally", "reason", "outcome"),
    [
        (Tally(listing_pages=1), "finished", "finished"),
        (Tally(listing_pages=1), "closespider_timeout", "finished"),
        (Tally(listing_pages=1), "shutdown", "stopped"),
        (Tally(listing_pages=1, errors=1), "shutdown", "failed"),
        (Tally(listing_pages=1, store_error="disk full"), "store_error", "failed"),
        (Tally(failed_listings=["/list/: HTTP 500"]), "finished", "failed"),
        (Tally(listing_pages=1, failed_listings=["/list/2: HTTP 500"]), "finished", "finished"),
        (Tally(listing_pages=1, failed={"a": ""}, dead={"b": ""}), "finished", "finished"),
        (Tally(listing_pages=1, failed={"a": "", "c": ""}, dead={"b": ""}), "finished", "failed"),
    ],
)
def test_the_outcome_follows_from_the_counts(tally, reason, outcome):
    assert tally.outcome(reason)[0] == outcome
