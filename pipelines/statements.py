"""The normal form of a line: what is left of it when the city is changed, to tell template from fact."""

from __future__ import annotations

from pipelines.dates import parse_title
from pipelines.fold import fold
from pipelines.regions import find_regions


def norm_text(text: str) -> str:
    """A line in, its normal form out: folded, 医疗保险 as 医保, every region as ``{R}``, no date tag.

    >>> norm_text("江苏无锡医疗保险参保地怎么改?(2026/02/04)")
    '{R}医保参保地怎么改?'
    """
    plain, _ = parse_title(fold(text), None)
    plain = plain.replace("医疗保险", "医保")
    for mention in reversed(find_regions(plain)):
        plain = f"{plain[: mention.start]}{{R}}{plain[mention.end :]}"
    return plain
