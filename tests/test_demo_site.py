"""The made-up site: its size, its calendar, how its pages look, and that it owes the reader nothing."""

import ast
import csv
import itertools
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from demo_pages import live_articles, read_pages, the_site, the_truth
from parsel import Selector

from crawler.demo import build_site

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "crawler" / "demo"
PROCEDURE_TYPES = 8
SECTIONS = ("/yiliao/yibaozhishi/", "/yiliao/baoxiao/")


def test_it_is_as_large_as_promised():
    articles = the_site().articles
    regions = {plan.region for plan in articles if plan.region}
    assert len(regions) >= 60
    assert {region.level for region in regions} >= {"municipality", "province", "prefecture", "county"}
    assert 550 <= len(articles) <= 650
    assert len({name for plan in articles for name in plan.types}) == PROCEDURE_TYPES
    assert {len(plan.types) for plan in articles} == {1, 2, 3, 4, 5}
    assert {plan.region_source for plan in articles} == {"title", "heading", "none"}


def test_a_region_code_stands_in_its_province_and_is_used_once():
    with (DEMO / "texts" / "regions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["code"] for row in rows}) == len(rows)
    provinces = {}
    for row in rows:
        assert re.fullmatch(r"\d{6}", row["code"])
        provinces.setdefault(row["province"] or row["short"], set()).add(row["code"][:2])
    assert {len(prefixes) for prefixes in provinces.values()} == {1}


def test_it_publishes_about_every_20_minutes_by_day():
    times = [plan.published_at for plan in the_site().articles]
    gaps = [(later - earlier).total_seconds() / 60 for earlier, later in itertools.pairwise(times)]
    by_day = [gap for gap in gaps if gap < 60]
    assert times == sorted(times)
    assert min(by_day) >= 19
    assert max(by_day) <= 42
    assert len({moment.date() for moment in times}) >= 21


DATE_FORMS = [
    r"\(2026/\d\d/\d\d\)",
    r"\(2026-\d\d-\d\d\)",
    r"\(2026年\d+月\d+日\)",
    r"\(26年\d+月\d+日\)",
    r"【26年\d+月\d+日】",
    r"\(26/\d\d/\d\d\)",
    r"\(\d\d/\d\d\)",
    r"\(\d+月\d+日\)",
    "",
]


@pytest.mark.parametrize("form", DATE_FORMS)
def test_every_date_form_stands_in_titles(form):
    articles = [record["article"] for record in the_truth().values()]
    dated = [one for one in articles if re.fullmatch(re.escape(one["title"]) + form, one["title_raw"])]
    assert len(dated) >= 10
    for one in dated:
        assert one["title_date"] == (one["published_at"][:10] if form else None)
        numbers = [int(number) for number in re.findall(r"\d+", one["title_raw"].removeprefix(one["title"]))]
        day = [int(number) for number in one["published_at"][:10].split("-")]
        assert all(a in (b, b % 100) for a, b in zip(reversed(numbers), reversed(day), strict=False))


@pytest.mark.parametrize("form", [r"\(以.+为例\)$", r"\?以.+为例$", r"[?,].+医保.+", r"必读!", r"^济源市|河南济源"])
def test_regions_and_cries_stand_in_titles_in_every_way(form):
    assert any(re.search(form, record["article"]["title"]) for record in the_truth().values())


def test_both_markups_and_charsets():
    markups = Counter(plan.markup for plan in the_site().articles)
    assert min(markups["desktop"], markups["mobile"]) >= 200
    for plan in live_articles():
        page = the_site().page(plan.path)
        if plan.markup == "desktop":
            assert page.content_type == "text/html; charset=gb2312"
            text = page.body.decode("gbk")
            assert "charset=gb2312" in text
            assert "<script>" in text.split('id="articleText"')[1]
            with pytest.raises(UnicodeDecodeError):
                page.body.decode("gb2312")  # as on real pages, the declared charset is too small
        else:
            assert page.content_type == "text/html; charset=utf-8"
            assert "<article><h1>" in page.body.decode("utf-8")


def test_desktop_pages_have_wide_punctuation_and_mobile_pages_do_not():
    for plan in live_articles()[:60]:
        said = "".join("".join(page.css("h1 ::text, p ::text").getall()) for page in read_pages(plan))
        assert bool(set("，：？！（）") & set(said)) == (plan.markup == "desktop")


def test_long_desktop_articles_go_on_on_later_pages():
    desktop = [plan for plan in live_articles() if plan.markup == "desktop"]
    counts = Counter(len(read_pages(plan)) for plan in desktop)
    assert counts[2] >= 50
    assert counts[3] >= 10
    plan = next(plan for plan in desktop if len(read_pages(plan)) == 3)
    links = read_pages(plan)[0].css(".multipage a::attr(href)").getall()
    assert {f"{plan.number}_2.html", f"{plan.number}_3.html"} <= set(links)


def test_under_each_article_stand_the_23_before_it():
    site = the_site()
    for place in (0, 5, 300, len(site.articles) - 1):
        plan = site.articles[place]
        before = [other.path for other in site.articles[max(0, place - 23) : place]][::-1]
        if not plan.dead:
            for page in read_pages(plan):
                links = page.css(".newslist2 a::attr(href), section.list a::attr(href)").getall()
                assert links == before


def list_pages(section):
    """The pages of a section's list, first to last."""
    addresses = [section] + [f"{section}index_{number}.html" for number in range(2, 50)]
    pages = [the_site().page(address) for address in addresses]
    return [Selector(page.body.decode("gbk")) for page in pages if page]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_lists_name_every_article_newest_first(section):
    items = [page.css("ul.newslist2 > li") for page in list_pages(section)]
    assert all(len(some) <= 20 for some in items)
    listed = [tuple(item.css("a::attr(href), span.time::text, em::text").getall()) for some in items for item in some]
    published = [plan for plan in reversed(the_site().articles) if plan.section == section]
    assert listed == [(plan.path, plan.listed_at, plan.category) for plan in published]
    assert any(plan.dead for plan in published)


def test_another_seed_gives_another_site():
    assert [p.title for p in build_site(7).articles] != [p.title for p in the_site().articles]


def imported(file):
    """A source file -> the names of the modules it imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_it_imports_nothing_but_itself_and_the_standard_library():
    for file in DEMO.rglob("*.py"):
        for name in imported(file):
            own = name == "crawler.demo" or name.startswith("crawler.demo.")
            assert own or name.split(".")[0] in sys.stdlib_module_names, (file, name)


def word_lists(file):
    """A data file -> its lists of Chinese words, five or more in each."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as rows:
            lists = [set(column) for column in zip(*csv.reader(rows), strict=False)]
    else:
        text = file.read_text(encoding="utf-8")
        lists = list(lists_in(tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)))
    chinese = [{word for word in words if re.search("[\u4e00-\u9fff]{2}", word)} for words in lists]
    return [words for words in chinese if len(words) >= 5]


def lists_in(node):
    """Any data -> the words of each list, and the keys of each table."""
    if isinstance(node, dict):
        yield set(node)
        for value in node.values():
            yield from lists_in(value)
    elif isinstance(node, list):
        yield {item for item in node if isinstance(item, str)}
        for item in node:
            yield from lists_in(item)


def data_files(folder):
    """The data files below a folder, without the gazetteer: names of places are a public standard."""
    found = [file for ending in ("toml", "csv", "json") for file in sorted(folder.rglob(f"*.{ending}"))]
    return [file for file in found if "region" not in file.stem]


def test_it_shares_no_word_list_with_the_reader():
    ours = {file: word_lists(file) for file in data_files(DEMO)}
    theirs = {file: word_lists(file) for file in data_files(ROOT / "pipelines")}
    assert len(ours) > PROCEDURE_TYPES
    for (file, lists), (other, others) in [
        pair for a, b in ((ours, theirs), (theirs, ours)) for pair in itertools.product(a.items(), b.items())
    ]:
        for words in lists:
            shared = words & set().union(*others)
            assert len(shared) <= 0.6 * len(words), (file.name, other.name, sorted(shared))
