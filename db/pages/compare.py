"""Several cities side by side on one procedure, each by the article that is best to use."""

from __future__ import annotations

import re
import sqlite3

from db.pages import Row, answer
from db.pages.procedure import procedure
from db.pages.search import regions_meant
from pipelines.regions import by_code

# A table of more is read as a sheet.
_MOST = 400
_BETWEEN = re.compile(r"[\s,，、;；]+")


def compare(connection: sqlite3.Connection, cities: str, type: str) -> Row:  # noqa: A002 - as in the address
    """Names or codes of cities, however they are set apart, and a type of procedure in; a column for each city out.

    `columns` have the region and, where there is one, the card of its best procedure; `unknown` are words that name no
    region, or more than one.
    """
    words = [word for word in _BETWEEN.split(cities) if word][:_MOST]
    meant = {word: [word] if word in by_code() else regions_meant(word) for word in words}
    codes = list(dict.fromkeys(found[0] for found in meant.values() if len(found) == 1))
    return {
        "cities": cities.strip(),
        "type": type,
        "types": answer(connection, "compare", "types"),
        "unknown": [word for word, found in meant.items() if len(found) != 1],
        "columns": [_column(connection, code, type) for code in codes] if type else [],
    }


def _column(connection: sqlite3.Connection, code: str, slug: str) -> Row:
    region = {"code": code, "name": by_code()[code].name}
    best = answer(connection, "compare", "best", code=code, type=slug)
    return {"region": region, "card": procedure(connection, best[0]["id"]) if best else None}


def sheet(page: Row) -> list[list[str]]:
    """The comparison as rows of a spreadsheet, a city to a row; the first row says what the columns are."""
    head = ["地区", "文章", "发布时间", "渠道", "材料", "时限", "规定", "费用", "电话", "错误标记", "网址"]
    return [head, *(_cells(column) for column in page["columns"])]


def _cells(column: Row) -> list[str]:
    card = column["card"]
    if not card:
        return [column["region"]["name"], "没有收录", *[""] * 9]
    papers = ["或".join(one["name_raw"] or one["name"] for one in choice) for choice in card["materials"]]
    return [
        column["region"]["name"],
        card["title"],
        card["published_at"] or "",
        "；".join(one["name"] or one["kind_name"] for one in card["channels"]),
        "；".join(papers),
        "；".join(one["text"] for one in card["time_limits"]),
        "；".join(one["text"] for one in card["rules"]),
        "；".join(one["text"] for one in card["costs"]),
        "；".join(filter(None, (one["number"] for one in card["hotlines"]))),
        "；".join(one["title_zh"] for one in card["flags"] if one["severity"] == "error"),
        card["url"] or "",
    ]
