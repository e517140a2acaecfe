"""The reader against pages that other people wrote and labelled: what it reached once, it keeps."""

import tomllib
from functools import cache
from pathlib import Path

import pytest
from corpus import STYLES, cases, label, read
from facts import f1_by_field, leaves

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text())["corpus"]
FIELDS = [(style, field) for style in STYLES for field in FLOORS[style]]
PAGES = [folder for style in STYLES for folder in cases(style)]


@cache
def scores(style):
    return f1_by_field([(label(folder), read(folder)) for folder in cases(style)])


@pytest.mark.parametrize(("style", "field"), FIELDS)
def test_field(style, field):
    score, count = scores(style)[field]
    assert score >= FLOORS[style][field], f"F1 {score:.4f} over {count} facts"


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: f"{folder.parent.name}-{folder.name[:2]}")
def test_every_leaf_stands_in_its_line(folder):
    record = read(folder)
    lines = {line["no"]: line["text"] for line in record["lines"]}
    assert all(words in lines[line] for words, line in leaves(record))
    assert record["procedures"]
