"""Time limits: how long a sentence says it takes, waits or holds, in numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.memory import remember, remember_list
from pipelines.record import Mode, Unit

_DIGITS = dict(zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
_NUMBER = r"(?<![\d.月年])\d{1,3}(?:\.\d+)?|半|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_UNIT = (
    r"个?工作日|个?工作天|个?自然日|天|日(?!起|常|期|前|到|至|划|号|以[前后])|个月|月内|周年|年(?!度|限|龄|前|底|末|初)|"
    r"小时|周|个星期"
)
_LENGTH = re.compile(
    rf"(?P<least>不得?少于|至少|不得?低于|(?<!不)(?<!不得)(?<!不能)超过)?(?P<most>不[得能]?超过|不[得能]?多于|最长|最多|最迟|至多|延长[到至])?(?:为|需|约|大约|大概|一般)?"
    rf"(?P<low>{_NUMBER})\s?(?:个)?(?:(?:工作日|天|日|月|年)?(?:-|~|至|到|—)(?P<high>{_NUMBER}))?(?P<unit>{_UNIT})(?P<within>之?(?:以)?内)?"
)
_INSTANT = re.compile(r"即时|当场|实时|立即|当即|马上|即刻|秒办|即办|现场办结|当日生效|当天生效|立等可取")
_NEXT_MONTH = re.compile(r"(?:次月|下个?月)(?:起|\d*日?起?)?(?:开始)?(?:生效|享受|到账|可)?")
_SAME_DAY = re.compile(r"(?:当日|当天)(?:内)?(?:办结|完成|办理|到账)")
_VALIDITY = re.compile(r"有效期|有效时间|长期有效|内有效|有效")
_WAITING = re.compile(
    r"等待期|等待?满?\d|满\d+(?:个?[月年]后|[天日]后?(?:恢复|享受|才|方))|次月(?:生效|起|享受)|下个?月(?:生效|起|享受)|后(?:方可|才能|可|起)?享受"
)
_START = re.compile(
    r"(?:^|[,;:])(?:自|从)?(?P<event>[^,;:。]{2,20}?(?:之日起|之后|后|起))(?:,|(?=[的起]?\s*(?:不超过|最长|最多|约|一般|在)?\d))"
)
# Until when somebody has to come, not how long it takes: 7天内要到窗口补办.
_OWN_DEADLINE = re.compile(
    r"内,?(?:参保人|患者|家属|单位|职工|本人|您|必须|务必|应当?|须|要|需要?|请|及时|尽快|主动)*"
    r"(?:到(?![账位卡]|达)[^,。]{2,}|去|前往|打(?!款|印|入|到|进)|拨打|致电|携带|带[上着齐]?|持|补办|报案|报备|来(?!电))"
)
# What stands beside a length that only says who is done with it by then: 转出地...办结.
_BESIDE_A_LENGTH = re.compile(r"^.{0,6}(?:办[结完好]|完成|到账|答复|拨付|生效|寄出.{1,4})?$")
# A clause that only says what the time begins with.
_EVENT_ALONE = re.compile(r"^[^,;]{2,20}(?:之日起|之后|后|起)$")
_UNITS: dict[str, tuple[Unit, float]] = {
    "工作日": ("working_day", 1),
    "工作天": ("working_day", 1),
    "自然日": ("day", 1),
    "天": ("day", 1),
    "日": ("day", 1),
    "月": ("month", 1),
    "月内": ("month", 1),
    "年": ("year", 1),
    "周年": ("year", 1),
    "周": ("day", 7),
    "星期": ("day", 7),
}


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time read from a sentence; `text` are its words, without label and start event."""

    kind: Literal["processing", "waiting", "validity"]
    instant: bool
    min: float | None
    max: float | None
    unit: Unit | None
    start_event: str | None
    text: str


@remember
def parse_time_limit(sentence: str) -> Length | None:
    """A sentence without its label in, the length it states out; None where it states none.

    >>> limit = parse_time_limit("审核通过后,15个工作日内完成转移。")
    >>> limit.max, limit.unit, limit.start_event, limit.text
    (15.0, 'working_day', '审核通过后', '15个工作日内完成转移')
    >>> limit = parse_time_limit("一般即时生效或1-3个工作日。")
    >>> limit.instant, limit.min, limit.max
    (True, 1.0, 3.0)
    """
    text = sentence.strip().rstrip("。;,!")
    start = _START.search(text)
    event = start["event"] if start else None
    rest = text[start.end() :].lstrip(",") if start and start.start() == 0 else text
    length = _LENGTH.search(rest) if not _is_clock(rest) else None
    instant = bool(_INSTANT.search(rest)) or bool(_SAME_DAY.search(rest))
    next_month = _NEXT_MONTH.search(rest)
    if length and _hours(length):
        length, instant = None, instant
    if not length and not instant and not next_month:
        return None
    low, high, unit = _bounds(length) if length else (None, None, None)
    if next_month and not length:
        low, high, unit = None, 1.0, "month"
    return Length(_kind(text, bool(next_month and not length)), instant, low, high, unit, event, rest)


@remember_list
def parse_time_limits(sentence: str) -> list[tuple[Length, Mode | None]]:
    """A sentence without its label in, each length it states out, with the way of doing things it speaks of.

    What is done at once unless it must be checked is one length; two ways or two doings are two.

    >>> [(limit.instant, limit.max, mode) for limit, mode in parse_time_limits("线上即时办结,窗口5个工作日内办结。")]
    [(True, None, 'online'), (False, 5.0, 'offline')]
    >>> [(limit.instant, limit.max) for limit, _ in parse_time_limits("即时生效,需核验的2个工作日内。")]
    [(True, 2.0)]
    """
    found: list[tuple[Length, Mode | None]] = []
    for clause in _clauses(sentence):
        limit, mode = parse_time_limit(clause), mode_of_label(clause)
        if limit is None or clause.endswith("的") or _OWN_DEADLINE.search(clause):
            continue
        before = found[-1] if found else None
        if before and _says_again(before, limit, mode):
            continue
        if before and _goes_with(before, limit, mode):
            found[-1] = (replace(before[0], min=limit.min, max=limit.max, unit=limit.unit), before[1])
        else:
            found.append((limit, mode))
    if len(found) == 1 and (whole := parse_time_limit(sentence)):
        return [(whole, found[0][1])]
    return found


@remember
def sets_deadline(sentence: str) -> bool:
    """Whether a sentence says until when somebody has to come.

    >>> sets_deadline("7天内要到窗口补办。"), sets_deadline("7天内办结。")
    (True, False)
    """
    return any(_OWN_DEADLINE.search(clause) and parse_time_limit(clause) for clause in _clauses(sentence))


@remember
def states_only_time(sentence: str) -> bool:
    """Whether every clause of a sentence says how long an agency takes for something, and nothing else.

    >>> states_only_time("转出地10个工作日内办结,转入地5个工作日内办结。"), states_only_time("满3个月后恢复。")
    (True, False)
    """
    clauses = _clauses(sentence.rstrip("。"))
    limits = [parse_time_limit(clause) for clause in clauses]
    beside = [_LENGTH.sub("", clause) for clause in clauses]
    stated = all(limit and limit.kind == "processing" for limit in limits)
    return "工作日" in sentence and stated and all(map(_BESIDE_A_LENGTH.match, beside))


def _says_again(before: tuple[Length, Mode | None], limit: Length, mode: Mode | None) -> bool:
    """即办件,材料齐全的当日办结: at once, said twice."""
    at_once = all(one.instant and one.unit is None for one in (before[0], limit))
    return at_once and before[0].kind == limit.kind and mode in (None, before[1])


def _goes_with(before: tuple[Length, Mode | None], limit: Length, mode: Mode | None) -> bool:
    """即时生效,需核验的2个工作日内: the length is that of what cannot be done at once."""
    at_once = before[0].instant and before[0].unit is None and not limit.instant
    return at_once and before[0].kind == limit.kind and mode in (None, before[1])


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence; an event alone (审核通过后,) stays with what follows it."""
    clauses: list[str] = []
    for clause in re.split("[,;]", sentence):
        if clauses and _EVENT_ALONE.search(clauses[-1]):
            clauses[-1] += f",{clause}"
        elif clause:
            clauses.append(clause)
    return clauses


@remember
def mode_of_label(label: str | None) -> Mode | None:
    """The one way of doing things a label like 线上办理 or 窗口办理 stands for.

    >>> mode_of_label("窗口办理"), mode_of_label("转出"), mode_of_label("线上、窗口都")
    ('offline', None, None)
    """
    modes = [mode for mode, words in _MODE_WORDS if label and words.search(label)]
    return modes[0] if len(modes) == 1 else None


_MODE_WORDS: tuple[tuple[Mode, re.Pattern[str]], ...] = (
    ("online", re.compile("线上|网上|在线|网办|手机|自助|掌上|掌办|指尖|移动端|APP")),
    ("offline", re.compile("线下|窗口|现场|柜[台面]|大厅|实地|实体")),
    ("phone", re.compile("电话|热线")),
    ("mail", re.compile("邮寄")),
)


def _kind(text: str, next_month: bool) -> Literal["processing", "waiting", "validity"]:  # noqa: FBT001
    if _VALIDITY.search(text):
        return "validity"
    return "waiting" if next_month or _WAITING.search(text) else "processing"


def _bounds(length: re.Match[str]) -> tuple[float | None, float | None, Unit | None]:
    word = length["unit"].removeprefix("个")
    unit, factor = _UNITS[word]
    low, high = number(length["low"]) * factor, length["high"]
    if high:
        return low, number(high) * factor, unit
    if length["least"]:
        return low, None, unit
    if length["most"] or length["within"] or word == "月内":
        return None, low, unit
    return low, low, unit


def number(word: str) -> float:
    """A number as written, in figures or in Chinese up to 99.

    >>> number("十五"), number("半"), number("2.5")
    (15.0, 0.5, 2.5)
    """
    if word == "半":
        return 0.5
    if "十" in word:
        tens, _, ones = word.partition("十")
        return float(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
    return float(_DIGITS.get(word) or word)


def _hours(length: re.Match[str]) -> bool:
    """Hours have no unit in the record: the sentence stays, the number is not squeezed into days."""
    return length["unit"] == "小时"


def _is_clock(text: str) -> bool:
    """Opening hours are no time limit."""
    return bool(re.search(r"\d{1,2}:\d{2}", text))
