"""The card of a procedure: what one article says has to be done, brought along, waited for and heeded."""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby

from db.pages import Row, answers

_JSON = ("schemes", "ui_paths")


def procedure(connection: sqlite3.Connection, id: str) -> Row | None:  # noqa: A002 - as in the address
    """The id of a procedure in, its card out; None where there is none.

    Steps stand under their channels, `materials` are lists of documents of which one will do (most have but one).
    """
    found = answers(connection, "procedure", id=id)
    if not found["procedure"]:
        return None
    [card] = found.pop("procedure")
    steps = found.pop("steps")
    channels = [
        one | {"steps": [_plain(step) for step in steps if step["channel_id"] == one["id"]]}
        for one in found.pop("channels")
    ]
    return _plain(card) | {"channels": channels, "materials": _choices(found.pop("materials"))} | found


def _plain(row: Row) -> Row:
    """A row with its lists as lists."""
    return {name: json.loads(value) if name in _JSON else value for name, value in row.items()}


def _choices(materials: list[Row]) -> list[list[Row]]:
    """The documents in order, those that stand for each other together."""
    keyed = [(row["alternative_group"] or n, row) for n, row in enumerate(materials)]
    return [[row for _, row in rows] for _, rows in groupby(keyed, lambda pair: pair[0])]
