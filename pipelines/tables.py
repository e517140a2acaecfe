"""Tables of typed columns: the head says what each column holds, a row gives a leaf for each of its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.vocabulary import table

CELL = " | "
_DIGIT = re.compile(r"\d")
_LEAST = 2
# What stands first in a row of these is whose they are, whatever it is called.
_OF_AN_OFFICE = frozenset({"address", "hours", "hotlines"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row; `kind` is what the head of its column says it holds: materials, time_limits, ..., case."""

    kind: str
    text: str


def columns_of(head: str) -> tuple[str, ...]:
    """The first row of a table in, what its columns hold out; empty where that is no head of typed columns.

    >>> columns_of("病种 | 需要的材料 | 办理时限"), columns_of("一级医院 | 200元 | 85%")
    (('case', 'materials', 'time_limits'), ())
    """
    cells = head.split(CELL)
    kinds = tuple(_kind_of(cell) for cell in cells)
    if not kinds[0] and len(_OF_AN_OFFICE.intersection(kinds)) >= _LEAST:
        kinds = ("case", *kinds[1:])
    typed = [kind for kind in kinds if kind not in ("case", "")]
    named = len([kind for kind in kinds if kind]) >= _LEAST and "" not in kinds
    return kinds if typed and named and not _DIGIT.search(head) else ()


def cells_of(row: str, columns: tuple[str, ...]) -> list[Cell]:
    """A row in, its cells out; a row of another width than the head has none.

    >>> cells_of("高血压 | 社保卡 | 当场办结", ("case", "materials", "time_limits"))[0]
    Cell(kind='case', text='高血压')
    """
    cells = row.split(CELL)
    if len(cells) != len(columns):
        return []
    return [Cell(kind, text) for kind, text in zip(columns, cells, strict=True)]


def _kind_of(cell: str) -> str:
    for kind, words in table("tables.toml")["columns"].items():
        if re.search(words, cell):
            return str(kind)
    return ""
