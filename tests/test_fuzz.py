"""Two thousand broken pages through the reader, and the fuzzer held to what it promises."""

import pytest
from demo_pages import live_articles

from pipelines.normalise import normalise
from tests import fuzz
from tests.scores import demo_pages


def test_two_thousand_broken_pages_give_a_sound_record_or_a_refusal():
    counts, failures = fuzz.fuzz(range(2000))
    assert not failures, next(iter(failures.values()))
    # Pages that are all refused, or all read, would try nothing.
    assert min(counts["read"], counts["refused"]) > 200


def test_a_case_is_repeated_by_its_number():
    assert fuzz.case(7) == fuzz.case(7) != fuzz.case(8)


def test_a_case_that_breaks_the_reader_is_reported_with_its_page(monkeypatch, tmp_path, capsys):
    def broken(body, seed):
        raise ZeroDivisionError(f"at {len(body)} bytes")

    monkeypatch.setattr(fuzz, "read", broken)
    monkeypatch.setattr(fuzz.tempfile, "mkdtemp", lambda prefix: str(tmp_path))
    monkeypatch.setattr("sys.argv", ["fuzz", "--pages", "3", "--seed", "40"])
    assert fuzz.main() == 1
    told = capsys.readouterr()
    assert "0 read, 0 refused, 3 failed" in told.out
    assert "--seed 40 --pages 1" in told.err
    assert "ZeroDivisionError" in told.err
    assert [(tmp_path / f"{seed}.page").read_bytes() == fuzz.case(seed) for seed in (40, 41, 42)] == [True] * 3


def break_leaf(record):
    record["procedures"][0]["heading"] += "?"


def break_line(record):
    record["lines"][1]["no"] = record["lines"][0]["no"]


def break_text(record):
    record["lines"][1]["text"] += "锟斤拷"


def break_number(record):
    record["procedures"][0]["line"] = float("nan")


@pytest.mark.parametrize("damage", [break_leaf, break_line, break_text, break_number])
def test_an_unsound_record_is_noticed(damage):
    record = normalise(list(demo_pages(live_articles()[0]))).as_dict()
    fuzz.check(record)
    damage(record)
    with pytest.raises((AssertionError, KeyError)):
        fuzz.check(record)
