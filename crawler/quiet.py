"""Downloader middleware: a host that is overloaded, or was asked enough today, is left alone.

429 and 503 mean "not now": the host is asked again after its Retry-After, or after a wait that doubles each time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, cast

from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

from crawler.identity import netloc
from crawler.problems import BudgetSpent, Ending, LeftAlone
from db.clock import now

if TYPE_CHECKING:
    from typing import Protocol, Self

    from scrapy.crawler import Crawler

    from db.crawl_store import CrawlStore

    class Keeping(Protocol):
        """A spider with a store."""

        store: CrawlStore


NOT_NOW = {429, 503}
# A crawl waits so long for a host; one that wants more is left to a later run.
LONGEST_PAUSE = timedelta(minutes=2)
# So often a wait looks whether the crawl is to end.
LOOK = 0.5


class Quiet:
    """Waits where a host asks for it; past LONGEST_PAUSE or the day's budget, no request is made any more."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._store = cast("Keeping", crawler.spider).store
        self._first_wait = crawler.settings.getfloat("BACKOFF_SECONDS")
        self._budget = crawler.settings.getint("DAILY_REQUESTS")
        self._strikes: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one; a spider that keeps nothing asks too little to need it."""
        if not hasattr(crawler.spider, "store"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Request -> nothing, once the host may be asked, or `LeftAlone`."""
        host = netloc(request.url)
        while until := self._store.quiet_until(host):
            if until - now() > LONGEST_PAUSE:
                raise LeftAlone(f"{host} is not to be asked before {until:%Y-%m-%d %H:%M}")
            if self._is_ending():
                raise Ending("the crawl is ending")
            await asyncio.sleep(min(LOOK, max((until - now()).total_seconds(), 0.01)))
        asked = self._store.count_request(host)
        if self._budget and asked > self._budget:
            raise BudgetSpent(f"{host} was asked {self._budget} times today, which is its daily budget")

    def process_response(self, request: Request, response: Response) -> Response:
        """Any answer -> the same; one that says "not now" makes the host quiet."""
        host = netloc(request.url)
        if response.status not in NOT_NOW:
            self._strikes.pop(host, None)
            return response
        self._strikes[host] += 1
        doubled = timedelta(seconds=self._first_wait * (1 << min(self._strikes[host] - 1, 16)))
        asked_for = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), now())
        self._store.keep_quiet(host, now() + (asked_for or doubled), f"HTTP {response.status}")
        return response

    def _is_ending(self) -> bool:
        engine = self._crawler.engine
        return not engine.running or bool(engine._slot and engine._slot.closing)


def retry_after(header: str, moment: datetime) -> timedelta | None:
    """Value of Retry-After, seconds or a date -> how long to wait from `moment`; None where it says nothing.

    >>> noon = datetime.fromisoformat("2026-02-04T12:00:00+08:00")
    >>> [retry_after(text, noon) for text in ("90", "Wed, 04 Feb 2026 04:01:00 GMT", "soon", "")]
    [datetime.timedelta(seconds=90), datetime.timedelta(seconds=60), None, None]
    """
    if header.strip().isdecimal():
        return timedelta(seconds=min(int(header), 10**9))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(until - moment, timedelta()) if until.tzinfo else None
