"""The Frictionless Data Package of an export: tables and written files in, datapackage.json's content out."""

from __future__ import annotations

import hashlib
import sqlite3
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from db.export.formats import FORMATS, LINE_END, Format
from db.schema import Column, ColumnType, ForeignKey, Table

Descriptor = dict[str, Any]

FIELD_TYPES: dict[ColumnType, str] = {
    "text": "string",
    "int": "integer",
    "real": "number",
    "bool": "boolean",
    "json": "any",
    "date": "date",
    "datetime": "datetime",
}
# Said in full, so that no reader guesses it from the first rows.
TABULAR: Descriptor = {
    "profile": "tabular-data-resource",
    "dialect": {
        "delimiter": ",",
        "lineTerminator": LINE_END,
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
    },
}
SITES = "SELECT site, min(url) FROM article WHERE site IS NOT NULL AND url IS NOT NULL GROUP BY site ORDER BY site"


def package(db: sqlite3.Connection, resources: list[Descriptor]) -> Descriptor:
    """The whole descriptor: what datapackage.toml says, the sites the articles come from, the files."""
    words = tomllib.loads(files("db.export").joinpath("datapackage.toml").read_text(encoding="utf-8"))
    sources = [{"title": site, "path": urljoin(url, "/")} for site, url in db.execute(SITES)]
    return {**words, "sources": sources, "resources": resources}


def resource(table: Table, name: str, path: Path, *, is_first: bool) -> Descriptor:
    """One file in format `name`. The first format of an export bears the table's name and schema.

    Validators check every row of CSV; of the others the bytes, as they refuse an empty table in JSON.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table.name if is_first else path.name,
        "path": path.name,
        "title": table.title_zh,
        "description": table.title_en,
        "description_zh": table.description_zh,
        **(TABULAR if name == "csv" else {"type": "file"}),
        "format": name,
        "mediatype": FORMATS[name].mediatype,
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        **({"schema": _schema(table, FORMATS[name])} if is_first else {}),
    }


def _schema(table: Table, form: Format) -> Descriptor:
    foreign_keys = [_foreign_key(table, key) for key in table.foreign_keys_in("public") if _can_say(table, key)]
    return {
        "fields": [_field(table, column, form) for column in table.columns_in("public")],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
        **({"foreignKeys": foreign_keys} if foreign_keys else {}),
    }


def _field(table: Table, column: Column, form: Format) -> Descriptor:
    field: Descriptor = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "title": column.title_zh,
        "description": column.title_en,
        "description_zh": column.description_zh,
    }
    if column.type == "datetime":
        field["format"] = "any"  # a page that gives no clock time leaves a bare date
    if column.type == "bool":
        field |= {"trueValues": ["1"], "falseValues": ["0"]}
    if column.type == "json" and column.choices:
        field |= {"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": list(column.choices)}}}
    constraints = _constraints(table, column, form)
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(table: Table, column: Column, form: Format) -> Descriptor:
    # Free text may be empty, and CSV writes the empty text as it writes null.
    is_free_text = column.type == "text" and not (column.choices or column.references)
    constraints: Descriptor = {}
    if column.name in table.primary_key or not (column.nullable or is_free_text):
        constraints["required"] = True
    if column.choices and column.type != "json":
        constraints["enum"] = list(map(form.change(column.type), column.choices))
    return constraints


def _can_say(table: Table, key: ForeignKey) -> bool:
    """Not a key of several columns where one may be null: SQL lets such a row be, a data package does not."""
    nullable = {column.name for column in table.columns if column.nullable}
    return len(key.columns) == 1 or nullable.isdisjoint(key.columns)


def _foreign_key(table: Table, key: ForeignKey) -> Descriptor:
    """One foreign key; the table itself is called by the empty name."""
    resource_name = "" if key.table == table.name else key.table
    return {
        "fields": list(key.columns),
        "reference": {"resource": resource_name, "fields": list(key.other_columns)},
    }
