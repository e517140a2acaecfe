"""Fees, places with hours and legal references: a labelled line or a section of its own gives each its leaf."""

from __future__ import annotations

import re

from pipelines.memory import remember
from pipelines.record import Cost, LegalRef, Location

_FREE = re.compile(r"免费|不收(?:取)?(?:任何)?费用?|无需(?:缴纳)?费用|不收费|零收费|0元|无收费")
_AMOUNT = re.compile(r"(?P<amount>\d+(?:\.\d+)?)元")
_HOURS = re.compile(
    r"(?:(?:周|星期)[一二三四五六日天末]|工作日|法定|每天|每日|上午|下午|早上|全天|\d{1,2}:\d{2})[^。;]*?\d{1,2}:\d{2}(?:[^,。;]*\d{1,2}:\d{2})*|(?:周|星期)[一二三四五六日天]至(?:周|星期)?[一二三四五六日天][^,。;]*"
)
_ADDRESS = re.compile(
    r"(?P<address>[^,。;:、()“”]{0,24}?(?:路|街|道|巷|镇|乡|村|区|县)[^,。;:()“”]{0,30}?(?:\d+号|[一二三四五六七八九十\d]+[楼层]|大厦|广场)[^,。;()“”]{0,20})"
)
# What introduces an address, and how little may stand beside it.
_BESIDE_A_PLACE = re.compile(r"^(?:比如|例如)[^,。]*?(?=地址|[位在]于?|[,。])|^[^,。:]{1,14}:|地址|[位在]于?|[,。:;]")
_LEFT_OVER = 4
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[(（]\d{4}[〕\])）]\s*第?\d+号")
_TITLE = re.compile(r"《(?P<title>[^《》]{2,60})》")


def parse_cost(text: str, line: int) -> Cost:
    """A fee as stated; 0 only where the text says it is free, None where it gives no figure.

    >>> parse_cost("不收取任何费用", 3).amount, parse_cost("工本费20元", 3).amount, parse_cost("按当地标准", 3).amount
    (0.0, 20.0, None)
    """
    amount = _AMOUNT.search(text)
    if amount and float(amount["amount"]):
        return Cost(float(amount["amount"]), "CNY", text, line)
    return Cost(0.0, "CNY", text, line) if _FREE.search(text) else Cost(None, None, text, line)


def parse_location(text: str, line: int) -> Location | None:
    """An office with its address or hours; None where the text has neither.

    >>> found = parse_location("市医保中心:滨湖区和风路28号,周一至周五9:00-17:00", 4)
    >>> found.name, found.address, found.hours
    ('市医保中心', '滨湖区和风路28号', '周一至周五9:00-17:00')
    """
    address, hours = _place(text)
    if not hours and not address:
        return None
    name = text.split(":", 1)[0] if ":" in text and not text.split(":", 1)[0][-1:].isdigit() else None
    return Location(name, address, hours, text, line)


@remember
def _place(text: str) -> tuple[str | None, str | None]:
    """The address and the opening hours that a text gives."""
    hours, address = _HOURS.search(text), _ADDRESS.search(text)
    return address["address"].strip() if address else None, hours.group().strip() if hours else None


def is_only_place(text: str, place: Location) -> bool:
    """Whether a text says nothing but where an office is and when it is open.

    >>> text = "地址在文昌路8号2楼,周一至周五9:00-17:00。"
    >>> is_only_place(text, parse_location(text, 3))
    True
    """
    for part in (place.address, place.hours):
        text = text.replace(part, "") if part else text
    return len(_BESIDE_A_PLACE.sub("", text)) <= _LEFT_OVER


def parse_legal_refs(text: str, line: int) -> list[LegalRef]:
    """The laws and documents a text cites, each with its number where it follows the title.

    >>> [(ref.title, ref.number) for ref in parse_legal_refs("《暂行办法》(医保办发〔2021〕43号)", 2)]
    [('暂行办法', '医保办发〔2021〕43号')]
    """
    refs = []
    for match in _TITLE.finditer(text):
        number = _NUMBER.match(text[match.end() :].lstrip("(")) or None
        refs.append(LegalRef(match["title"], number.group() if number else None, text, line))
    if not refs:
        refs = [LegalRef(None, match.group(), text, line) for match in _NUMBER.finditer(text)]
    return refs
