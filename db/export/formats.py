"""The formats of an export: a table's column names and rows in, one text file out."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from db.schema import ColumnType

Row = Sequence[Any]
Names = Sequence[str]
Change = Callable[[Any], Any]

# What spreadsheets may take for a formula (OWASP, CSV injection), in full width too.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
LINE_END = "\r\n"  # with it csv quotes a lone CR and a lone LF alike


@dataclass(frozen=True)
class Format:
    """How a table becomes a file: `changes` to the values of a column type, `write` for all rows."""

    mediatype: str
    encoding: str
    changes: Mapping[ColumnType, Change]
    write: Callable[[Names, Iterable[Row], TextIO], None]

    def change(self, type_: ColumnType) -> Change:
        """What is done to a column's values, null excepted; by default nothing."""
        return self.changes.get(type_, lambda value: value)


def spreadsheet_safe(text: str) -> str:
    """Text in, the same text out or, where a spreadsheet would calculate it, with a single quote before it.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("12393")
    ("'=1+1", '12393')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _write_csv(names: Names, rows: Iterable[Row], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator=LINE_END)
    writer.writerow(names)
    writer.writerows(rows)


def _write_json(names: Names, rows: Iterable[Row], file: TextIO) -> None:
    file.write("[")
    before = "\n"
    for row in rows:
        file.write(before + _as_object(names, row))
        before = ",\n"
    file.write("\n]\n")


def _write_jsonl(names: Names, rows: Iterable[Row], file: TextIO) -> None:
    file.writelines(_as_object(names, row) + "\n" for row in rows)


def _as_object(names: Names, row: Row) -> str:
    return json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)


_IN_JSON: dict[ColumnType, Change] = {"bool": bool, "json": json.loads}

FORMATS = {
    "csv": Format("text/csv", "utf-8-sig", {"text": spreadsheet_safe}, _write_csv),
    "json": Format("application/json", "utf-8", _IN_JSON, _write_json),
    "jsonl": Format("application/jsonl", "utf-8", _IN_JSON, _write_jsonl),
}
