"""The archive's index in crawl.db: where each answer lies, and which of them a record was read from.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

from sqlite_utils import Database


@dataclass(frozen=True)
class Capture:
    """One answer kept in the archive: `url` is canonical, `target_uri` what was asked; `id` is 0 until it is stored."""

    site: str
    url: str
    target_uri: str
    article_id: str | None
    http_status: int
    payload_digest: str
    fetched_at: str
    warc_file: str
    warc_offset: int
    warc_length: int
    id: int = 0


@dataclass(frozen=True)
class ArticlePage:
    """One page that a record was read from: its capture, the charset that was decided, and why."""

    capture_id: int
    charset: str
    charset_reason: str


def add(db: Database, capture: Capture) -> int:
    """Note where an answer lies; returns its id."""
    row = asdict(capture)
    del row["id"]
    return cast("int", db.table("capture").insert(row).last_pk)


def latest(db: Database, url: str, status: int, digest: str | None = None) -> Capture | None:
    """The newest capture of an address with this status (and content)."""
    sql = (
        "SELECT * FROM capture WHERE url = :url AND http_status = :status"
        " AND (:digest IS NULL OR payload_digest = :digest) ORDER BY fetched_at DESC, id DESC LIMIT 1"
    )
    found = next(db.query(sql, {"url": url, "status": status, "digest": digest}), None)
    return Capture(**found) if found else None


def end_of(db: Database, warc_file: str) -> int:
    """Where the last answer ends that is known to be in this file; 0 where none is."""
    sql = "SELECT coalesce(max(warc_offset + warc_length), 0) FROM capture WHERE warc_file = ?"
    return int(db.execute(sql, [warc_file]).fetchone()[0])


def set_pages(db: Database, article_id: str, pages: Sequence[ArticlePage]) -> None:
    """Note which captures an article's record was read from; writes only what differs."""
    wanted = {
        (article_id, n): {"article_id": article_id, "page_no": n, **asdict(page)} for n, page in enumerate(pages, 1)
    }
    table = db.table("article_page")
    stored = {(row["article_id"], row["page_no"]): row for row in table.rows_where("article_id = ?", [article_id])}
    for key in stored.keys() - wanted.keys():
        table.delete(key)
    changed = [row for key, row in wanted.items() if stored.get(key) != row]
    if changed:
        table.upsert_all(changed, pk=("article_id", "page_no"))


def pages_of(db: Database, article_id: str) -> list[Capture]:
    """The captures an article's record was read from, in the order of its pages."""
    sql = (
        "SELECT capture.* FROM article_page JOIN capture ON capture.id = capture_id"
        " WHERE article_page.article_id = ? ORDER BY page_no"
    )
    return [Capture(**row) for row in db.query(sql, [article_id])]


def captures_of(db: Database, article_id: str) -> list[Capture]:
    """All good answers for any page of an article, oldest first."""
    sql = "SELECT * FROM capture WHERE article_id = ? AND http_status = 200 ORDER BY fetched_at, id"
    return [Capture(**row) for row in db.query(sql, [article_id])]


def sites(db: Database) -> list[str]:
    """The sites of which anything is in the archive."""
    return [row[0] for row in db.execute("SELECT DISTINCT site FROM capture ORDER BY site")]


def read_by_others(db: Database, site: str, rules_version: str | None) -> list[str]:
    """Articles of a site whose record other rules made (None: all that have one), in the order of the archive."""
    sql = (
        "SELECT article.id FROM article JOIN article_page ON article_page.article_id = article.id AND page_no = 1"
        " JOIN capture ON capture.id = capture_id WHERE article.site = :site"
        " AND (:rules IS NULL OR article.rules_version <> :rules) ORDER BY warc_file, warc_offset"
    )
    return [row[0] for row in db.execute(sql, {"site": site, "rules": rules_version})]


def unread(db: Database, site: str) -> list[str]:
    """Articles of a site that are in the archive but that no rules could read so far, in the order of the archive."""
    sql = (
        "SELECT article_id FROM capture WHERE site = ? AND article_id IS NOT NULL AND http_status = 200"
        " AND article_id NOT IN (SELECT id FROM article)"
        " AND article_id NOT IN (SELECT article_id FROM page WHERE duplicate_of IS NOT NULL)"
        " GROUP BY article_id ORDER BY min(warc_file), min(warc_offset)"
    )
    return [row[0] for row in db.execute(sql, [site])]


def read_at(db: Database, article_id: str) -> str | None:
    """When the site last gave the page that an article's record was read from; None where there is no record."""
    sql = "SELECT fetched_at FROM page JOIN article ON article.id = page.article_id WHERE article.id = ?"
    found = db.execute(sql, [article_id]).fetchone()
    return found[0] if found else None
