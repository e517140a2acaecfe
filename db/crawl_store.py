"""crawl.db: what is to be fetched, what was fetched, what it said, and what it said before.

Each method is one transaction: killed anywhere, the file holds all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from db import captures, frontier, hosts, listings, reference, retention, runs, withdrawal
from db.captures import ArticlePage, Capture
from db.clock import now, stamp
from db.frontier import DuePage
from db.listings import ListingPage
from db.migrations import create_crawl_db, open_crawl_db
from db.record_tables import sync_lines, sync_rows
from db.retention import Place
from db.rows import as_json, content_hash, record_rows, texts_of
from db.sqlite_file import BUSY_SECONDS, StoreError, clear_errors
from pipelines.record import Record, RelatedLink

__all__ = ["CrawlStore", "DuePage", "Fetched", "ListingPage", "StoreError"]


@dataclass(frozen=True)
class Fetched:
    """One answer of the site. `fetched_at` is ISO 8601 with its zone."""

    url: str
    status: int
    etag: str | None
    last_modified: str | None
    fetched_at: str
    later_pages: str | None = None  # JSON: url, etag, last_modified of the article's pages 2, 3, ...

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
        """Begin a run of the site and return its id; `RunHeldError` where another one is under way."""
        with self._transaction():
            return runs.begin(self.db, site, reason, options, rules_version, self._clock())

    def renew_run(self, run_id: int, counts: dict[str, int]) -> None:
        """Say now and then that the run goes on; `RunLostError` where it was taken for dead."""
        with self._transaction():
            runs.renew(self.db, run_id, counts, self._clock())

    def finish_run(self, run_id: int, outcome: str, counts: dict[str, int], error: str | None) -> None:
        """Note how a run ended: finished, failed or stopped."""
        self._wait(BUSY_SECONDS)
        with self._transaction():
            runs.finish(self.db, run_id, outcome, counts, error, self._clock())

    def add_listed(self, site: str, listed: Mapping[str, RelatedLink], run_id: int) -> int:
        """Note what a list names, by article id; returns how many articles were not known."""
        with self._transaction():
            return frontier.add_listed(self.db, site, listed, run_id, self._clock())

    def save_listing(self, site: str, page: ListingPage, listed: Mapping[str, RelatedLink], run_id: int) -> int:
        """Keep what a page of a list says, with the articles it names; returns how many were not known."""
        with self._transaction():
            listings.save(self.db, site, page, self._clock())
            return frontier.add_listed(self.db, site, listed, run_id, self._clock())

    def known_listing(self, url: str) -> ListingPage | None:
        """What a page of a list said, where the site may be asked whether it changed since."""
        with clear_errors(self.path):
            return listings.known(self.db, url, self._clock())

    def due(self, site: str, *, since: str | None, limit: int, exclude: Collection[str] = ()) -> list[DuePage]:
        """The articles to fetch now: new ones before re-checks; without unread ones listed before `since`."""
        with clear_errors(self.path):
            return frontier.due(self.db, site, since, limit, exclude, self._clock())

    def save_article(
        self, article_id: str, record: Record, fetched: Fetched, run_id: int, pages: Sequence[ArticlePage] = ()
    ) -> Literal["new", "changed", "unchanged", "withdrawn"]:
        """Store a record in place of the article's earlier one; nothing of one that was withdrawn.

        `pages` are the captures it was read from. Only rows that differ are written; the earlier record stays in
        article_version.
        """
        new_hash = content_hash(record)
        with self._transaction():
            if withdrawal.is_withdrawn(self.db, article_id):
                return "withdrawn"
            stored_hash = self._stored_hash(article_id)
            says_else = stored_hash is not None and frontier.texts(self.db, article_id) != texts_of(record)
            sync_rows(self.db, article_id, record_rows(article_id, record, new_hash))
            sync_lines(self.db, article_id, record.lines)
            if pages:
                captures.set_pages(self.db, article_id, pages)
            if stored_hash != new_hash:
                self._add_version(article_id, record, new_hash, fetched.moment, run_id)
            answer: dict[str, str | int | None] = {
                "etag": fetched.etag,
                "last_modified": fetched.last_modified,
                "later_pages": fetched.later_pages,
            }
            answer |= {"changed_at": stamp(fetched.moment)} if says_else else {}
            answer["http_status"] = fetched.status
            frontier.mark_read(self.db, article_id, run_id, fetched.moment, answer)
            frontier.complete(self.db, article_id, record, fetched.url)
        if stored_hash is None:
            return "new"
        return "unchanged" if stored_hash == new_hash else "changed"

    def save_replayed(
        self, article_id: str, record: Record, fetched_at: datetime, run_id: int, pages: Sequence[ArticlePage]
    ) -> set[str]:
        """Store what was read again, from pages fetched at `fetched_at`, in place of the article's record.

        Returns the fields that changed. The frontier stays as it is: the site was not asked.
        """
        new_hash = content_hash(record)
        with self._transaction():
            stored_hash = self._stored_hash(article_id)
            if stored_hash is None:
                return set()
            changed = sync_rows(self.db, article_id, record_rows(article_id, record, new_hash))
            changed |= sync_lines(self.db, article_id, record.lines)
            captures.set_pages(self.db, article_id, pages)
            if stored_hash != new_hash:
                self._add_version(article_id, record, new_hash, fetched_at, run_id)
        return changed

    def add_capture(self, capture: Capture) -> int:
        """Note where in the archive an answer lies; returns the capture's id."""
        with self._transaction():
            return captures.add(self.db, capture)

    def check_free(self, site: str) -> None:
        """`RunHeldError` where a run of the site is under way."""
        with clear_errors(self.path):
            runs.check_free(self.db, site, self._clock())

    def move_captures(self, site: str, file: str, new_file: str, places: Mapping[int, Place], before: str) -> None:
        """What is kept of an archive file lies in a new one; on the disk before the old one may go.

        Nothing is changed where a run of the site began, or anything else is to be kept, since `places` were found.
        """
        self.db.execute("PRAGMA synchronous = FULL")
        with self._transaction():
            runs.check_free(self.db, site, self._clock())
            if {capture.id for capture in retention.kept(self.db, file, before)} != places.keys():
                raise StoreError(f"{file} is of more use than it was a moment ago; prune again")
            retention.move(self.db, file, new_file, places)

    def mark_unchanged(self, article_id: str, fetched: Fetched, run_id: int) -> None:
        """The site says that the page is as it was (304)."""
        with self._transaction():
            frontier.mark_read(self.db, article_id, run_id, fetched.moment, {"http_status": fetched.status})

    def mark_missing(self, article_id: str, status: int, run_id: int) -> str:
        """The site says that there is no such page (404, 410) -> the state: dead, missing or gone."""
        with self._transaction():
            return frontier.mark_missing(self.db, article_id, status, run_id, self._clock())

    def mark_failed(
        self, article_id: str, reason: str, run_id: int, status: int | None = None, problem: str | None = None
    ) -> None:
        """The page could not be fetched or read; `reason` in plain words, `problem` the name of its kind."""
        with self._transaction():
            row = {"http_status": status, "reason": reason, "problem": problem}
            frontier.mark_failed(self.db, article_id, run_id, self._clock(), row)

    def mark_duplicate(self, article_id: str, of: str, run_id: int) -> None:
        """The address gives the article `of`; nothing is stored under this one."""
        with self._transaction():
            frontier.mark_duplicate(self.db, article_id, of, run_id, self._clock())

    def texts(self, article_id: str) -> list[str]:
        """The stored lines of an article, without the list under it; [] where it was never read."""
        with clear_errors(self.path):
            return frontier.texts(self.db, article_id)

    def listed_title(self, article_id: str) -> str | None:
        """The title that the lists give an article, as it stands there; None where it is not known."""
        with clear_errors(self.path):
            return frontier.listed_title(self.db, article_id)

    def count_request(self, host: str) -> int:
        """One more request to the host -> how many it has had today."""
        with self._transaction():
            return hosts.count_request(self.db, host, self._clock())

    def keep_quiet(self, host: str, until: datetime, reason: str) -> None:
        """Note that the host is not to be asked before `until`, and why."""
        with self._transaction():
            hosts.keep_quiet(self.db, host, until, reason, self._clock())

    def quiet_until(self, host: str) -> datetime | None:
        """Until when the host is to be left alone; None where it may be asked."""
        with clear_errors(self.path):
            return hosts.quiet_until(self.db, host, self._clock())

    def counts(self, site: str) -> dict[str, int]:
        """How many articles of the site are in each state."""
        with clear_errors(self.path):
            return frontier.counts(self.db, site)

    def withdraw(self, article_id: str, reason: str | None) -> int:
        """Take an article out and keep it out; returns how many rows are gone."""
        with self._transaction():
            return withdrawal.withdraw(self.db, article_id, reason, self._clock())

    def admit(self, article_id: str) -> None:
        """Let an article in again that was withdrawn; the next list that names it brings it back."""
        with self._transaction():
            self.db.table("withdrawn").delete_where("article_id = ?", [article_id])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. The write lock is taken first: no writer comes between reading and writing.

        Where the file was waited for in vain it is not waited for again: much may be under way that wants to write.
        """
        try:
            with clear_errors(self.path):
                self.db.execute("BEGIN IMMEDIATE")
                try:
                    self.db.execute("PRAGMA defer_foreign_keys = ON")
                    yield
                    self.db.commit()
                finally:
                    self.db.rollback()
        except StoreError:
            self._wait(0)
            raise

    def _wait(self, seconds: float) -> None:
        """How long to wait for another writer."""
        self.db.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")

    def _stored_hash(self, article_id: str) -> str | None:
        sql = "SELECT content_hash FROM article WHERE id = ?"
        found = self.db.execute(sql, [article_id]).fetchone()
        return found[0] if found else None

    def _add_version(self, article_id: str, record: Record, new_hash: str, moment: datetime, run_id: int) -> None:
        row = {
            "article_id": article_id,
            "content_hash": new_hash,
            "run_id": run_id,
            "fetched_at": stamp(moment),
            "record": as_json(record.as_dict()),
        }
        self.db.table("article_version").insert(row)
