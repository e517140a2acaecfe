"""The page of a region: what articles say can be done there, by type of procedure, the best to use first."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from operator import itemgetter

from db.pages import Row, answer, answers


def city(connection: sqlite3.Connection, code: str) -> Row | None:
    """The code of a region in; the region, its procedures by type and its neighbours out. None where there is none.

    `types` are ordered by number of procedures; in each the first procedure is the one to use: without error, with
    something to do, and the newest.
    """
    found = answers(connection, "city", code=code)
    if not found["region"]:
        return None
    grouped = [(key, list(rows)) for key, rows in groupby(found["procedures"], itemgetter("type", "type_name"))]
    types = [{"type": slug, "type_name": name, "procedures": rows} for (slug, name), rows in grouped]
    types.sort(key=lambda one: (-len(one["procedures"]), one["type"]))
    newest = max((row["published_at"] for row in found["procedures"] if row["published_at"]), default=None)
    return {
        "region": found["region"][0],
        "newest": newest,
        "types": types,
        "below": found["below"],
        "beside": found["beside"],
        "listed": found["listed"],
    }


def city_type(connection: sqlite3.Connection, code: str, type: str) -> Row | None:  # noqa: A002 - as in the address
    """One type of procedure in one region, and where else in the province there is one; None for an unknown name."""
    whole = city(connection, code)
    named = answer(connection, "type", "type", type=type)
    if whole is None or not named:
        return None
    own = [one["procedures"] for one in whole["types"] if one["type"] == type]
    return {
        "region": whole["region"],
        "type": named[0],
        "procedures": own[0] if own else [],
        "nearest": answer(connection, "type", "nearest", code=code, type=type),
        "types": [one for one in whole["types"] if one["type"] != type],
    }
