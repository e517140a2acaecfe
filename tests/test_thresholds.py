"""The script that moves thresholds: it finds them all, and a move is felt by the reader."""

from multiprocessing import get_context

import pytest

from tests import thresholds


def test_thresholds_stand_in_data_and_in_code():
    data, code = list(thresholds.in_data()), list(thresholds.in_code())
    assert ("defects.toml", "bound.1.max", 100) in [(one.place, one.name, one.value) for one in data]
    assert {"SHORT_HEADING", "LONGEST_LINE", "DAMAGED_SHARE"} <= {one.name for one in code}


@pytest.mark.parametrize(("value", "lower", "higher"), [(30, 24, 36), (2, 1, 3), (0, -1, 1), (0.5, 0.4, 0.6)])
def test_a_move_is_a_fifth_and_at_least_one(value, lower, higher):
    assert thresholds.moved(value, -1) == pytest.approx(lower)
    assert thresholds.moved(value, 1) == pytest.approx(higher)


def test_a_move_is_felt():
    """A reader for which nothing is short enough to be a heading reads worse; the process of the tests stays whole."""
    heading = next(one for one in thresholds.in_code() if one.name == "SHORT_HEADING")
    jobs = [("demo", None, 0), ("demo", heading, 4), ("demo", heading, "none")]
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        before, after, broken = pool.map(thresholds.scored, jobs, chunksize=1)
    assert after < before - thresholds.ALLOWED
    table, failed = thresholds.table_of([heading], [broken, before], before)
    assert (table.row_count, failed) == (1, 1)
