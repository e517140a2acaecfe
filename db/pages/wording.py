"""How the pages word what the tables hold: dates, ages, lengths of time, closed lists, hits of a search."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup, escape

from db.captions import value_title
from db.clock import now
from db.pages import Row

_WEB = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_DAYS_A_MONTH = 30.44
_MONTHS_A_YEAR = 12


def day(moment: str | None) -> str:
    """A stored time or date as a Chinese date; "日期不详" for None.

    >>> day("2026-02-04T10:20:00+08:00"), day(None)
    ('2026年2月4日', '日期不详')
    """
    if not moment:
        return "日期不详"
    year, month, date = moment[:10].split("-")
    return f"{year}年{int(month)}月{int(date)}日"


def age(moment: str | None) -> Row:
    """How old what was published then is: `words`, and `old`, whether a reader should be warned; half a year is old."""
    if not moment:
        return {"words": "发布日期不详", "old": True}
    days = (now() - datetime.fromisoformat(moment)).days
    months = int(days / _DAYS_A_MONTH)
    if months < 1:
        return {"words": f"{days}天前发布" if days > 0 else "今天发布", "old": False}
    if months < _MONTHS_A_YEAR:
        return {"words": f"{months}个月前发布", "old": months >= _MONTHS_A_YEAR / 2}
    return {"words": f"{months // _MONTHS_A_YEAR}年多以前发布", "old": True}


def length(limit: Row) -> str:
    """A row of table time_limit in words.

    >>> length({"instant": 0, "min_value": 1.0, "max_value": 3.0, "unit": "working_day"})
    '1至3个工作日'
    >>> length({"instant": 1, "min_value": None, "max_value": None, "unit": None})
    '即时'
    """
    if limit["max_value"] is None and limit["min_value"] is None:
        return "即时" if limit["instant"] else "未写明数字"
    least, most = limit["min_value"], limit["max_value"]
    unit = {"working_day": "个工作日", "day": "天", "month": "个月", "year": "年"}.get(limit["unit"], "")
    if most is None:
        words = f"至少{least:g}{unit}"
    elif least in (None, most):
        words = f"{most:g}{unit}"
    else:
        words = f"{least:g}至{most:g}{unit}"
    return f"即时，或{words}" if limit["instant"] else words


def shown(table: str, column: str, value: object) -> str:
    """A value of a closed list in Chinese, any other as it is, nothing for None.

    >>> shown("material", "requirement", "conditional")
    '视情形'
    """
    return "" if value is None else value_title(table, column, value) or str(value)


def web(address: str | None) -> str | None:
    """An address in; itself out where a browser would go to another page by it and do nothing else.

    >>> web("https://example.org/1.html"), web("javascript:alert(1)")
    ('https://example.org/1.html', None)
    """
    return address if address and _WEB.match(address) else None


def marked(text: str, words: Iterable[str]) -> Markup:
    """A text with the searched words marked, and nothing in it that a browser would run.

    >>> marked("查<b>余额", ["余额"])
    Markup('查&lt;b&gt;<mark>余额</mark>')
    """
    found = [re.escape(word) for word in words if word]
    if not found:
        return escape(text)
    pieces = re.split(f"({'|'.join(found)})", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if n % 2 else escape(piece) for n, piece in enumerate(pieces)
    )
