"""Pages of sites without a site file: title, time, source, text and related articles, found by what they say."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from pipelines.charset import decode
from pipelines.fold import fold
from pipelines.normalise import normalise
from pipelines.page import NotAnArticle, read_html
from tests import corpus

# One file per kind of page: the page itself and what a careful reader finds on it.
PAGES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in Path(__file__).with_name("pages").glob("*.toml")
}
ARTICLES = sorted(name for name, page in PAGES.items() if "refused" not in page)
REFUSED = sorted(set(PAGES) - set(ARTICLES))


def bytes_of(page):
    return page["html"].encode(page.get("charset", "utf-8"))


def read(body):
    return normalise([read_html(decode(body).text, url="https://www.site.example/a/1.html")])


@cache
def record_of(name):
    return read(bytes_of(PAGES[name]))


def body_of(record):
    outside = ("title", "byline", "site_disclaimer", "related")
    return [line.text for line in record.lines if line.role not in outside]


@pytest.mark.parametrize("name", ARTICLES)
def test_the_article_is_told_from_the_page(name):
    page, article = PAGES[name], record_of(name).article
    assert article.title_raw == fold(page["title"])
    assert article.published_at == page.get("published_at")
    assert article.source == page.get("source")
    assert article.extractor == "generic"


@pytest.mark.parametrize("name", ARTICLES)
def test_the_text_is_whole_and_nothing_else(name):
    assert body_of(record_of(name)) == [fold(line) for line in PAGES[name]["body"].strip().splitlines()]


@pytest.mark.parametrize("name", ARTICLES)
def test_related_articles_are_those_the_page_names_so(name):
    links = record_of(name).related_links
    assert [link.title_raw for link in links] == [fold(title) for title in PAGES[name].get("related", [])]
    assert all(link.url and link.url.startswith("https://") for link in links)


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_without_an_article_is_refused_with_its_reason(name):
    with pytest.raises(NotAnArticle, match=PAGES[name]["refused"]):
        read(bytes_of(PAGES[name]))


# What trafilatura takes for text on the pages of the corpus, and is none.
FURNITURE = re.compile(
    r"HR实务|长按识别二维码|栏目|您现在的位置|【我要纠错|END|编辑|▲?点击上方蓝字|.*第\d+版|责任编辑|上一篇|下一篇|分享到|"
    r"民生问答|.*»|是否蒙|.*帮助中心|备\d|\d+号$"
)
SHORTEST = 4


def plain(text):
    """Words without what the two readers write differently: spaces, bars between cells, colons, list marks."""
    return re.sub(r"[\s|:\\—-]", "", fold(text))


def lost(theirs, ours):
    """The runs of `theirs` that stand nowhere in `ours`; trafilatura glues lines together and leaves out others."""
    runs, run, at = [], "", 0
    while at < len(theirs):
        size = next((n for n in range(len(theirs) - at, SHORTEST - 1, -1) if theirs[at : at + n] in ours), 0)
        if size and run:
            runs.append(run)
            run = ""
        run += "" if size else theirs[at]
        at += size or 1
    return [run for run in [*runs, run] if len(run) >= SHORTEST]


def shown(page):
    return "".join(block.text for block in (page.title, *page.byline, *page.body, *page.notice))


@pytest.mark.parametrize("folder", corpus.cases("other"), ids=lambda folder: folder.name)
def test_no_text_is_lost_that_trafilatura_finds(folder):
    trafilatura = pytest.importorskip("trafilatura")
    path = folder / "page.html"
    if not path.exists():
        pytest.skip("a file of text")
    html = decode(path.read_bytes()).text
    ours = plain(shown(read_html(html)))
    runs = lost(plain(trafilatura.extract(html, include_comments=False) or ""), ours)
    assert [run for run in runs if not FURNITURE.match(run)] == []
