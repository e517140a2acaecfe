"""The spider `articles`: lists -> articles -> the earlier articles listed under each, bounded by `since`.

The database is the frontier: an article is a row before it is asked for, and its outcome a row after.
Scrapy's own queue holds only the next few, so a crawl killed anywhere goes on with the next run.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import IO, TYPE_CHECKING

from scrapy import Spider, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response

from crawler.article import UNREADABLE, fetch_pages, read_pages, text_of
from crawler.identity import netloc
from crawler.lock import hold
from crawler.middlewares import reason_of
from crawler.options import BEIJING, CrawlOptions, data_file, make_data_dir, parse_options
from crawler.politeness import be_polite
from crawler.tally import Outcome, Tally
from db.crawl_store import CrawlStore, DuePage, Fetched, StoreError
from pipelines.listing import parse_listing
from pipelines.rules_version import RULES_VERSION

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from pipelines.record import RelatedLink

# Gone (410) or not there (404): a dead link of the site, no failure of ours.
DEAD = {404, 410}
# So many are taken from the database at a time: what was listed meanwhile and is newer comes next.
BATCH = 50
# A list that goes back further than `since` asks for is not this long; one without dates could be endless.
MAX_LISTING_PAGES = 500

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ArticlesSpider(Spider):
    """Reads the lists of a site and its articles into crawl.db."""

    name = "articles"

    def __init__(self, options: CrawlOptions, store: CrawlStore, lock: IO[str]) -> None:
        super().__init__()
        self._lock = lock
        self.options = options
        self.addresses = options.addresses
        self.store = store
        self.tally = Tally()
        self.outcome: Outcome = "failed"
        self.error: str | None = None
        self._open: dict[str, DuePage] = {}  # asked for, no outcome yet
        self._asked = 0
        self._listing_pages: set[str] = set()
        self.run_id = store.start_run(self.site_name, "command", options.as_dict(), RULES_VERSION)

    @classmethod
    def from_crawler(cls, crawler: Crawler, **arguments: str) -> Self:
        """What Scrapy calls with the texts of ``-a``; a wrong one raises before anything is asked."""
        options = parse_options(**arguments)
        site, base_url = options.addresses.site, options.addresses.base_url
        be_polite(crawler.settings, [netloc(base_url)] if base_url else site.hosts, site.delay)
        crawler.settings.set("CLOSESPIDER_TIMEOUT", (options.max_minutes or 0) * 60, priority="spider")
        make_data_dir(crawler.settings)
        lock = hold(data_file(crawler.settings, ""), site.name)
        spider = super().from_crawler(crawler, options, CrawlStore(data_file(crawler.settings, "crawl.db")), lock)
        crawler.signals.connect(spider.ask_for_more, signals.spider_idle)
        crawler.signals.connect(spider.count_error, signals.spider_error)
        return spider

    @property
    def site_name(self) -> str:
        """The site that is crawled."""
        return self.addresses.site.name

    def may_ask(self, url: str) -> bool:
        """Whether this crawl may ask the address; the middlewares refuse it where not."""
        return self.addresses.may_ask(url)

    async def start(self) -> AsyncIterator[Request]:
        """The site's lists; what they lead to is asked from the database as soon as they are read."""
        for path in self.addresses.site.listings:
            yield self._listing_request(self.addresses.site.base + path)

    # Lists

    def _listing_request(self, url: str) -> Request:
        self._listing_pages.add(url)
        return Request(self.addresses.to_fetch(url), self.parse_listing, errback=self.listing_failed)

    def parse_listing(self, response: Response) -> Iterator[Request]:
        """Page of a list -> its articles into the frontier, and requests for the list's further pages."""
        url = self.addresses.canonical(response.url)
        try:
            listing = parse_listing(text_of(response).text, url, self.addresses.is_article)
        except UNREADABLE as error:
            self.tally.failed_listings.append(f"{response.url}: {error}")
            return
        if not listing.items:
            self.tally.failed_listings.append(f"{response.url}: names no article; did the site change its addresses?")
            return
        self.tally.listing_pages += 1
        self._add_listed(listing.items)
        if self._goes_on(listing.items):
            further = {
                self.addresses.canonical(link): None for link in filter(self.addresses.is_listing_page, listing.links)
            }
            yield from (self._listing_request(page) for page in further if page not in self._listing_pages)

    def listing_failed(self, failure: Failure) -> None:
        """A list without an answer -> counted with its reason."""
        url = failure.request.url  # type: ignore[attr-defined]
        self.tally.failed_listings.append(f"{url}: {reason_of(failure.value)}")

    def _goes_on(self, items: Iterable[RelatedLink]) -> bool:
        """Whether the next page of the list can hold articles that are new enough."""
        days = [DAY.match(item.listed_at or "") for item in items]
        new_enough = any(day is None or day[0] >= self.options.since.isoformat() for day in days)
        return new_enough and len(self._listing_pages) < MAX_LISTING_PAGES

    def _add_listed(self, items: Iterable[RelatedLink]) -> None:
        listed = {
            ref.article_id: replace(item, url=self.addresses.first_page(item.url))
            for item in items
            if item.url and (ref := self.addresses.identify(item.url))
        }
        with self._storing():
            self.tally.newly_listed += self.store.add_listed(self.site_name, listed, self.run_id)
        self.tally.listed |= listed.keys()

    # Articles

    def ask_for_more(self) -> None:
        """Nothing is under way: ask the database what is due, and go on with it if the limits allow."""
        if not self.tally.listing_pages:
            return  # the site answers no list: its articles are left alone
        for due in list(self._open.values()):
            self._failed(due, "no outcome: an error of this program, see the log")
        room = (self.options.max_articles or self._asked + BATCH) - self._asked
        with self._storing():
            pages = self.store.due(
                self.site_name,
                since=self.options.since.isoformat(),
                limit=min(BATCH, room),
                exclude=self.tally.failed.keys(),
            )
        for due in pages:
            self._asked += 1
            self._open[due.article_id] = due
            self.crawler.engine.crawl(self._article_request(due))
        if pages:
            raise DontCloseSpider

    def _article_request(self, due: DuePage) -> Request:
        known = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
        return Request(
            self.addresses.to_fetch(due.url),
            self.parse_article,
            errback=self.article_failed,
            headers={name: value for name, value in known.items() if value},
            cb_kwargs={"due": due},
        )

    async def parse_article(self, response: Response, due: DuePage) -> None:
        """Answer for an article's first page -> the outcome, stored."""
        ref = self.addresses.identify(response.url)
        if response.status in DEAD:
            self._dead(due, response.status)
        elif not ref or ref.article_id != due.article_id:
            self._failed(due, f"redirects to {response.url}", response.status)
        elif response.status == 304:
            self._not_modified(due, response)
        else:
            await self._read(response, due)

    def article_failed(self, failure: Failure) -> None:
        """An article without an answer -> failed, with the reason."""
        self._failed(failure.request.cb_kwargs["due"], reason_of(failure.value))  # type: ignore[attr-defined]

    async def _read(self, response: Response, due: DuePage) -> None:
        try:
            pages = await fetch_pages(self.crawler, response, due.url, self.addresses)
            record = read_pages(pages, due.url, self.addresses)
        except UNREADABLE as error:
            self._failed(due, str(error), response.status)
            return
        self._add_listed(record.related_links)
        # What the site says of page 1 says nothing of the others: only a single page is asked "changed?".
        fetched = _fetched(response, whole=len(pages) == 1)
        with self._storing():
            self.tally.saved[self.store.save_article(due.article_id, record, fetched, self.run_id)] += 1
        self._open.pop(due.article_id, None)

    def _not_modified(self, due: DuePage, response: Response) -> None:
        with self._storing():
            self.store.mark_unchanged(due.article_id, _fetched(response, whole=True), self.run_id)
        self._open.pop(due.article_id, None)
        self.tally.saved["unchanged"] += 1
        self.tally.not_modified += 1

    def _dead(self, due: DuePage, status: int) -> None:
        with self._storing():
            self.store.mark_dead(due.article_id, status, self.run_id)
        self._open.pop(due.article_id, None)
        self.tally.dead[due.article_id] = due.url

    def _failed(self, due: DuePage, reason: str, status: int | None = None) -> None:
        with self._storing():
            self.store.mark_failed(due.article_id, reason, self.run_id, status)
        self._open.pop(due.article_id, None)
        self.tally.failed[due.article_id] = f"{self.addresses.to_fetch(due.url)}: {reason}"

    # The run

    @contextmanager
    def _storing(self) -> Iterator[None]:
        """A store that fails ends the crawl: nothing is asked whose outcome cannot be kept."""
        try:
            yield
        except StoreError as error:
            self.tally.store_error = str(error)
            raise CloseSpider("store_error") from error

    def count_error(self) -> None:
        """An exception that nobody handled -> counted; it makes the run a failed one."""
        self.tally.errors += 1

    def closed(self, reason: str) -> None:
        """Why the spider closed -> the run's outcome, stored with its counts."""
        self.outcome, self.error = self.tally.outcome(reason)
        try:
            states = self.store.counts(self.site_name)
            self.tally.waiting = states.pop("waiting", 0)
            self.tally.not_due = sum(states.values()) - self.tally.attempted
            self.store.finish_run(self.run_id, self.outcome, self.tally.counts(), self.error)
            self.store.close()
        except StoreError as error:
            self.outcome, self.error = "failed", str(error)
        self._lock.close()


def _fetched(response: Response, *, whole: bool) -> Fetched:
    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if whole and value else None

    now = datetime.now(BEIJING).isoformat(timespec="seconds")
    return Fetched(response.url, response.status, header("ETag"), header("Last-Modified"), now)
