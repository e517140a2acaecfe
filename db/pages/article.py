"""The page of an article: its lines, what was read from each, and its flags in their place."""

from __future__ import annotations

import sqlite3

from db.pages import Row, answers


def article(connection: sqlite3.Connection, id: str) -> Row | None:  # noqa: A002 - as in the address
    """The id of an article in, its lines with procedures and flags out; None where there is none."""
    found = answers(connection, "article", id=id)
    if not found["article"]:
        return None
    [whole] = found.pop("article")
    by_line: dict[int, list[Row]] = {}
    for flag in found["flags"]:
        by_line.setdefault(flag["line_no"], []).append(flag)
    headings = {row["line_no"]: row for row in found["procedures"]}
    lines = [
        line | {"flags": by_line.get(line["line_no"], []), "procedure": headings.get(line["line_no"])}
        for line in found.pop("lines")
    ]
    return whole | {"lines": lines} | found
