"""The script that moves thresholds: it finds them all, a move is felt everywhere, and no score hangs on one."""

import ast
import importlib
from multiprocessing import get_context

import pytest
from rich.progress import Progress

from tests import threshold_search, thresholds
from tests.thresholds import Job

# Enough to show which thresholds a score could hang on; those are then scored on all pages.
SAMPLE = thresholds.every_page()[::8]
SOURCE = '''
"""No threshold: {1,3}."""
from functools import lru_cache

_FEW = 3
_NAME = re.compile(rf"x{{1,20}}\\d{{4}}{OTHER}.{{0,5}}")

@lru_cache(maxsize=1 << 12)
def cut(text, start=0):
    """No threshold: 7."""
    return [text[:12], text[0], "\\u4e00" * 0x20] if len(text) > 2.5 else text[start + 1 :]
'''


def in_another_process(function, *arguments):
    """What a function gives in a process that may import the reader anew."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(function, arguments)


def test_numbers_and_bounds_are_found_and_what_only_counts_is_not():
    found = [one.value for one in threshold_search.in_source(SOURCE, "some.py")]
    assert sorted(found) == [2.5, 3, 5, 12, 20]


def test_thresholds_stand_in_data_and_in_code():
    data, code = list(threshold_search.in_data()), list(threshold_search.in_code())
    assert ("defects.toml", ("bound", 1, "max"), 100) in [one[:3] for one in data]
    assert any(one.file == "phrases.toml" and one.place is not None for one in data)
    assert len(code) > 50


def test_no_named_number_is_forgotten():
    """Those that the modules hold when imported, found again in the sources."""
    shown = " ".join(one.shown for one in threshold_search.in_code())
    for file in threshold_search.READER.rglob("*.py"):
        name = ".".join(file.relative_to(threshold_search.ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        defined = {
            target.id
            for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        numbers = [name for name in defined if threshold_search.is_number(getattr(module, name))]
        if file.name != "check.py":
            assert all(f"{name} = " in shown for name in numbers), file


def test_finding_none_is_a_failure(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["thresholds", "--file", "gone.py"])
    assert thresholds.main() == 1
    assert "no threshold found" in capsys.readouterr().err


@pytest.mark.parametrize(("value", "lower", "higher"), [(30, 24, 36), (2, 1, 3), (0, -1, 1), (0.5, 0.4, 0.6)])
def test_a_move_is_a_fifth_and_at_least_one(value, lower, higher):
    assert thresholds.moved(value, -1) == pytest.approx(lower)
    assert thresholds.moved(value, 1) == pytest.approx(higher)


@pytest.mark.parametrize(
    ("pattern", "place", "value", "after"),
    [
        ("a{2,14}b{3}", 1, 17, "a{2,17}b{3}"),
        ("a{2,14}b{3}", 8, 2, "a{2,14}b{2}"),
        ("a{5,6}", 1, 4, "a{4,4}"),
        ("a{,6}", 1, 7, "a{,7}"),
        ("a{4,}", 1, 3, "a{3,}"),
    ],
)
def test_a_bound_is_moved_in_its_pattern(pattern, place, value, after):
    assert place in dict(threshold_search.bounds(pattern))
    assert threshold_search.with_bound(pattern, place, value) == after


def held_after_move(threshold, value):
    """What the modules hold that define a constant or take it over from where it is defined."""
    thresholds.move(threshold, value)
    modules = (importlib.import_module(name) for name in ("pipelines.headings", "pipelines.sections"))
    return [module.SHORT_HEADING for module in modules if hasattr(module, "SHORT_HEADING")]


def test_a_move_reaches_every_module_and_leaves_the_process_of_the_tests_alone():
    heading = next(one for one in threshold_search.in_code() if "SHORT_HEADING = " in one.shown)
    held = in_another_process(held_after_move, heading, 4)
    assert held and set(held) == {4}
    assert heading.value == importlib.import_module("pipelines.headings").SHORT_HEADING


def pattern_after_move(threshold, value):
    """The pattern that the reader compiles."""
    thresholds.move(threshold, value)
    return importlib.import_module("pipelines.vocabulary").phrase(threshold.path[0]).pattern


def test_a_move_in_the_vocabulary_reaches_the_reader():
    bound = next(one for one in threshold_search.in_data() if one.file == "phrases.toml" and one.place is not None)
    assert 77 in dict(threshold_search.bounds(in_another_process(pattern_after_move, bound, 77))).values()


def test_a_move_is_felt():
    """A reader for which nothing is short enough to be a heading reads worse."""
    heading = next(one for one in threshold_search.in_code() if "SHORT_HEADING = " in one.shown)
    before, after = (in_another_process(thresholds.scored, Job(one, 1, SAMPLE)) for one in (None, heading))
    assert thresholds.is_too_much(thresholds.change(before, after))


def guilty(found, pages):
    """The thresholds whose move changes the score of these pages too much."""
    _, changes = thresholds.moves(found, pages, Progress(disable=True))
    return [one for one, pair in zip(found, changes, strict=True) if any(map(thresholds.is_too_much, pair))]


def test_no_score_hangs_on_a_number():
    """`make thresholds` moves the bounds in patterns as well, on all pages."""
    numbers = [one for one in (*threshold_search.in_data(), *threshold_search.in_code()) if one.place is None]
    suspects = guilty([one for one in numbers if not threshold_search.why_given(one)], SAMPLE)
    assert guilty(suspects, thresholds.every_page()) == []


def test_what_is_called_given_is_there():
    found = [*threshold_search.in_data(), *threshold_search.in_code()]
    for number in threshold_search.given():
        assert any(one.file == number["file"] and number["where"] in one.shown for one in found), number
