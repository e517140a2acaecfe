"""The reader against the made-up site, whose true records were written without it."""

import pytest

from tests import floors, scores
from tests.facts import ALL, FIELDS, leaves


@pytest.mark.parametrize("field", [ALL, *FIELDS])
def test_field_is_read_as_its_author_meant_it(field):
    tally = scores.of(scores.DEMO)[field]
    assert tally.wanted > 0
    complaint = floors.complaint(tally, floors.read()[scores.DEMO][field])
    assert complaint is None, complaint


def test_every_leaf_stands_in_its_line():
    for _, record in scores.demo():
        lines = {line["no"]: line["text"] for line in record["lines"]}
        for words, line in leaves(record):
            assert words in lines[line], (record["article"]["title"], words)


def test_no_line_is_dropped_silently():
    """Each body line gives a leaf, heads something, or has a role or flag that says why not."""
    for _, record in scores.demo():
        flagged = {flag["line"] for flag in record["quality_flags"] if flag["code"] == "unparsed_line"}
        assert all(line["no"] in flagged for line in record["lines"] if line["role"] == "other")
