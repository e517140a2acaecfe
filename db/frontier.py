"""The frontier: the page table of crawl.db, a row per article listed or fetched.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.clock import CHINA, stamp
from db.revisit import DUPLICATE, FAR, FAR_FAILED, MISSES_UNTIL_GONE, after_failure, after_misses, after_reading
from db.rows import LIST_ROLE, as_json
from db.withdrawal import is_withdrawn, without_withdrawn
from pipelines.cut_titles import is_cut_short, is_rest_of
from pipelines.record import Record, RelatedLink

DATED = re.compile(r"\d{4}")
STATES = ("waiting", "fetched", "missing", "gone", "dead", "failed", "duplicate")
# What an answer of the site takes back of what was noted before it.
NO_TROUBLE: dict[str, Any] = {"reason": None, "problem": None, "tries": 0}
NOT_MISSED: dict[str, Any] = {"misses": 0, "missed_on": None}
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
# What is read from the title alone: it changes with the title, or stays with it.
FROM_TITLE = ("title_raw", "title", "title_date", "region_code", "type", "audience")


@dataclass(frozen=True)
class DuePage:
    """An article that is to be fetched, with what makes the request conditional.

    `later_pages` is the JSON list of what the site said of its pages 2, 3, ...: url, etag, last_modified of each.
    """

    article_id: str
    url: str
    state: str
    etag: str | None
    last_modified: str | None
    later_pages: str | None
    listed_at: str | None
    title_raw: str | None = None  # as the lists have it


def add_listed(db: Database, site: str, listed: Mapping[str, RelatedLink], run_id: int, moment: datetime) -> int:
    """Note what a list names, by article id; returns how many articles were not known."""
    listed = without_withdrawn(db, listed)
    known = _known(db, listed)
    first = {"site": site, "state": "waiting", "tries": 0, "misses": 0, "run_id": run_id}
    first |= {"first_seen_at": stamp(moment), "due_at": stamp(moment)}
    for article_id, link in listed.items():
        says = _says(link)
        if article_id in known:
            stored = known[article_id]
            keeps = FROM_TITLE if is_cut_short(link.title_raw) and stored and not is_cut_short(stored) else ()
            db.table("page").update(article_id, {key: says[key] for key in says if key not in keeps})
        else:
            db.table("page").insert({"article_id": article_id, **first, **says})
    return len(listed) - len(known)


def due(
    db: Database, site: str, since: str | None, limit: int, exclude: Collection[str], moment: datetime
) -> list[DuePage]:
    """The articles to fetch at `moment`: new ones, newest first, then re-checks, the longest due first.

    Left out are those that were never read and are known to be listed before `since`. New ones have no time to wait
    for. A time of return that no rule gives is one that a wrong clock gave: it is taken as come.
    """
    found = db.query(
        "SELECT article_id, url, state, etag, last_modified, later_pages, listed_at, title_raw FROM page"
        " WHERE site = :site AND url IS NOT NULL AND (state = 'waiting' OR due_at <= :now"
        " OR due_at > CASE state WHEN 'failed' THEN :far_failed ELSE :far END)"
        " AND (listed_at IS NULL OR :since IS NULL OR listed_at >= :since OR fetched_at IS NOT NULL)"
        " AND article_id NOT IN (SELECT value FROM json_each(:exclude))"
        " ORDER BY state <> 'waiting', CASE state WHEN 'waiting' THEN listed_at END DESC,"
        " CASE WHEN state <> 'waiting' THEN due_at END, length(article_id) DESC, article_id DESC LIMIT :limit",
        {
            "site": site,
            "now": stamp(moment),
            "far": stamp(moment + FAR),
            "far_failed": stamp(moment + FAR_FAILED),
            "since": since,
            "exclude": as_json(list(exclude)),
            "limit": limit,
        },
    )
    return [DuePage(**row) for row in found]


def mark_read(db: Database, article_id: str, run_id: int, moment: datetime, answer: dict[str, Any]) -> None:
    """The article was read, or the site says that it is as it was: it comes again the later the longer it stood."""
    days, changed = _unchanged_days(db, article_id, answer.get("changed_at"), moment)
    row = {**answer, **NO_TROUBLE, **NOT_MISSED, "duplicate_of": None, "fetched_at": stamp(moment)}
    _mark(db, article_id, "fetched", run_id, moment, {**row, "due_at": stamp(moment + after_reading(days, changed))})


def mark_missing(db: Database, article_id: str, status: int, run_id: int, moment: datetime) -> str:
    """The site says that there is no such page -> the state: dead, where no article was ever read at the address.

    One that was read is missing, and gone only when it was missed on several days.
    """
    page = _page(db, article_id)
    today = moment.astimezone(CHINA).date().isoformat()
    misses = page["misses"] + (page["missed_on"] != today)
    state = "dead" if page["fetched_at"] is None else "gone" if misses >= MISSES_UNTIL_GONE else "missing"
    row = {**NO_TROUBLE, "http_status": status, "misses": misses, "missed_on": today}
    wait = after_misses(misses) if state != "missing" else after_misses(1)
    _mark(db, article_id, state, run_id, moment, {**row, "due_at": stamp(moment + wait)})
    return state


def mark_failed(db: Database, article_id: str, run_id: int, moment: datetime, row: dict[str, Any]) -> None:
    """The page could not be had or read; `row` says why. It is tried again, the later the more often it failed."""
    tries = _page(db, article_id)["tries"] + 1
    row = {**row, "tries": tries, "due_at": stamp(moment + after_failure(tries))}
    _mark(db, article_id, "failed", run_id, moment, row)


def mark_duplicate(db: Database, article_id: str, of: str, run_id: int, moment: datetime) -> None:
    """The address gives the article `of`, which is stored under its own."""
    row = {**NO_TROUBLE, **NOT_MISSED, "duplicate_of": of}
    _mark(db, article_id, "duplicate", run_id, moment, {**row, "due_at": stamp(moment + DUPLICATE)})


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
    better = FROM_TITLE if is_rest_of(article.title_raw, stored["title_raw"] or "") else ()
    db.table("page").update(article_id, {key: says[key] for key in says if stored[key] is None or key in better})


def texts(db: Database, article_id: str) -> list[str]:
    """The stored lines of an article, without the list under it; [] where it was never read."""
    found = db.execute(
        "SELECT statement.text FROM line JOIN statement ON statement.id = line.statement_id"
        " WHERE line.article_id = ? AND line.role <> ? ORDER BY line.line_no",
        [article_id, LIST_ROLE],
    )
    return [row[0] for row in found]


def listed_title(db: Database, article_id: str) -> str | None:
    """The title that the lists give an article."""
    return _known(db, [article_id]).get(article_id)


def counts(db: Database, site: str) -> dict[str, int]:
    """How many articles of the site are in each state."""
    found = db.execute("SELECT state, count(*) FROM page WHERE site = ? GROUP BY state", [site])
    return dict.fromkeys(STATES, 0) | dict(found.fetchall())


def _mark(db: Database, article_id: str, state: str, run_id: int, moment: datetime, row: dict[str, Any]) -> None:
    """Write what became of a page; one that no list has named gets its row now."""
    row = {**row, "state": state, "run_id": run_id}
    if _known(db, [article_id]):
        db.table("page").update(article_id, row)
    elif not is_withdrawn(db, article_id):  # it can be withdrawn while it is under way
        site = article_id.partition("-")[0]
        first = {"article_id": article_id, "site": site, "first_seen_at": stamp(moment), "tries": 0, "misses": 0}
        db.table("page").insert({**first, **row})


def _page(db: Database, article_id: str) -> dict[str, Any]:
    """What is noted of the troubles with a page; of one not known yet, none."""
    sql = "SELECT tries, misses, missed_on, fetched_at FROM page WHERE article_id = ?"
    return next(db.query(sql, [article_id]), {"tries": 0, "misses": 0, "missed_on": None, "fetched_at": None})


def _unchanged_days(
    db: Database, article_id: str, changed_at: str | None, moment: datetime
) -> tuple[float | None, bool]:
    """For how many days the article has stood as it is (None: not known), and whether it ever changed."""
    sql = (
        "SELECT julianday(:now) - julianday(substr(coalesce(:changed, page.changed_at, article.published_at,"
        " page.listed_at, page.first_seen_at), 1, 10)) AS days, coalesce(:changed, page.changed_at) AS changed"
        " FROM page LEFT JOIN article ON article.id = page.article_id WHERE page.article_id = :id"
    )
    asked = {"now": stamp(moment), "changed": changed_at, "id": article_id}
    found = next(db.query(sql, asked), {"days": None, "changed": None})
    return found["days"], found["changed"] is not None


def _says(link: RelatedLink) -> dict[str, Any]:
    """What a list says of an article; a day without its year (03-20) has no place in the order of time."""
    says = {key: value for key in LISTED if (value := getattr(link, key)) is not None}
    return {key: says[key] for key in says if key != "listed_at" or DATED.match(says[key])}


def _known(db: Database, article_ids: Iterable[str]) -> dict[str, str | None]:
    """Those that are known, each with its title as listed."""
    sql = "SELECT article_id, title_raw FROM page WHERE article_id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [as_json(list(article_ids))]).fetchall())
