"""The tables as data: tables.toml in, `TABLES` and `VIEWS` out, and from them the DDL of either database."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Literal

ColumnType = Literal["text", "int", "real", "bool", "json", "date", "datetime"]
Where = Literal["crawl", "public", "both"]
Side = Literal["crawl", "public"]

SQL_TYPES: dict[ColumnType, str] = {
    "text": "TEXT",
    "int": "INTEGER",
    "real": "REAL",
    "bool": "INTEGER",
    "json": "TEXT",
    "date": "TEXT",
    "datetime": "TEXT",
}


@dataclass(frozen=True)
class Column:
    """One column. `references` is (table, column); `choices` maps each allowed value to its Chinese name."""

    name: str
    type: ColumnType
    title_zh: str
    title_en: str
    nullable: bool = False
    references: tuple[str, str] | None = None
    choices: dict[str, str] | None = None
    note_zh: str | None = None
    where: Where = "both"

    @property
    def description_zh(self) -> str:
        """Caption, note and closed list in one sentence, as readers see it."""
        notes = [self.note_zh] if self.note_zh else []
        if self.choices:
            notes.append("、".join(f"{value} {zh}" for value, zh in self.choices.items()))
        return f"{self.title_zh}（{'；'.join(notes)}）" if notes else self.title_zh


@dataclass(frozen=True)
class ForeignKey:
    """Columns that together point at another table's columns."""

    columns: tuple[str, ...]
    table: str
    other_columns: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """How Datasette shows a table or view: which columns are searched, counted and sorted by.

    The search index of a table stands beside it; a view uses `search_table`'s, joined on `search_key`.
    """

    search: tuple[str, ...] = ()
    search_table: str | None = None
    search_key: str = "rowid"
    facets: tuple[str, ...] = ()
    label: str | None = None
    sort: str | None = None
    sort_desc: str | None = None


@dataclass(frozen=True)
class Table:
    """One table. `is_record`: its rows are an article's; `evidence`: it points at a line."""

    name: str
    title_zh: str
    title_en: str
    description_zh: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    page: Page
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    where: Where = "both"
    is_record: bool = False
    evidence: bool = False

    def columns_in(self, side: Side) -> tuple[Column, ...]:
        """The columns the table has in one of the two databases."""
        return tuple(c for c in self.columns if c.where in ("both", side))

    def foreign_keys_in(self, side: Side) -> tuple[ForeignKey, ...]:
        """All foreign keys the table has in one of the two databases."""
        single = [
            ForeignKey((c.name,), c.references[0], (c.references[1],)) for c in self.columns_in(side) if c.references
        ]
        line = [ForeignKey(("article_id", "line_no"), "line", ("article_id", "line_no"))]
        return tuple(single + (line if self.evidence else []))


@dataclass(frozen=True)
class View:
    """One view of procedures.db; its SQL is in views.sql."""

    name: str
    title_zh: str
    title_en: str
    description_zh: str
    columns: tuple[Column, ...]
    page: Page


def _column(row: dict[str, Any]) -> Column:
    table, _, column = row.get("ref", "").partition(".")
    return Column(
        name=row["name"],
        type=row["type"],
        title_zh=row["zh"],
        title_en=row["en"],
        nullable=row.get("null", False),
        references=(table, column) if table else None,
        choices=row.get("choices"),
        note_zh=row.get("note"),
        where=row.get("where", "both"),
    )


def _page(row: dict[str, Any]) -> Page:
    return Page(
        search=tuple(row.get("search", ())),
        search_table=row.get("search_table") or (row["name"] if "search" in row else None),
        search_key=row.get("search_key", "rowid"),
        facets=tuple(row.get("facets", ())),
        label=row.get("label"),
        sort=row.get("sort"),
        sort_desc=row.get("sort_desc"),
    )


def _table(row: dict[str, Any], leaf: dict[str, Any]) -> Table:
    is_leaf = row.get("leaf", False)
    columns = [*leaf["first"], *row["columns"], *leaf["last"]] if is_leaf else row["columns"]
    return Table(
        name=row["name"],
        title_zh=row["zh"],
        title_en=row["en"],
        description_zh=row["about"],
        columns=tuple(_column(c) for c in columns),
        primary_key=("id",) if is_leaf else tuple(row["primary_key"]),
        page=_page(row),
        indexes=tuple(tuple(i) for i in row.get("indexes", ())),
        unique=tuple(tuple(u) for u in row.get("unique", ())),
        where=row.get("where", "both"),
        is_record=row.get("record", False),
        evidence=is_leaf or row.get("evidence", False),
    )


def _in_view(column: Column, base: str) -> Column:
    """A column of the base table: its id leads to the table's row."""
    return replace(column, references=(base, "id")) if column.name == "id" else column


def _views(rows: list[dict[str, Any]], columns: dict[str, tuple[Column, ...]]) -> Iterator[View]:
    for row in rows:
        own = tuple(_column(c) for c in row["columns"])
        columns[row["name"]] = tuple(_in_view(c, row["base"]) for c in columns[row["base"]]) + own
        yield View(row["name"], row["zh"], row["en"], row["about"], columns[row["name"]], _page(row))


_DATA = tomllib.loads(files("db").joinpath("tables.toml").read_text(encoding="utf-8"))

TABLES: tuple[Table, ...] = tuple(_table(row, _DATA["leaf"]) for row in _DATA["table"])
VIEWS: tuple[View, ...] = tuple(_views(_DATA["view"], {t.name: t.columns for t in TABLES}))


def tables_in(side: Side) -> tuple[Table, ...]:
    """The tables of one of the two databases, in the order of tables.toml."""
    return tuple(t for t in TABLES if t.where in ("both", side))


def table(name: str) -> Table:
    """The table called `name`."""
    return next(t for t in TABLES if t.name == name)


def quote(name: str) -> str:
    """A name of ours as an SQL identifier."""
    return f'"{name}"'


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(quote(n) for n in names)


def _column_sql(column: Column) -> str:
    words = [quote(column.name), SQL_TYPES[column.type]]
    if not column.nullable:
        words.append("NOT NULL")
    if column.type == "bool":
        words.append(f"CHECK ({quote(column.name)} IN (0, 1))")
    if column.choices and column.type != "json":
        values = ", ".join(f"'{value}'" for value in column.choices)
        words.append(f"CHECK ({quote(column.name)} IN ({values}))")
    return " ".join(words)


def _create_sql(table: Table, side: Side) -> Iterator[str]:
    body = [_column_sql(c) for c in table.columns_in(side)]
    body.append(f"PRIMARY KEY ({_quoted(table.primary_key)})")
    # What is published with private persons covered may look alike.
    body += [f"UNIQUE ({_quoted(columns)})" for columns in table.unique if side == "crawl"]
    for key in table.foreign_keys_in(side):
        target = f"{quote(key.table)} ({_quoted(key.other_columns)})"
        body.append(f"FOREIGN KEY ({_quoted(key.columns)}) REFERENCES {target}")
    yield f"CREATE TABLE {quote(table.name)} (\n  " + ",\n  ".join(body) + "\n);"
    wanted = dict.fromkeys([*table.indexes, *(key.columns for key in table.foreign_keys_in(side))])
    longer = [table.primary_key, *wanted]
    for columns in wanted:
        if not any(columns == other[: len(columns)] for other in longer if other != columns):
            name = quote(f"idx_{table.name}_{'_'.join(columns)}")
            yield f"CREATE INDEX {name} ON {quote(table.name)} ({_quoted(columns)});"


def ddl(side: Side) -> str:
    """The SQL that creates all tables and indexes of one of the two databases."""
    return "\n".join(sql for t in tables_in(side) for sql in _create_sql(t, side)) + "\n"
