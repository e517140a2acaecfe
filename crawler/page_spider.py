"""The spider of ``scrapy extract``: a few addresses in, the texts of their pages out, nothing stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy import Spider
from scrapy.http import Request, Response

from crawler.article import fetch_pages
from crawler.identity import Addresses, netloc
from crawler.politeness import be_polite
from crawler.problems import UNREADABLE, reason_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from pipelines.page import Decoded


@dataclass
class Ask:
    """One article to fetch, and what came of it: its pages, or why there are none."""

    url: str
    addresses: Addresses | None
    pages: Sequence[Decoded] = ()
    problem: str = "no answer"


class PageSpider(Spider):
    """Fetches the articles it is asked for, each with its later pages."""

    name = "page"

    def __init__(self, asks: Sequence[Ask]) -> None:
        super().__init__()
        self.asks = asks

    @classmethod
    def from_crawler(cls, crawler: Crawler, asks: Sequence[Ask]) -> Self:
        """What Scrapy calls; `OptionError` where a host may not be asked."""
        spider = super().from_crawler(crawler, asks)
        be_polite(crawler.settings, spider.hosts, crawler.settings.getfloat("DOWNLOAD_DELAY"))
        return spider

    @property
    def hosts(self) -> set[str]:
        """The hosts of the addresses that were given, and no other."""
        return {netloc(ask.url) for ask in self.asks}

    def may_ask(self, url: str) -> bool:
        """Whether the address may be asked; the middlewares refuse it where not."""
        return netloc(url) in self.hosts

    def is_named(self, url: str) -> bool:
        """Whether the operator named the address's host: each was."""
        return self.may_ask(url)

    async def start(self) -> AsyncIterator[Request]:
        """A request for each article."""
        for ask in self.asks:
            yield Request(ask.url, self.parse_page, errback=self.page_failed, cb_kwargs={"ask": ask})

    async def parse_page(self, response: Response, ask: Ask) -> None:
        """Answer for an article's first page -> its pages."""
        try:
            ask.pages = await fetch_pages(self.crawler, response, response.url, ask.addresses)
        except UNREADABLE as error:
            ask.problem = str(error)

    def page_failed(self, failure: Failure) -> None:
        """An article without an answer -> the reason."""
        failure.request.cb_kwargs["ask"].problem = reason_of(failure.value)  # type: ignore[attr-defined]
