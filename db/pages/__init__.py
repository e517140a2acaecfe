"""The pages that readers see: a connection to the public database in, what a page says as plain dicts out.

A page NAME is a file NAME.sql of named questions and a function that puts their answers together. Readers may look at
the very questions: each page links to its SQL and to its answers as JSON.
"""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

Row = dict[str, Any]
_NAME = re.compile(r"^-- name: (\w+) (\S+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")


class Question(NamedTuple):
    """One SELECT with named parameters, and what readers call it."""

    title_zh: str
    sql: str


@cache
def questions(page: str) -> dict[str, Question]:
    """The questions of a page by name.

    >>> {name: question.title_zh for name, question in questions("type").items()}
    {'type': '事项类型', 'nearest': '同省其他地方'}
    """
    text = files("db").joinpath("pages", f"{page}.sql").read_text(encoding="utf-8")
    _, *found = _NAME.split(text)
    parts = zip(found[::3], found[1::3], found[2::3], strict=True)
    return {name: Question(title, sql.strip().rstrip(";")) for name, title, sql in parts}


def answer(connection: sqlite3.Connection, page: str, name: str, **values: object) -> list[Row]:
    """The rows that answer one question of a page, for these values of its parameters."""
    cursor = connection.execute(questions(page)[name].sql, values)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def answers(connection: sqlite3.Connection, page: str, **values: object) -> dict[str, list[Row]]:
    """The rows that answer each question of a page, by the question's name."""
    return {name: answer(connection, page, name, **values) for name in questions(page)}


def parameters(sql: str) -> list[str]:
    """The named parameters of a question, each once.

    >>> parameters("SELECT * FROM region WHERE code = :code OR parent_code = :code")
    ['code']
    """
    return list(dict.fromkeys(_PARAMETER.findall(sql)))
