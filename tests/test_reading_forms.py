"""One article in many markups gives one record: markup is a hint, never a need."""

import re

import pytest

from crawler.sites import load_site
from pipelines.normalise import normalise
from pipelines.page import Markup, read_html
from tests import corpus, scores
from tests.demo_pages import live_articles, the_truth
from tests.facts import leaves, without_places
from tests.forms import FORMS, desktop_by, desktop_pages, parts_of, text, true_parts

SAMPLE = [plan for plan in live_articles() if len(plan.types) > 1][::30]
WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
PAGES = [f"{style}/{folder.name}" for style in corpus.STYLES for folder in corpus.cases(style)]


def read(pages):
    return normalise(pages).as_dict()


def without_undated(record, *others):
    """A record without listed articles that have no whole date: only the words above their list tell what they are."""
    links = [link for one in (record, *others) for link in one["related_links"]]
    undated = [link for link in links if not WHOLE_DATE.match(link["listed_at"] or "")]
    texts = {f"{link['title_raw']} {link['listed_at'] or ''}".strip() for link in undated}
    lines = [line for line in record["lines"] if line["role"] != "related" or line["text"] not in texts]
    kept = [link for link in record["related_links"] if link not in undated]
    return record | {"related_links": kept, "lines": lines}


def assert_same(record, other):
    """The same record but for places, every leaf on a line of the same text, its words in that line."""
    assert without_places(record)["procedures"] == without_places(other)["procedures"]
    assert without_places(without_undated(record, other)) == without_places(without_undated(other, record))
    lines = {line["no"]: line["text"] for line in record["lines"]}
    assert all(words in lines[line] for words, line in leaves(record))


@pytest.mark.parametrize("plan", SAMPLE, ids=lambda plan: str(plan.number))
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_an_article_of_the_demo_reads_the_same_in_every_form(plan, form):
    parts = true_parts(the_truth()[plan.number])
    assert_same(read(form(parts)), read(text(parts)))


@pytest.mark.parametrize("name", PAGES, ids=lambda name: re.match(r".*/\d+", name)[0])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_page_of_the_corpus_reads_the_same_in_every_form(name, form):
    _, record = scores.pages()[name]
    assert_same(read(form(parts_of(corpus.page(corpus.HERE / name)))), record)


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("shebaowang/")])
def test_the_markup_that_the_site_file_names_reads_as_none(name):
    """The desktop pages by their ids and class names, as in a crawl."""
    _, record = scores.pages()[name]
    by_markup = read(desktop_by(load_site("shebaowang").markups)(parts_of(corpus.page(corpus.HERE / name))))
    assert by_markup["article"]["extractor"] == "desktop"
    assert record["article"]["extractor"] in ("generic", "text")
    assert_same(by_markup, record)


def test_markup_that_is_not_on_the_page_falls_back_to_the_generic_reading():
    page, *_ = desktop_pages(true_parts(the_truth()[SAMPLE[0].number]))
    gone = Markup(name="old", title="#title", body="#text")
    assert normalise([read_html(page, [gone])]).article.extractor == "generic"
