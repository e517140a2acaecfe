"""Coverage: what the fund pays for, what not, and on what condition."""

from __future__ import annotations

import re

from pipelines.record import Polarity
from pipelines.vocabulary import phrase, says

# A tick or a cross before an item.
_MARKED = re.compile("^(?:(?P<yes>[✅✓√✔☑])|[❌✘✗❎])")


def polarity_of_intro(text: str) -> Polarity | None:
    """What a heading or intro says of the items below it; None where it does not say.

    >>> polarity_of_intro("以下费用不予报销:"), polarity_of_intro("报销需同时符合下列条件:")
    ('excluded', 'condition')
    >>> polarity_of_intro("哪些能报,哪些不能报?")
    """
    if says("not_covered", text):
        return None if says("also_covered", phrase("not_covered").sub("", text)) else "excluded"
    if says("covered_on_condition", text):
        return "condition"
    return "included" if says("covered", text) else None


def polarity_of_item(text: str, announced: Polarity) -> Polarity:
    """What an item says itself, else what was announced above it.

    >>> polarity_of_item("符合目录的按比例支付。目录以外的基金不予支付。", "included")
    'rule'
    """
    if marker := _MARKED.search(text):
        return "included" if marker["yes"] else "excluded"
    excluded = says("not_covered", text)
    paid = says("pays", phrase("not_covered").sub("", text))
    if announced == "excluded" or (announced == "condition" and not excluded):
        return announced
    if excluded and paid:
        return "rule"
    return "excluded" if excluded else announced


def group_of(heading: str) -> str:
    """The group a heading names, without its number and the words every heading has.

    >>> group_of("1.基本医疗保险药品报销")
    '药品'
    """
    bare = re.sub(r"^[\d一二三四五六七八九十]+[.、]|:$", "", heading)
    return phrase("coverage_words").sub("", bare) or bare
