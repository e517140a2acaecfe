"""The spider `articles`: lists -> articles -> the earlier articles listed under each, bounded by `since`.

The database is the frontier: an article is a row before it is asked for, and its outcome a row after.
Scrapy's own queue holds only the next few, so a crawl killed anywhere goes on with the next run.
"""

from __future__ import annotations

from asyncio import ensure_future
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response

from crawler.archive import FOLDER, Archive
from crawler.conditional import conditional
from crawler.identity import netloc
from crawler.lists import Lists
from crawler.options import CrawlOptions, data_file, make_data_dir, parse_options
from crawler.politeness import be_polite
from crawler.problems import NO_ANSWER, UNREADABLE, LeftAlone, PageProblem, kind_of, reason_of
from crawler.reader import ArticleReader
from crawler.room import budget_of
from crawler.tally import Outcome, Tally
from db.crawl_store import CrawlStore, DuePage, StoreError
from pipelines.rules_version import RULES_VERSION

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from pipelines.record import RelatedLink

# So many are taken from the database at a time: what was listed meanwhile and is newer comes next.
BATCH = 50
# After so many requests in a row without any answer, the site or the network is away, not a page.
SILENCE = 10


class ArticlesSpider(Spider):
    """Reads the lists of a site and its articles into crawl.db."""

    name = "articles"

    def __init__(self, options: CrawlOptions, store: CrawlStore, archive: Archive, reason: str) -> None:
        super().__init__()
        self.options = options
        self.addresses = options.addresses
        self.store = store
        self.archive = archive
        self.tally = Tally()
        self.outcome: Outcome = "failed"
        self.error: str | None = None
        self.asked = 0
        self._silent = 0  # requests in a row without an answer
        self._lists = Lists(self)
        self.reader = ArticleReader(self)
        self.run_id = store.start_run(self.site_name, reason, options.as_dict(), RULES_VERSION)

    @classmethod
    def from_crawler(cls, crawler: Crawler, **arguments: str) -> Self:
        """What Scrapy calls with the texts of ``-a``; a wrong one raises before anything is asked."""
        options = parse_options(**arguments)
        site, base_url = options.addresses.site, options.addresses.base_url
        be_polite(crawler.settings, [netloc(base_url)] if base_url else site.hosts, site.delay, site.daily_requests)
        crawler.settings.set("CLOSESPIDER_TIMEOUT", (options.max_minutes or 0) * 60, priority="spider")
        make_data_dir(crawler.settings)
        store = CrawlStore(data_file(crawler.settings, "crawl.db"))
        archive = Archive(
            data_file(crawler.settings, FOLDER),
            site.name,
            store,
            _made_by(crawler.settings),
            budget_of(crawler.settings),
        )
        spider = super().from_crawler(crawler, options, store, archive, crawler.settings["RUN_REASON"])
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

    def is_named(self, url: str) -> bool:
        """Whether the operator named the address's host: as base_url."""
        return bool(self.addresses.base_url) and self.may_ask(url)

    async def start(self) -> AsyncIterator[Request]:
        """The site's lists; what they lead to is asked from the database as soon as they are read."""
        for request in self._lists.first_pages():
            yield request

    def by_article(self, items: Iterable[RelatedLink]) -> dict[str, RelatedLink]:
        """Entries of a list -> those that name articles of the site, by article id, with canonical addresses."""
        listed = {}
        for item in items:
            if item.url and (ref := self.addresses.identify(item.url)):
                listed[ref.article_id] = replace(item, url=(url := self.addresses.first_page(item.url)))
                if urlsplit(item.url)[2:] != urlsplit(url)[2:]:
                    self.tally.other_addresses.add(item.url)
        return listed

    def add_listed(self, listed: dict[str, RelatedLink]) -> None:
        """Articles that the list under an article names -> the frontier."""
        self.tally.newly_listed += self.store.add_listed(self.site_name, listed, self.run_id)
        self.tally.listed |= listed.keys()

    def ask_for_more(self) -> None:
        """Nothing is under way: ask the database what is due, and go on with it if the limits allow."""
        if not self.tally.listing_pages:
            return  # the site answers no list: its articles are left alone
        for due in list(self.reader.open.values()):
            self.reader.failed(due, PageProblem("program", "no outcome: an error of this program, see the log"))
        room = (self.options.max_articles or self.asked + BATCH) - self.asked
        with self.storing():
            pages = self.store.due(
                self.site_name,
                since=self.options.since.isoformat(),
                limit=min(BATCH, room),
                exclude=self.tally.failed.keys(),
            )
        for due in pages:
            self.asked += 1
            self.reader.open[due.article_id] = due
            self.crawler.engine.crawl(self._article_request(due))
        if pages:
            raise DontCloseSpider

    def _article_request(self, due: DuePage) -> Request:
        return Request(
            self.addresses.to_fetch(due.url),
            self.parse_article,
            errback=self.article_failed,
            headers=conditional(due.etag, due.last_modified),
            cb_kwargs={"due": due},
        )

    async def parse_article(self, response: Response, due: DuePage) -> None:
        """Answer for an article's first page -> the outcome, stored."""
        self.answered()
        try:
            await self.reader.take_in(response, due)
        except UNREADABLE as error:
            self.reader.failed(due, error, response.status)
        except (LeftAlone, StoreError) as error:
            self.end_where(error)

    def article_failed(self, failure: Failure) -> None:
        """An article without an answer -> failed, with the reason."""
        with self.quietly():
            self.end_where(failure.value)
            self.reader.failed(failure.request.cb_kwargs["due"], failure.value)  # type: ignore[attr-defined]
            self.count_silence(failure.value)

    # The run

    def answered(self) -> None:
        """The site gave an answer, whatever it says."""
        self._silent = 0

    def count_silence(self, error: BaseException | None) -> None:
        """One more request without an answer; too many in a row end the crawl."""
        self._silent += kind_of(error) == NO_ANSWER
        if self._silent == SILENCE:
            self.tally.no_answer = f"no answer from the site {self._silent} times in a row: {reason_of(error)}"
            raise CloseSpider("no_answer")

    def end_where(self, error: BaseException | None) -> None:
        """An error that is none of a page -> the end of the crawl; any other passes."""
        with self.storing():
            if isinstance(error, StoreError):
                raise error
        if isinstance(error, LeftAlone):
            self.tally.left_alone = self.tally.left_alone or error
            raise CloseSpider("left_alone")

    @contextmanager
    def storing(self) -> Iterator[None]:
        """A store that fails ends the crawl: nothing is asked whose outcome cannot be kept."""
        try:
            yield
        except StoreError as error:
            self.tally.store_error = str(error)
            raise CloseSpider("store_error") from error

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """The end of the crawl in an errback, where Scrapy would log what it is raised for with a traceback."""
        try:
            yield
        except CloseSpider as end:
            self._closing = ensure_future(self.crawler.engine.close_spider_async(reason=end.reason))

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
            self.archive.close()
        except StoreError as error:
            self.outcome, self.error = "failed", str(error)


def _made_by(settings: BaseSettings) -> dict[str, str]:
    """What each file of the archive says of who asked."""
    return {"robots": "obey", "operator": settings["CONTACT"], "http-header-user-agent": settings["USER_AGENT"]}
