"""Scrapy's downloader middleware for the archive: each answer, as the site sent it, kept before anything reads it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Request, Response
from scrapy.http.headers import Headers as ScrapyHeaders

from crawler.spiders.articles import ArticlesSpider
from crawler.warc import Answer, Asked, Headers
from db.clock import now
from db.sqlite_file import StoreError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class NotKeptError(StoreError, IgnoreRequest):
    """An answer could not be kept: the end of the crawl, which says so; Scrapy, then, need not."""


class KeepAnswers:
    """Stands next to the network: sees redirects, failures and compressed bodies as they came."""

    def __init__(self, spider: ArticlesSpider) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one; other spiders store nothing."""
        if not isinstance(crawler.spider, ArticlesSpider):
            raise NotConfigured
        return cls(crawler.spider)

    def process_response(self, request: Request, response: Response) -> Response:
        """Answer -> the same, kept; one that a middleware made up has no protocol."""
        if response.protocol:
            addresses = self._spider.addresses
            ref = addresses.identify(response.url)
            article = (ref.article_id, ref.page) if ref else None
            url = addresses.canonical(response.url)
            try:
                self._spider.archive.keep(_answer(response), _asked(request), url, article)
            except StoreError as error:
                raise NotKeptError(str(error)) from error
        return response


def _answer(response: Response) -> Answer:
    ip_address = str(response.ip_address) if response.ip_address else None
    moment = now().astimezone(UTC).replace(microsecond=0)
    return Answer(response.url, response.status, _headers(response.headers), response.body, moment, ip_address)


def _asked(request: Request) -> Asked:
    parts = urlsplit(request.url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Asked(f"{request.method} {path} HTTP/1.1", (("Host", parts.netloc), *_headers(request.headers)))


def _headers(headers: ScrapyHeaders) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )
