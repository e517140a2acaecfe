"""Many words to one pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Words in, a regular expression of the longest that stands at a place out; none looks at a character twice.

    >>> any_of(["医保", "医保局", "医院"])
    '医(?:保(?:局)?|院)'
    """
    tails: dict[str, list[str]] = {}
    words = list(words)
    for word in filter(None, words):
        tails.setdefault(word[0], []).append(word[1:])
    branches = [re.escape(first) + any_of(rest) for first, rest in tails.items()]
    either = "|".join(branches)
    if "" in words:
        return f"(?:{either})?" if branches else ""
    return f"(?:{either})" if len(branches) > 1 else either
