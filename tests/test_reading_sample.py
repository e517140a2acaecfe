"""The sample article, whose record was made by hand, in the forms that its folder has and in ours."""

import importlib.util
import os
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

from crawler.sites import load_site
from pipelines.normalise import normalise
from pipelines.page import decode, read_html, read_text
from tests.facts import without_places
from tests.forms import FORMS, parts_of

REFERENCE = Path(os.environ.get("REFERENCE_DIR", "/nonexistent"))
ARTICLE = "yiliao/yibaozhishi/202602"
SMALL = 20

pytestmark = pytest.mark.skipif(not (REFERENCE / "score.py").exists(), reason="REFERENCE_DIR names no sample")


@cache
def sample():
    """The parts of the sample text."""
    return read_text(next((REFERENCE / "seeds").glob("*.txt")).read_text(encoding="utf-8"))


def html(path):
    return read_html(decode(path.read_bytes()).text, load_site("shebaowang").markups)


GIVEN = {
    "given_text": lambda: [sample()],
    "given_mobile": lambda: [html(REFERENCE / "realsite/mobile" / ARTICLE / "2231057.html")],
    "given_desktop": lambda: [
        html(REFERENCE / "realsite/desktop" / ARTICLE / name) for name in ("2231057.html", "2231057_2.html")
    ],
}
OURS = {form.__name__: lambda form=form: form(parts_of(sample())) for form in FORMS}


@cache
def record(form):
    return normalise((GIVEN | OURS)[form]()).as_dict()


@pytest.fixture(scope="module")
def score(tmp_path_factory):
    """The score script of the reference folder as a module."""
    spec = importlib.util.spec_from_file_location("reference_score", REFERENCE / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compared(score, form):
    """A form in; field -> (true facts, read facts), and the share of leaves whose words stand in their line."""
    gold, read = score.load(REFERENCE / "gold/000.json", True), deepcopy(record(form))
    lines = {line["no"]: line["text"] for line in read["lines"]}
    score.key_flags(read, lines)
    true, found = score.facts(gold), score.facts(read)
    good, leaves, _ = score.evidence(read, lines)
    fields = {field: (true.get(field, score.Counter()), found.get(field, score.Counter())) for field in {*true, *found}}
    return fields, good / leaves


def f1(true, found):
    return 2 * (true & found).total() / (true.total() + found.total())


@pytest.mark.parametrize("form", GIVEN | OURS)
def test_the_sample_is_read_as_its_record_says(score, form):
    fields, evidence = compared(score, form)
    hits = sum((true & found).total() for true, found in fields.values())
    total = sum(true.total() + found.total() for true, found in fields.values())
    assert 2 * hits / total >= 0.97
    assert evidence == 1
    for field, (true, found) in fields.items():
        wrong = max((true - found).total(), (found - true).total())
        assert wrong <= 1 if true.total() < SMALL else f1(true, found) >= 0.92, (field, true - found, found - true)


@pytest.mark.parametrize("form", [form for form in GIVEN | OURS if form != "given_text"])
def test_the_sample_gives_one_record_in_every_form(form):
    assert without_places(record(form)) == without_places(record("given_text"))
