"""The listing table of crawl.db: what each page of a list said when it was last read in full.

Each function runs in its caller's transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from db.clock import stamp
from db.rows import as_json

# A site that says "not modified" by mistake is found out after so long: then a list is asked for in full.
IN_FULL_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class ListingPage:
    """One page of a list: the ids of the articles it names, its further pages, and the newest entry's time.

    `newest_at` is None where an entry has no time. `etag` and `last_modified` make the next request conditional.
    """

    url: str
    articles: tuple[str, ...]
    further: tuple[str, ...]
    newest_at: str | None
    etag: str | None
    last_modified: str | None


def known(db: Database, url: str, moment: datetime) -> ListingPage | None:
    """What the page said, where that still may be asked after: read in full not too long ago, nor in the future."""
    sql = "SELECT * FROM listing WHERE url = :url AND read_at > :after AND read_at <= :now"
    asked = {"url": url, "after": stamp(moment - IN_FULL_AFTER), "now": stamp(moment)}
    for row in db.query(sql, asked):
        articles, further = tuple(json.loads(row["articles"])), tuple(json.loads(row["further"]))
        return ListingPage(url, articles, further, row["newest_at"], row["etag"], row["last_modified"])
    return None


def save(db: Database, site: str, page: ListingPage, moment: datetime) -> None:
    """Keep what the page says now."""
    row = {
        "url": page.url,
        "site": site,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "read_at": stamp(moment),
        "newest_at": page.newest_at,
        "articles": as_json(page.articles),
        "further": as_json(page.further),
    }
    db.table("listing").upsert(row, pk="url")
