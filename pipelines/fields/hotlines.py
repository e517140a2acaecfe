"""Hotlines: phone numbers and named lines, with whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.memory import remember_list
from pipelines.vocabulary import national_hotlines

_NATIONAL = re.compile(
    r"(?<!\d)(?:(?P<area>0\d{2,3})-?)?(?P<number>123(?:93|33|45|66|29))(?!\d)(?P<word>(?:医保|社保)?(?:服务)?热线)?"
)
_PHONE = re.compile(
    r"(?<![\d-])(?P<number>0\d{2,3}[- ]?\d{7,8}|\(0\d{2,3}\)\s?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|95\d{3,4})(?![\d-])"
)
_LOCAL_PHONE = re.compile(r"(?:电话|热线|拨打|致电|号码)[^,。;\d]{0,8}(?P<number>[2-8]\d{6,7})(?!\d)")
_NAMED = re.compile(r"(?:当地|本地)(?:的)?(?:医保|医疗保险|医疗保障|社保)[^,。;\d“”]{0,6}?(?:热线|电话)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number or named line as the sentence gives it. `medical` is None where the line serves everything."""

    number: str | None
    name: str | None
    owner: str | None
    medical: bool | None


@remember_list
def parse_hotlines(sentence: str) -> list[Number]:
    """A sentence in, the phone numbers it gives out; a named line only where it gives no number.

    >>> [(n.number, n.owner) for n in parse_hotlines("可拨打12393或0510-81822345咨询。")]
    [('12393', '医疗保障'), ('0510-81822345', None)]
    >>> parse_hotlines("输入身份证号320200199001011234登录。")
    []
    """
    found = [_national(match) for match in _NATIONAL.finditer(sentence)]
    for pattern in (_PHONE, _LOCAL_PHONE):
        found += [Number(match["number"], None, None, None) for match in pattern.finditer(sentence)]
    named = _NAMED.search(sentence)
    if not found and named:
        found.append(Number(None, named.group(), None, None))
    return list({one.number: one for one in found}.values())


def _national(match: re.Match[str]) -> Number:
    line = national_hotlines()[match["number"]]
    number = f"{match['area']}-{match['number']}" if match["area"] else match["number"]
    if match["area"] and number not in match.group():
        number = f"{match['area']}{match['number']}"
    return Number(number, f"{match['number']}{match['word'] or '热线'}", line.owner, line.medical)
