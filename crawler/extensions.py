"""Scrapy extensions beside the running crawl: a line that shows its counts, its log, and its lease on the site."""

from __future__ import annotations

from asyncio import ensure_future
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.command_line import say
from crawler.logs import begin_run_log, is_json
from crawler.spiders.articles import ArticlesSpider
from crawler.summary import progress_line
from db.crawl_store import StoreError
from db.runs import RunLostError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

SECONDS_ON_A_TERMINAL = 0.5
SECONDS_IN_A_LOG = 10.0


class Progress:
    """Shows the counts of the spider `articles`."""

    def __init__(self, spider: ArticlesSpider) -> None:
        self._spider = spider
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._started = monotonic()
        self._loop = create_looping_call(self._show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one; other spiders have no counts to show."""
        if not isinstance(crawler.spider, ArticlesSpider):
            raise NotConfigured
        progress = cls(crawler.spider)
        crawler.signals.connect(progress.start, signals.spider_opened)
        crawler.signals.connect(progress.stop, signals.spider_closed)
        return progress

    def start(self) -> None:
        """The spider opened."""
        if self._console.is_terminal and not is_json():
            self._live.start()
            self._loop.start(SECONDS_ON_A_TERMINAL)
        else:
            self._loop.start(SECONDS_IN_A_LOG, now=False)

    def stop(self) -> None:
        """The spider closed."""
        self._loop.stop()
        self._live.stop()

    def _show(self) -> None:
        spider = self._spider
        waiting = spider.store.counts(spider.site_name).get("waiting", 0)
        line = Text(progress_line(spider.site_name, spider.tally, waiting, monotonic() - self._started))
        if self._live.is_started:
            self._live.update(line, refresh=True)
        else:
            say(line.plain)


class RunLog:
    """The log of a run goes to a file from its beginning on, and past its end: what is said of it belongs to it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one; other spiders have no run."""
        if not isinstance(crawler.spider, ArticlesSpider):
            raise NotConfigured
        begin_run_log(crawler.settings, crawler.spider.site_name, crawler.spider.run_id)
        return cls()


class Lease:
    """Keeps the site for the run of the spider `articles`, and ends the crawl where another run has taken it."""

    def __init__(self, crawler: Crawler, spider: ArticlesSpider) -> None:
        self._crawler = crawler
        self._spider = spider
        self._loop = create_looping_call(self._renew)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one; other spiders have no run."""
        if not isinstance(crawler.spider, ArticlesSpider):
            raise NotConfigured
        lease = cls(crawler, crawler.spider)
        crawler.signals.connect(lease.start, signals.spider_opened)
        crawler.signals.connect(lease.stop, signals.spider_closed)
        return lease

    def start(self) -> None:
        """The spider opened."""
        self._loop.start(self._crawler.settings.getfloat("LEASE_RENEWED_EVERY"), now=False)

    def stop(self) -> None:
        """The spider closed."""
        if self._loop.running:
            self._loop.stop()

    def _renew(self) -> None:
        spider = self._spider
        try:
            spider.store.renew_run(spider.run_id, spider.tally.counts())
        except RunLostError as error:
            self._end(str(error))
        except StoreError:
            pass  # the next outcome cannot be stored either, and says so

    def _end(self, why: str) -> None:
        assert self._crawler.engine
        self._loop.stop()
        self._spider.tally.store_error = why
        self._closing = ensure_future(self._crawler.engine.close_spider_async(reason="lease_lost"))
