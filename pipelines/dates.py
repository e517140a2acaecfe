"""Dates as articles write them: bylines and the date tags at the end of titles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from pipelines.vocabulary import phrase

_YEAR, _MONTH, _DAY = r"(?P<y>\d{4}|\d{2})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_TAG_FORMS = (
    re.compile(rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}"),
    re.compile(rf"{_YEAR}年{_MONTH}月{_DAY}[日号]?"),
    re.compile(rf"{_MONTH}[-/.]{_DAY}"),
    re.compile(rf"{_MONTH}月{_DAY}[日号]?"),
)
_TAG = re.compile(r"\s*(?:\((?P<paren>[^()]{3,16})\)|【(?P<lens>[^【】]{3,16})】|\[(?P<square>[^\[\]]{3,16})\])\s*$")
TIMESTAMP = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"(?:[ T]*(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?!\d)(?:\.\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_BYLINE_LABEL = re.compile(
    r"(?:发布|更新|发表|时间|日期|来源|来自|出处|作者|编辑|责任编辑|浏览|阅读|点击)[^:\s]{0,4}:\s*"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,14}[\w·]{0,6}")
_PUBLISHED = re.compile(r"\s*(?:发布|发表|更新|首发|编辑)于?$")
_CHINA = timezone(timedelta(hours=8))
_PUNCTUATION = re.compile(r"[,。;:!?]")
# A longer line is a sentence with a date in it, a longer name is none.
_BYLINE_LENGTH = 80
_NAME_LENGTH = 24
_SOURCE_LABEL = re.compile(
    r"(?:来源|来自|出处|发布机构|发布单位)[^:\s]{0,2}:\s*(?P<source>[^\s|:【\[(]+?)(?=$|[\s|:【\[(]|浏览|阅读|作者|编辑|字号|点击)"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Time (ISO 8601, +08:00; a bare date where the page gives no clock time) and source of an article."""

    published_at: str | None
    source: str | None


def parse_title(title_raw: str, reference: date | None) -> tuple[str, str | None]:
    """A title in, the title without its date tag and the tag's date (ISO) out; None where there is no tag.

    A tag without a year takes the year of `reference` (the day it was listed or published), or the year
    before where that would lie in the future; without a reference it stays None.

    >>> parse_title("淮南怎么改参保地?【26年2月4日】", None)
    ('淮南怎么改参保地?', '2026-02-04')
    >>> parse_title("医保卡余额怎么查?(12/30)", date(2026, 1, 3))
    ('医保卡余额怎么查?', '2025-12-30')
    >>> parse_title("居民医保怎么缴费(以酒泉为例)", None)
    ('居民医保怎么缴费(以酒泉为例)', None)
    """
    tag = _TAG.search(title_raw)
    if not tag:
        return title_raw, None
    inner = next(text for text in tag.groups() if text is not None).strip()
    for form in _TAG_FORMS:
        match = form.fullmatch(inner)
        if match:
            title = title_raw[: tag.start()].rstrip()
            return title, _tag_date(match.groupdict(), reference)
    return title_raw, None


def _tag_date(parts: dict[str, str], reference: date | None) -> str | None:
    year = parts.get("y")
    if year:
        full = int(year) if len(year) == 4 else 2000 + int(year)
        return _iso(full, int(parts["m"]), int(parts["d"]))
    if reference is None:
        return None
    found = _iso(reference.year, int(parts["m"]), int(parts["d"]))
    # A list is made shortly after the article, so a tag a day ahead is a clock, not last year.
    if found and date.fromisoformat(found) > reference + timedelta(days=1):
        return _iso(reference.year - 1, int(parts["m"]), int(parts["d"]))
    return found


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def parse_byline(text: str) -> Byline | None:
    """A folded line in, time and source out; None where the line is no byline.

    >>> parse_byline("2026-02-04 11:20:57社保网")
    Byline(published_at='2026-02-04T11:20:57+08:00', source='社保网')
    >>> parse_byline("发布时间:2026年2月4日 来源:本地宝")
    Byline(published_at='2026-02-04', source='本地宝')
    >>> parse_byline("苏州晚报 2026-01-05 08:30").source
    '苏州晚报'
    >>> parse_byline("2026年2月4日起医保缴费标准调整为每人每年400元,请在规定时间内缴纳。")
    """
    stamp = TIMESTAMP.search(text)
    if not stamp or len(text) > _BYLINE_LENGTH or text.endswith(("。", ";", "!", "?")):
        return None
    before = _PUBLISHED.sub("", text[: stamp.start()].strip(" |·-"))
    if not _BYLINE_LABEL.search(before) and (len(before) > _NAME_LENGTH or _PUNCTUATION.search(before)):
        return None
    labelled = _SOURCE_LABEL.search(text)
    rest = _BYLINE_LABEL.split(text[stamp.end() :])[0].strip(" |·-")
    if not labelled and not before and (len(rest) > _NAME_LENGTH or _PUNCTUATION.search(rest)):
        return None
    return Byline(timestamp(stamp), labelled["source"] if labelled else _name(before, last=True) or _name(rest))


def parse_source(text: str) -> str | None:
    """A line that names the source and nothing else in, the source out.

    >>> parse_source("来源:鹭岛晚报"), parse_source("材料来源:申请人自备,原件一份")
    ('鹭岛晚报', None)
    """
    named = _SOURCE_LABEL.fullmatch(text)
    return named["source"] if named else None


def _name(words: str, *, last: bool = False) -> str | None:
    """The name among the words beside a time: the last before it, the first after it; none in a label."""
    if not words or _BYLINE_LABEL.search(words):
        return None
    name = words.split()[-1 if last else 0]
    return name if _NAME.fullmatch(name) and not phrase("no_source").fullmatch(name) else None


def timestamp(match: re.Match[str]) -> str | None:
    """A TIMESTAMP match in, ISO 8601 out, None where there is no such day; a clock time is China's unless it says.

    >>> timestamp(TIMESTAMP.search("2026-01-14T17:30:00Z"))
    '2026-01-15T01:30:00+08:00'
    """
    day = _iso(int(match["y"]), int(match["m"]), int(match["d"]))
    clock = match["time"]
    if day is None or clock is None:
        return day
    hour, *rest = clock.split(":")
    local = f"{day}T{int(hour):02d}:{':'.join([*rest, '00'][:2])}"
    return f"{local}+08:00" if match["zone"] is None else _in_china(f"{local}{match['zone']}")


def _in_china(moment: str) -> str | None:
    try:
        return datetime.fromisoformat(moment).astimezone(_CHINA).isoformat()
    except (ValueError, OverflowError):
        return None


def day_of(moment: str | None) -> date | None:
    """An ISO date or time in, its day out.

    >>> day_of("2026-02-04T11:20:57+08:00")
    datetime.date(2026, 2, 4)
    """
    return date.fromisoformat(moment[:10]) if moment else None
