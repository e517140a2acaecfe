"""Chinese for what Datasette shows: a table, column, value, parameter or filter in, what readers see out."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files

from db.reference import reference_rows
from db.schema import TABLES, VIEWS, Column, Table, View, table

_ALL: list[Table | View] = [*TABLES, *VIEWS]
_SHOWN = {shown.name: shown for shown in _ALL}
_COLUMNS = {(shown.name, column.name): column for shown in _ALL for column in shown.columns}
# A question's result has our captions as column names: 是否必备 -> the column that says so, with its closed list.
_CAPTIONS = {c.title_zh: c for c in _COLUMNS.values() if c.choices or c.type in ("bool", "datetime")}
_PHRASES = tomllib.loads(files("db").joinpath("datasette", "phrases.toml").read_text(encoding="utf-8"))
YES_NO = {0: "否", 1: "是"}


def table_title(name: str) -> str:
    """A table's or view's Chinese title; its name if it is none of ours."""
    return _SHOWN[name].title_zh if name in _SHOWN else name


def column_title(table: str, column: str) -> str:
    """A column's Chinese caption; its name if it is none of ours."""
    found = _COLUMNS.get((table, column))
    return found.title_zh if found else column


def parameter_title(name: str) -> str:
    """A canned query's named parameter in Chinese."""
    return str(_PHRASES["parameters"].get(name, name))


def crumb_title(label: str) -> str:
    """A link of the way from the front page to this one in Chinese."""
    return str(_PHRASES["crumbs"].get(label) or table_title(label))


def in_chinese(table: str, sentence: str) -> str:
    """Datasette's words for a filter, or for all that a page is filtered and sorted by, in Chinese.

    >>> in_chinese("article", 'where search matches "医保" sorted by published_at descending')
    '含“医保” 按“发布时间”降序排列'
    """
    if sentence in _PHRASES["lookups"]:
        return str(_PHRASES["lookups"][sentence])
    for pattern, chinese in _PHRASES["descriptions"].items():
        sentence = re.sub(pattern, chinese, sentence)
    return re.sub(r"“(\w+)”(?=列含|升序|降序)", lambda m: f"“{column_title(table, m[1])}”", sentence)


def value_title(table: str | None, column: str, value: object) -> str | None:
    """A stored value as readers see it; None if it is shown as it is. `table` is None for a question's result.

    >>> value_title("material", "requirement", "conditional")
    '视情形'
    >>> value_title("step", "ui_paths", '[["医保码", "参保地"], ["我的"]]')
    '医保码 → 参保地 / 我的'
    """
    found = _CAPTIONS.get(column) if table is None else _COLUMNS.get((table, column))
    if found is None or value is None:
        return None
    if found.type == "bool" and isinstance(value, int):
        return YES_NO.get(value)
    if not isinstance(value, str):
        return None
    if found.type == "datetime":
        return value[:16].replace("T", " ")
    if found.type == "json":
        return _list_title(found, json.loads(value))
    return (found.choices or {}).get(value)


def reference(table: str | None, column: str, value: object) -> tuple[str, str] | None:
    """Where a value leads: the other table, and the Chinese name of its row if the vocabulary has one."""
    found = _COLUMNS.get((table or "", column))
    if not found or not found.references or not isinstance(value, str):
        return None
    other = found.references[0]
    return other, _labels().get((other, value), value)


def _list_title(column: Column, items: object) -> str | None:
    if not isinstance(items, list):
        return None
    if all(isinstance(item, str) for item in items):
        return "、".join(str((column.choices or {}).get(item, item)) for item in items) or "\u00a0"
    return " / ".join(" → ".join(item) for item in items)


@cache
def _labels() -> dict[tuple[str, str], str]:
    """(reference table, key) -> Chinese name."""
    found = {}
    for name, rows in reference_rows().items():
        key, label = table(name).primary_key[0], table(name).page.label
        found.update({(name, str(row[key])): str(row[label]) for row in rows if label})
    return found
