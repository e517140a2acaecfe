"""The record tables brought in line with a record: only what differs is written, what vanished is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlite_utils import Database

from db.rows import Row, as_json
from db.schema import quote, table
from pipelines.record import Line
from pipelines.statements import norm_text

# How a record was made, no part of what it says.
OF_THE_MAKING = {"article.rules_version", "article.content_hash"}


def sync_rows(db: Database, article_id: str, rows: dict[str, list[Row]]) -> set[str]:
    """Make each table hold exactly these rows of the article; returns the fields that changed.

    A field is a `table.column`, or `table rows` where rows came or went.
    """
    changed = {field for name, wanted in rows.items() for field in _sync(db, name, article_id, wanted)}
    return changed - OF_THE_MAKING


def sync_lines(db: Database, article_id: str, lines: Iterable[Line]) -> set[str]:
    """Make `line` hold exactly these lines, and return as above; a text that several lines share is one statement."""
    lines = list(lines)
    before = _statements_of(db, article_id)
    ids = _statement_ids(db, {line.text for line in lines})
    wanted = [
        {"article_id": article_id, "line_no": line.no, "role": line.role, "statement_id": ids[line.text]}
        for line in lines
    ]
    changed = _sync(db, "line", article_id, wanted)
    _delete_orphans(db, before - set(ids.values()))
    return changed


def _sync(db: Database, name: str, article_id: str, wanted: list[Row]) -> set[str]:
    keys = table(name).primary_key
    owner = "id" if name == "article" else "article_id"
    stored = {_key(row, keys): row for row in db.table(name).rows_where(f"{owner} = ?", [article_id])}
    changed = [row for row in wanted if stored.get(_key(row, keys)) != row]
    if changed:
        db.table(name).upsert_all(changed, pk=keys)
    condition = " AND ".join(f"{quote(key)} = ?" for key in keys)
    vanished = stored.keys() - {_key(row, keys) for row in wanted}
    for key in vanished:
        db.table(name).delete_where(condition, list(key))
    before = [stored.get(_key(row, keys)) for row in changed]
    fields = {
        f"{name}.{column}"
        for row, old in zip(changed, before, strict=True)
        if old
        for column in row
        if row[column] != old[column]
    }
    return fields | ({f"{name} rows"} if vanished or None in before else set())


def _key(row: Row, keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[key] for key in keys)


def _statements_of(db: Database, article_id: str) -> set[int]:
    found = db.execute("SELECT statement_id FROM line WHERE article_id = ?", [article_id])
    return {row[0] for row in found}


def _statement_ids(db: Database, texts: set[str]) -> dict[str, int]:
    """Text -> id of its statement, made or brought up to date where needed."""
    statement = db.table("statement")
    norms = {text: norm_text(text) for text in sorted(texts)}
    stored = {row["text"]: row for row in _statements_with(db, texts)}
    statement.insert_all({"text": text, "norm_text": norm} for text, norm in norms.items() if text not in stored)
    for text, row in stored.items():
        if row["norm_text"] != norms[text]:
            statement.update(row["id"], {"norm_text": norms[text]})
    return {row["text"]: row["id"] for row in _statements_with(db, texts)}


def _statements_with(db: Database, texts: set[str]) -> Iterator[Row]:
    sql = "SELECT id, text, norm_text FROM statement WHERE text IN (SELECT value FROM json_each(?))"
    return db.query(sql, [as_json(list(texts))])


def _delete_orphans(db: Database, statement_ids: set[int]) -> None:
    db.table("statement").delete_where(
        "id IN (SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM line WHERE line.statement_id = statement.id)",
        [as_json(sorted(statement_ids))],
    )
