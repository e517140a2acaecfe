"""The reader against pages that other people wrote and labelled: what it reached once, it keeps."""

import pytest

from tests import floors, scores
from tests.corpus import STYLES, cases
from tests.facts import ALL, FIELDS, leaves

FLOORS = floors.read()
PAGES = [f"{style}/{folder.name}" for style in STYLES for folder in cases(style)]


def short(name):
    """'shebaowang/01-jining-insured-place' -> 'shebaowang-01'; what is no name stays."""
    return name.replace("/", "-")[: name.index("/") + 3] if "/" in name else name


def test_every_page_and_no_other_has_floors():
    assert set(FLOORS) == {scores.DEMO, *STYLES, *PAGES}, "make floors"


@pytest.mark.parametrize("scope", [*STYLES, *PAGES], ids=short)
@pytest.mark.parametrize("field", [ALL, *FIELDS])
def test_score_keeps_its_floor(scope, field):
    complaint = floors.complaint(scores.of(scope)[field], FLOORS[scope][field])
    assert complaint is None, complaint


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_every_leaf_stands_in_its_line(page):
    _, record = scores.pages()[page]
    lines = {line["no"]: line["text"] for line in record["lines"]}
    assert all(words in lines[line] for words, line in leaves(record))
    assert record["procedures"]
