"""Titles that a list cuts short: the title as shown and what else is known of it in, the whole one out."""

from __future__ import annotations

import re

from pipelines.fold import fold

_DOTS = re.compile(r"\s*(?:\.{2,}|…+)$")


def is_cut_short(title: str) -> bool:
    """Whether a folded title ends in dots that stand for its rest."""
    return bool(_DOTS.search(title))


def is_rest_of(title: str, cut: str) -> bool:
    """Whether a title is what stands, cut short, in a list.

    >>> is_rest_of("泰州医保卡怎么补办?", "泰州医保卡怎么..."), is_rest_of("泰州医保卡", "泰州医保卡")
    (True, False)
    """
    return is_cut_short(cut) and not is_cut_short(title) and title.startswith(_DOTS.sub("", cut))


def in_full(title: str, said: str | None) -> str:
    """A title as a list shows it, and what its link says when pointed at.

    >>> in_full("泰州医保卡怎么补...", "泰州医保卡怎么补办？"), in_full("泰州医保卡怎么补...", "点击查看")
    ('泰州医保卡怎么补办?', '泰州医保卡怎么补...')
    """
    whole = fold(said) if said and is_cut_short(title) else ""
    return whole if is_rest_of(whole, title) else title
