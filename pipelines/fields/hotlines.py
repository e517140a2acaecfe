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


# 拨打某市医保局服务热线0510-..., 某银行95588: whose number it is and what it is called.
_BEFORE = re.compile(
    r"(?:^|[,。;、:(\s/]|[拨请可]打|拨|致电|联系|[或和及]者?|问)(?P<whose>(?!电话|热线)[\u4e00-\u9fff]{0,24}?)(?:的)?"
    r"(?P<what>(?:咨询|服务|客服|监督|投诉|举报|联系|办公|值班|业务)*(?:电话|热线|专线|咨询)?)(?:号码)?[:(为是]?\s?$"
)
_CALLED = re.compile(r"^.*(?:拨打?|致电|联系|打|咨询(?=.{4}))|^(?:可以?|请|也|再|还|直接|及时|或)+")
_HOUSE = re.compile(
    r"^[\u4e00-\u9fff]{1,22}(?:局|中心|银行|医院|机构|窗口|大厅|公司|服务站|信用社|[^电]办|医保科|委员会)$"
)
_LABEL = re.compile(r"^(?:电话:)?(?P<label>[\u4e00-\u9fff()]{4,24}):(?!\d)")


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
        found += [_local(match) for match in pattern.finditer(sentence)]
    named = _NAMED.search(sentence)
    if not found and named:
        found.append(Number(None, named.group(), None, None))
    return list({one.number: one for one in found}.values())


def _local(match: re.Match[str]) -> Number:
    """A number with the name before it, and the house that name or the label of the line says it belongs to."""
    before = _BEFORE.search(match.string[: match.start("number")])
    whose = _CALLED.sub("", before["whose"]) if before else ""
    name = f"{whose}{before['what']}" if before and before["what"] and (whose or before["what"][2:]) else None
    house = _HOUSE.search(whose)
    label = _LABEL.match(match.string)
    house = house or (_HOUSE.search(label["label"]) if label else None)
    owner = house.group() if house else None
    return Number(
        match["number"], name, owner, True if "医保" in (owner or "") or "医疗保障" in (owner or "") else None
    )


def _national(match: re.Match[str]) -> Number:
    line = national_hotlines()[match["number"]]
    number = f"{match['area']}-{match['number']}" if match["area"] else match["number"]
    if match["area"] and number not in match.group():
        number = f"{match['area']}{match['number']}"
    return Number(number, f"{match['number']}{match['word'] or '热线'}", line.owner, line.medical)
