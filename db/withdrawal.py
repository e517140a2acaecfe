"""Withdrawing an article: its id in, every row of it out of crawl.db, and a row that keeps it out for good.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlite_utils import Database

from db.clock import stamp
from db.rows import as_json
from db.schema import tables_in

Value = TypeVar("Value")


class Archived(NamedTuple):
    """Where in the archive an answer lies."""

    file: str
    offset: int
    length: int
    url: str


def same_article(db: Database, article_id: str) -> list[str]:
    """The article and the other addresses it was found under; empty where it is not known."""
    sql = "SELECT article_id FROM page WHERE ? IN (article_id, duplicate_of) UNION SELECT id FROM article WHERE id = ?"
    return [row[0] for row in db.execute(sql, [article_id, article_id])]


def archived(db: Database, article_id: str) -> list[Archived]:
    """Every answer in the archive that is a page of the article."""
    sql = "SELECT warc_file, warc_offset, warc_length, url FROM capture WHERE article_id = ?"
    return [Archived(*row) for row in db.execute(sql, [article_id])]


def withdraw(db: Database, article_id: str, reason: str | None, moment: datetime) -> int:
    """Delete every row of an article and note that it is withdrawn; returns how many rows are gone."""
    db.execute("PRAGMA secure_delete = ON").fetchall()  # what is withdrawn is overwritten, not only unlinked
    found = db.execute("SELECT url FROM page WHERE article_id = ?", [article_id]).fetchone()
    before = db.conn.total_changes
    for table in tables_in("crawl"):
        if "article_id" in {column.name for column in table.columns_in("crawl")}:
            db.table(table.name).delete_where("article_id = ?", [article_id])
    db.table("article").delete_where("id = ?", [article_id])
    db.table("statement").delete_where("id NOT IN (SELECT statement_id FROM line)")
    gone = db.conn.total_changes - before
    note = {"url": found[0] if found else None, "reason": reason, "withdrawn_at": stamp(moment)}
    db.table("withdrawn").insert({"article_id": article_id, **note})
    return gone


def address_of(db: Database, article_id: str) -> str | None:
    """The address of an article that was withdrawn; None where none was known."""
    found = db.execute("SELECT url FROM withdrawn WHERE article_id = ?", [article_id]).fetchone()
    return found[0] if found else None


def is_withdrawn(db: Database, article_id: str) -> bool:
    """Whether the article must stay out."""
    return bool(_withdrawn(db, [article_id]))


def without_withdrawn(db: Database, listed: Mapping[str, Value]) -> dict[str, Value]:
    """What a list names, by article id, without the withdrawn."""
    out = _withdrawn(db, listed)
    return {article_id: value for article_id, value in listed.items() if article_id not in out}


def _withdrawn(db: Database, article_ids: Iterable[str]) -> set[str]:
    sql = "SELECT article_id FROM withdrawn WHERE article_id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.execute(sql, [as_json(list(article_ids))])}
