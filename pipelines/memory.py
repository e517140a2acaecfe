"""A memory for what has been read before: the pages of a site share most of their lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Key = TypeVar("_Key", str, bytes)
_Result = TypeVar("_Result")

_SIZE = 1 << 11
# What is emptied when full holds more than a site's lists have lines, or it would be emptied all the time.
_MOST = 1 << 13
LONGEST = 2000

# For pure functions of a line or less, whose results nobody can change.
remember = lru_cache(maxsize=_SIZE)


def remember_list(function: Callable[[str], list[_Result]]) -> Callable[[str], list[_Result]]:
    """A function that lists such results in, the same with a memory out; each caller gets a list of its own.

    >>> remember_list(list)("医保")
    ['医', '保']
    """
    kept = remember(function)

    @wraps(function)
    def recall(text: str) -> list[_Result]:
        return kept(text).copy()

    return recall


class Memory(dict[_Key, _Result]):
    """What was read, by a key that tells all it was read from; once full it is emptied.

    >>> memory = Memory[str, int]()
    >>> memory.keep("医保", 2), memory.keep("医保" * 5000, 10000), memory
    (2, 10000, {'医保': 2})
    """

    def keep(self, key: _Key, result: _Result) -> _Result:
        """Give a result back, and remember it where the key is no longer than that of a line."""
        if len(self) >= _MOST:
            self.clear()
        if len(key) <= LONGEST:
            self[key] = result
        return result
