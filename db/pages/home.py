"""The front page: what there is, how much of it and where."""

from __future__ import annotations

import sqlite3

from db.pages import Row, answers


def home(connection: sqlite3.Connection) -> Row:
    """Totals, procedure types by number, provinces, and for each province the procedures of each type."""
    found = answers(connection, "home")
    [totals] = found["totals"]
    cells: dict[str, dict[str, Row]] = {}
    for cell in found["heat"]:
        cells.setdefault(cell["province"], {})[cell["type"]] = cell
    provinces = [province | {"types": cells.get(province["code"], {})} for province in found["provinces"]]
    return {"totals": totals, "types": found["types"], "provinces": provinces}
