"""crawl.db: what is to be fetched, what was fetched, what it said, and what it said before.

Each method is one transaction: killed anywhere, the file holds all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from db import frontier, reference
from db.clock import now, stamp
from db.frontier import DuePage
from db.migrations import create_crawl_db, open_crawl_db
from db.record_tables import sync_lines, sync_rows
from db.rows import as_json, content_hash, record_rows
from db.sqlite_file import StoreError, clear_errors
from pipelines.record import Record, RelatedLink

__all__ = ["CrawlStore", "DuePage", "Fetched", "StoreError"]


@dataclass(frozen=True)
class Fetched:
    """One answer of the site. `fetched_at` is ISO 8601 with its zone."""

    url: str
    status: int
    etag: str | None
    last_modified: str | None
    fetched_at: str

    @property
    def moment(self) -> datetime:
        """`fetched_at` as a moment."""
        return datetime.fromisoformat(self.fetched_at)


class CrawlStore:
    """crawl.db, opened for one process; a context manager. `clock` gives the present moment."""

    def __init__(self, path: Path, *, create: bool = True, clock: Callable[[], datetime] = now) -> None:
        self.path = path
        self._clock = clock
        if not path.exists():
            if not create:
                raise StoreError(f"{path} does not exist; run `scrapy crawl articles -a site=NAME` first")
            create_crawl_db(path)
        self.db = open_crawl_db(path)
        with self._transaction():
            reference.refresh(self.db)

    def __enter__(self) -> CrawlStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def start_run(self, site: str, reason: str, options: dict[str, object], rules_version: str) -> int:
        """Note that a run begins; returns its id."""
        row = {
            "site": site,
            "reason": reason,
            "options": as_json(options),
            "rules_version": rules_version,
            "started_at": stamp(self._clock()),
        }
        with self._transaction():
            return cast("int", self.db.table("run").insert(row).last_pk)

    def finish_run(self, run_id: int, outcome: str, counts: dict[str, int], error: str | None) -> None:
        """Note how a run ended: finished, failed or stopped."""
        row = {"outcome": outcome, "counts": as_json(counts), "error": error}
        with self._transaction():
            self.db.table("run").update(run_id, {**row, "finished_at": stamp(self._clock())})

    def add_listed(self, site: str, listed: Mapping[str, RelatedLink], run_id: int) -> int:
        """Note what a list names, by article id; returns how many articles were not known."""
        with self._transaction():
            return frontier.add_listed(self.db, site, listed, run_id, self._clock())

    def due(self, site: str, *, since: str | None, limit: int, exclude: Collection[str] = ()) -> list[DuePage]:
        """The articles to fetch now, newest first; without those known to be listed before `since`."""
        with clear_errors(self.path):
            return frontier.due(self.db, site, since, limit, exclude, self._clock())

    def save_article(
        self, article_id: str, record: Record, fetched: Fetched, run_id: int
    ) -> Literal["new", "changed", "unchanged"]:
        """Store a record in place of the article's earlier one.

        Only rows that differ are written; the earlier record stays in article_version.
        """
        new_hash = content_hash(record)
        with self._transaction():
            stored_hash = self._stored_hash(article_id)
            sync_rows(self.db, article_id, record_rows(article_id, record, new_hash))
            sync_lines(self.db, article_id, record.lines)
            if stored_hash != new_hash:
                self._add_version(article_id, record, new_hash, fetched, run_id)
            answer = {**_answer(fetched), "etag": fetched.etag, "last_modified": fetched.last_modified}
            frontier.mark(self.db, article_id, "fetched", run_id, fetched.moment, answer)
            frontier.complete(self.db, article_id, record, fetched.url)
        if stored_hash is None:
            return "new"
        return "unchanged" if stored_hash == new_hash else "changed"

    def mark_unchanged(self, article_id: str, fetched: Fetched, run_id: int) -> None:
        """The site says that the page is as it was (304)."""
        with self._transaction():
            frontier.mark(self.db, article_id, "fetched", run_id, fetched.moment, _answer(fetched))

    def mark_dead(self, article_id: str, status: int, run_id: int) -> None:
        """The site says that the page is gone (404, 410)."""
        row = {"http_status": status, "reason": None, "tries": 0}
        with self._transaction():
            frontier.mark(self.db, article_id, "dead", run_id, self._clock(), row)

    def mark_failed(self, article_id: str, reason: str, run_id: int, status: int | None = None) -> None:
        """The page could not be fetched or read; `reason` in plain words."""
        with self._transaction():
            row = {"http_status": status, "reason": reason, "tries": frontier.tries(self.db, article_id) + 1}
            frontier.mark(self.db, article_id, "failed", run_id, self._clock(), row)

    def counts(self, site: str) -> dict[str, int]:
        """How many articles of the site are in each state."""
        with clear_errors(self.path):
            return frontier.counts(self.db, site)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. The write lock is taken first: no writer comes between reading and writing."""
        with clear_errors(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                self.db.execute("PRAGMA defer_foreign_keys = ON")
                yield
                self.db.commit()
            finally:
                self.db.rollback()

    def _stored_hash(self, article_id: str) -> str | None:
        sql = "SELECT content_hash FROM article WHERE id = ?"
        found = self.db.execute(sql, [article_id]).fetchone()
        return found[0] if found else None

    def _add_version(self, article_id: str, record: Record, new_hash: str, fetched: Fetched, run_id: int) -> None:
        row = {
            "article_id": article_id,
            "content_hash": new_hash,
            "run_id": run_id,
            "fetched_at": stamp(fetched.moment),
            "record": as_json(record.as_dict()),
        }
        self.db.table("article_version").insert(row)


def _answer(fetched: Fetched) -> dict[str, Any]:
    """What a good answer leaves in the page row."""
    return {
        "http_status": fetched.status,
        "fetched_at": stamp(fetched.moment),
        "reason": None,
        "tries": 0,
    }
