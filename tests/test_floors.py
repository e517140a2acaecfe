"""Floors go up by a command, go down only when told, and a score may not run away from its floor."""

import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests import floors
from tests.facts import ALL, FIELDS, Tally, tally

NONE = dict.fromkeys((ALL, *FIELDS), Tally(0, 0, 0))
GOOD, FAIR, BAD = Tally(3, 3, 3), Tally(3, 3, 2), Tally(3, 3, 1)


def scores(**found):
    """The scores of one page, as far as they are named."""
    return {"shebaowang/01-page": NONE | found}


@pytest.fixture
def file(tmp_path):
    """A file of floors at which the notes are fairly read."""
    path = tmp_path / "floors.csv"
    assert floors.raise_floors(scores(note=FAIR), path, lower=False, console=Console(quiet=True))
    return path


def run(found, file, *, lower=False):
    """Whether the floors were written, and what was said."""
    said = StringIO()
    written = floors.raise_floors(found, file, lower=lower, console=Console(file=said, soft_wrap=True))
    return written, said.getvalue()


def test_a_risen_score_raises_its_floor(file):
    assert floors.read(file)["shebaowang/01-page"]["note"] == 0.666
    assert run(scores(note=GOOD), file) == (True, "floors.csv: 1 floors raised, 0 lowered, 0 scopes new\n")
    assert floors.read(file)["shebaowang/01-page"]["note"] == 1


@pytest.mark.parametrize("found", [scores(note=BAD), scores(note=FAIR, rule=Tally(0, 1, 0)), {}])
def test_a_fallen_score_a_made_up_fact_and_a_lost_page_lower_nothing_unless_told(file, found):
    before = file.read_bytes()
    written, said = run(found, file)
    assert not written
    assert "shebaowang/01-page" in said and "nothing written" in said
    assert file.read_bytes() == before
    written, said = run(found, file, lower=True)
    assert written and " lowered" in said
    assert not list(floors.falls(found, floors.read(file)))


def test_one_fall_keeps_the_rises_out_too(file):
    written, said = run(scores(note=BAD, channel=GOOD), file)
    assert not written
    assert "note: 0.666 -> 0.333" in said


@pytest.mark.parametrize(
    ("found", "floor", "said"),
    [
        (FAIR, 0.666, None),
        (FAIR, 0.64, None),
        (FAIR, 0.63, "raise it with make floors"),
        (FAIR, 0.667, "has become worse"),
        (Tally(0, 1, 0), 1, "has become worse"),
        (Tally(0, 0, 0), 1, None),
        (Tally(0, 0, 0), 0, "raise it with make floors"),
    ],
)
def test_a_score_lies_at_its_floor_or_a_little_above(found, floor, said):
    complaint = floors.complaint(found, floor)
    assert (said in complaint) if said else complaint is None


def test_a_missed_and_a_made_up_fact_count_alike():
    true, read = Counter([("note", "a"), ("note", "b")]), Counter([("note", "a"), ("note", "c")])
    assert tally(true, read)["note"] == tally(true, read)[ALL] == Tally(2, 2, 1)
    assert tally(true, read)["rule"].f1 == 1


def test_the_score_of_a_page_is_shown_with_its_misses():
    shown = subprocess.run(
        [sys.executable, "-m", "tests.score", "--page", "shebaowang/36"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert shown.returncode == 0, shown.stderr
    assert "shebaowang/36-kashi-payment: F1" in shown.stdout
