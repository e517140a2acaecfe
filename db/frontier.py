"""The frontier: the page table of crawl.db, a row per article listed or fetched.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from db.clock import stamp
from db.rows import as_json
from pipelines.record import Record, RelatedLink

# When a page is asked for again, by what became of it the last time.
REVISIT = {"fetched": timedelta(days=7), "dead": timedelta(days=1), "failed": timedelta(hours=1)}
STATES = ("waiting", *REVISIT)
LISTED = (
    "url",
    "title_raw",
    "title",
    "title_date",
    "listed_at",
    "category",
    "region_code",
    "type",
    "audience",
)


@dataclass(frozen=True)
class DuePage:
    """An article that is to be fetched, with what makes the request conditional."""

    article_id: str
    url: str
    etag: str | None
    last_modified: str | None
    listed_at: str | None


def add_listed(db: Database, site: str, listed: Mapping[str, RelatedLink], run_id: int, moment: datetime) -> int:
    """Note what a list names, by article id; returns how many articles were not known."""
    known = _known(db, listed)
    first = {"site": site, "state": "waiting", "tries": 0, "run_id": run_id}
    first |= {"first_seen_at": stamp(moment), "due_at": stamp(moment)}
    for article_id, link in listed.items():
        says = {key: value for key in LISTED if (value := getattr(link, key)) is not None}
        if article_id in known:
            db.table("page").update(article_id, says)
        else:
            db.table("page").insert({"article_id": article_id, **first, **says})
    return len(listed) - len(known)


def due(
    db: Database, site: str, since: str | None, limit: int, exclude: Collection[str], moment: datetime
) -> list[DuePage]:
    """The articles to fetch at `moment`, newest first; without those known to be listed before `since`."""
    found = db.query(
        "SELECT article_id, url, etag, last_modified, listed_at FROM page"
        " WHERE site = :site AND due_at <= :now AND url IS NOT NULL"
        " AND (listed_at IS NULL OR :since IS NULL OR listed_at >= :since)"
        " AND article_id NOT IN (SELECT value FROM json_each(:exclude))"
        " ORDER BY listed_at DESC, length(article_id) DESC, article_id DESC LIMIT :limit",
        {
            "site": site,
            "now": stamp(moment),
            "since": since,
            "exclude": as_json(list(exclude)),
            "limit": limit,
        },
    )
    return [DuePage(**row) for row in found]


def mark(db: Database, article_id: str, state: str, run_id: int, moment: datetime, row: dict[str, Any]) -> None:
    """Write what became of a page at `moment`; one that no list has named gets its row now."""
    row = {**row, "state": state, "run_id": run_id, "due_at": stamp(moment + REVISIT[state])}
    if _known(db, [article_id]):
        db.table("page").update(article_id, row)
    else:
        site = article_id.partition("-")[0]
        first = {"article_id": article_id, "site": site, "first_seen_at": stamp(moment)}
        db.table("page").insert({**first, **row})


def complete(db: Database, article_id: str, record: Record, url: str) -> None:
    """Fill in from an article's own page what no list said of it."""
    article = record.article
    says = {
        "url": article.url or url,
        "title_raw": article.title_raw,
        "title": article.title,
        "title_date": article.title_date,
        "category": article.category,
        "region_code": article.region_code,
        "type": record.procedures[0].type if record.procedures else None,
    }
    stored = db.table("page").get(article_id)
    db.table("page").update(article_id, {key: says[key] for key in says if stored[key] is None})


def tries(db: Database, article_id: str) -> int:
    """How often in a row the page has failed."""
    found = db.execute("SELECT tries FROM page WHERE article_id = ?", [article_id]).fetchone()
    return int(found[0]) if found else 0


def counts(db: Database, site: str) -> dict[str, int]:
    """How many articles of the site are in each state."""
    found = db.execute("SELECT state, count(*) FROM page WHERE site = ? GROUP BY state", [site])
    return dict.fromkeys(STATES, 0) | dict(found.fetchall())


def _known(db: Database, article_ids: Collection[str]) -> set[str]:
    sql = "SELECT article_id FROM page WHERE article_id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.execute(sql, [as_json(list(article_ids))])}
