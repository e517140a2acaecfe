"""A memory for what has been read before: the pages of a site share most of their lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_Result = TypeVar("_Result")

# For pure functions of a line or less, whose results nobody can change.
remember = lru_cache(maxsize=1 << 13)


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
