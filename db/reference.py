"""The reference tables: vocabulary in, rows out, and brought up to date in a database."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from db.schema import table
from pipelines import vocabulary

# Where a column is called otherwise than in the vocabulary.
FIELDS = {"code_certainty": "certainty"}


def _row(name: str, entry: object) -> dict[str, Any]:
    row = {c.name: getattr(entry, FIELDS.get(c.name, c.name)) for c in table(name).columns}
    return {key: json.dumps(value) if isinstance(value, tuple) else value for key, value in row.items()}


def reference_rows() -> dict[str, list[dict[str, Any]]]:
    """All rows of the reference tables, by table."""
    entries: dict[str, list[object]] = {
        "region": [*vocabulary.regions()],
        "procedure_type": [*vocabulary.procedure_types()],
        "channel_kind": [*vocabulary.channel_kinds()],
        "rule_kind": [*vocabulary.rule_kinds()],
        "flag_kind": [*vocabulary.flag_kinds().values()],
    }
    return {name: [_row(name, entry) for entry in found] for name, found in entries.items()}


def refresh(db: Database) -> None:
    """Write the rows that differ from the vocabulary; those it has no more stay: records may use them."""
    for name, rows in reference_rows().items():
        stored = {tuple(row.values()) for row in db.table(name).rows}
        changed = [row for row in rows if tuple(row.values()) not in stored]
        if changed:
            db.table(name).upsert_all(changed, pk=table(name).primary_key)
