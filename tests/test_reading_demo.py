"""The reader against the made-up site, whose true records were written without it."""

import tomllib
from functools import cache
from pathlib import Path

import pytest
from demo_pages import live_articles, the_site, the_truth
from facts import f1_by_field, leaves

from pipelines.normalise import normalise
from pipelines.page import decode, read_html

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text())["demo"]


def pages_of(plan):
    """The pages of an article as the reader gets them: bytes, later ones too."""
    number, path = 1, plan.path
    while page := the_site().page(path):
        yield read_html(decode(page.body).text, url=f"https://demo.example{plan.path}")
        number += 1
        path = plan.path.replace(".html", f"_{number}.html")


@cache
def pairs():
    truth = the_truth()
    return [(truth[plan.number], normalise(list(pages_of(plan))).as_dict()) for plan in live_articles()]


@cache
def scores():
    return f1_by_field(pairs())


@pytest.mark.parametrize("field", sorted(FLOORS))
def test_field_is_read_as_its_author_meant_it(field):
    score, count = scores()[field]
    assert count > 0
    assert score >= FLOORS[field], f"F1 {score:.4f} over {count} facts"


def test_every_field_has_a_floor():
    assert set(scores()) == set(FLOORS)


def test_every_leaf_stands_in_its_line():
    for _, record in pairs():
        lines = {line["no"]: line["text"] for line in record["lines"]}
        for words, line in leaves(record):
            assert words in lines[line], (record["article"]["title"], words)


def test_no_line_is_dropped_silently():
    """Each body line gives a leaf, heads something, or has a role or flag that says why not."""
    for _, record in pairs():
        flagged = {flag["line"] for flag in record["quality_flags"] if flag["code"] == "unparsed_line"}
        assert all(line["no"] in flagged for line in record["lines"] if line["role"] == "other")
