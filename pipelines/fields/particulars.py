"""Fees, places with hours and legal references: a labelled line or a section of its own gives each its leaf."""

from __future__ import annotations

import re

from pipelines.memory import remember
from pipelines.record import Cost, LegalRef, Location
from pipelines.vocabulary import phrase, says

_FREE = re.compile(r"免费|不收(?:取)?(?:任何)?费用?|无需(?:缴纳)?费用|不收费|零收费|0元|无收费")
_AMOUNT = re.compile(r"(?P<amount>\d+(?:\.\d+)?)元")
_CLOCK = r"\d{1,2}:\d{2}"
_ON_DAYS = (
    r"(?:(?:周|星期)[一二三四五六日天末]|工作日|节假日|双休日|法定|每天|每日|"
    r"上午|下午|早上|晚上|中午|全天|[春夏秋冬][季令])"
)
_HOURS = re.compile(
    rf"(?:{_ON_DAYS}|{_CLOCK})[^。;]*?{_CLOCK}(?:[^,。;]*{_CLOCK}|[,;、]\s*(?:{_ON_DAYS}|\d)[^,。;]{{0,24}}?{_CLOCK})*|"
    rf"(?:{_ON_DAYS}[^,。;]{{0,6}}?)?\d{{1,2}}点半?(?:到|至|-|—|~)(?:下午|晚上)?\d{{1,2}}点半?|"
    r"(?:周|星期)[一二三四五六日天]至(?:周|星期)?[一二三四五六日天][^,。;]*"
)
# A house in a street, said in passing: ...到某区某路65号市医保中心办理.
_HOUSE = re.compile(
    r"(?P<address>[^,。;:、()“”|\s到在去往至寄持带]{2,22}?(?:大?[路街道巷]|大街)"
    r"(?:[东西南北中]?[一二三四五六]?[段路巷])?\d+(?:-\d+)?号(?!线|楼|窗|公交)"
    r"(?:[^,。;:()“”|]{0,12}?(?:[一二三四五六七八九十\d]+[楼层]|\d+号窗口)(?:[^,。;:()“”|]{0,6}?(?:区|厅|窗口|室))?)?)"
)
# A label that says when and not who.
_NO_NAME = re.compile(r"^(?:[春夏秋冬][季令]|上午|下午|周|星期|工作日|.{0,6}(?:时间|地址|地点))")
_ADDRESS = re.compile(
    r"(?P<address>[^,。;:、()“”|]{0,24}?(?:路|街|道|巷|镇|乡|村|区|县)[^,。;:()“”|]{0,30}?"
    r"(?:\d+号|[一二三四五六七八九十\d]+[楼层]|大厦|广场)[^,。;()“”|]{0,20})"
)
# What stands before an address and after it in the same words.
_LED_TO = re.compile(r"^.*?(?:地址(?:在|是|为|位于)?|[位设坐]落?[在于]|(?<=[心局厅口所])在)(?=.{4})")
_AND_THEN = re.compile(r"\s+\S*(?:电话|热线)\S*$|(?<=\d号)[^\d,]{0,10}(?:中心|局|机构|分局)$")
# What introduces an address, and how little may stand beside it.
_BESIDE_A_PLACE = re.compile(
    r"^[^,。:]{0,6}(?:服务|办公|工作|上班|受理|营业|接听|办理)时间[为是]?|"
    r"(?:(?:联系|咨询|服务)?电话)?:?(?:0\d{2,3}-?)?\d{7,8}|^(?:比如|例如)[^,。]*?(?=地址|[位在]于?|[,。])|^[^,。:]{1,14}:|地址|[位在]于?|[,。:;]"
)
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


def fees_in(sentence: str, line: int) -> list[Cost]:
    """What a sentence says in passing that somebody pays, clause by clause; no benefit, subsidy or base.

    >>> [fee.amount for fee in fees_in("费率8%,一个月304元,财政每人补640元。", 2)]
    [304.0]
    """
    clauses = [clause for clause in re.split("[,;]", sentence.rstrip("。")) if not says("no_fee", clause)]
    found = [(clause, phrase("fee_in_passing").search(clause)) for clause in clauses]
    return [Cost(float(fee["before"] or fee["after"]), "CNY", clause, line) for clause, fee in found if fee]


def parse_location(text: str, line: int) -> Location | None:
    """An office with its address or hours; None where the text has neither.

    >>> found = parse_location("市医保中心:滨湖区和风路28号,周一至周五9:00-17:00", 4)
    >>> found.name, found.address, found.hours
    ('市医保中心', '滨湖区和风路28号', '周一至周五9:00-17:00')
    """
    address, hours = _place(text)
    if not hours and not address:
        return None
    name, colon, _ = text.partition(":")
    is_name = colon and not name[-1:].isdigit() and not _NO_NAME.match(name)
    return Location(name if is_name else None, address, hours, text, line)


@remember
def _place(text: str) -> tuple[str | None, str | None]:
    """The address and the opening hours that a text gives."""
    hours, address = _HOURS.search(text), _ADDRESS.search(text)
    where = _AND_THEN.sub("", _LED_TO.sub("", address["address"])).strip() if address else ""
    return where or None, hours.group().strip() if hours else None


def place_in_passing(sentence: str, line: int) -> Location | None:
    """The house in a street that a step goes to, with the opening hours it gives.

    >>> place_in_passing("带身份证到新城区和平路65号市医保中心打印,工作日8:30-16:30。", 3).address
    '新城区和平路65号'
    """
    house = _HOUSE.search(sentence)
    if house is None:
        return None
    hours = _HOURS.search(sentence)
    return Location(None, house["address"], hours.group().strip() if hours else None, sentence, line)


def is_only_place(text: str, place: Location) -> bool:
    """Whether a text says nothing but where an office is and when it is open.

    >>> text = "地址在文昌路8号2楼,周一至周五9:00-17:00。"
    >>> is_only_place(text, parse_location(text, 3))
    True
    """
    for part in (place.address, place.hours):
        text = text.replace(part, "") if part else text
    return len(_BESIDE_A_PLACE.sub("", text)) <= _LEFT_OVER


def laws_with_number(text: str, line: int) -> list[LegalRef]:
    """The documents that a text cites by title and number.

    >>> [ref.title for ref in laws_with_number("填《申请表》,按《办法》(某医保发〔2024〕3号)执行。", 2)]
    ['办法']
    """
    return [ref for ref in parse_legal_refs(text, line) if ref.title and ref.number] if "号" in text else []


def only_cites(sentence: str) -> bool:
    """上述做法的依据是《...》(...号): what it cites is read from any line."""
    return says("only_laws", sentence) and bool(laws_with_number(sentence, 0))


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
