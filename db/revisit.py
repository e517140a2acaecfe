"""When a page is asked for again: what became of it in, the time until then out. Pure."""

from __future__ import annotations

from datetime import timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = timedelta(days=60)
# An article that has stood for so many days is looked at again after a day; one that was changed before, sooner.
DAYS_STOOD_PER_DAY_OF_WAITING = 4
IF_EVER_CHANGED = 8
# An address that gave another address's article is looked at again after this.
DUPLICATE = timedelta(days=30)
# Misses on so many different days: a fault of the site lasts for one, seldom for three.
MISSES_UNTIL_GONE = 3
# No rule gives a longer wait than this: a time beyond it was written while the clock was wrong.
FAR = LONGEST + DAY


def after_reading(days_unchanged: float | None, ever_changed: bool) -> timedelta:  # noqa: FBT001 - no third case
    """An article has stood unchanged for so many days (None: not known) -> the time until the next check.

    >>> [after_reading(days, False).days for days in (0, 7, 40, 400)]
    [1, 1, 10, 60]
    >>> after_reading(40, True).days
    5
    """
    share = IF_EVER_CHANGED if ever_changed else DAYS_STOOD_PER_DAY_OF_WAITING
    return min(max(timedelta(days=(days_unchanged or 0) / share), DAY), LONGEST)


def after_misses(days_missed: int) -> timedelta:
    """A page was not there on so many days -> the time until it is looked for again.

    >>> [after_misses(days).days for days in (1, 2, 3, 9, 999)]
    [1, 2, 4, 60, 60]
    """
    return min(DAY * (1 << min(days_missed - 1, 10)), LONGEST)


def after_failure(tries: int) -> timedelta:
    """A page has failed so many times in a row -> the time until the next try.

    >>> [after_failure(tries) // HOUR for tries in (1, 2, 3, 8, 99)]
    [1, 2, 4, 128, 128]
    """
    return HOUR * (1 << min(tries - 1, 7))


# The same for a page that failed.
FAR_FAILED = after_failure(99) + DAY
