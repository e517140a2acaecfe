"""Downloader middlewares: a request in; it passes only where the site wants it, and a refusal says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from scrapy import signals
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response, TextResponse

from crawler.identity import netloc
from crawler.politeness import address_of, is_private
from crawler.problems import Refused, reason_of
from crawler.quiet import NOT_NOW

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

NOBODY_MAY = b"User-agent: *\nDisallow: /"
# Seconds between two requests; a site that wants more is not crawled at all.
LONGEST_DELAY = 3600


class Bounded(Protocol):
    """A spider that knows which addresses it may ask, and which of them the operator named himself."""

    def may_ask(self, url: str) -> bool: ...  # noqa: D102 - the line above says it

    def is_named(self, url: str) -> bool: ...  # noqa: D102


class OnSite:
    """Lets no request leave the hosts of the site (or the address given as base_url), whoever made it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Request -> nothing, or `IgnoreRequest`."""
        if not _may_ask(self.crawler, request.url):
            raise Refused("off_site", f"{netloc(request.url)} is not the site's")


class PublicHost:
    """Asks no private or loopback address that a host's name leads to, unless the operator named that host."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """What Scrapy calls to make one."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Request -> nothing, or `IgnoreRequest`; where a proxy asks for us, the address is not ours to see."""
        if "proxy" in request.meta or cast("Bounded", self.crawler.spider).is_named(request.url):
            return
        address = await address_of(request.url)
        if address and is_private(address):
            host, scheme = netloc(request.url), request.url.partition(":")[0]
            hint = f"to crawl a site of your own: -a base_url={scheme}://{host}"
            raise Refused("private_address", f"{host} leads to the private address {address}; {hint}")


class Redirect(RedirectMiddleware):
    """Follows a redirect within the site; one that leads away is a failure of the page, not a page."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Response -> the same, or the request it redirects to."""
        result = super().process_response(request, response)
        if isinstance(result, Request) and not _may_ask(self.crawler, result.url):
            raise Refused("off_site", f"redirects to {netloc(result.url)}, which is not the site's")
        return result


class Robots(RobotsTxtMiddleware):
    """Obeys robots.txt as RFC 9309 says.

    None at all (4xx) allows all; one that cannot be had (5xx, 429, no answer) allows nothing. A Crawl-delay longer
    than ours is kept.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._closed: dict[str, str] = {}
        crawler.signals.connect(self._slow_down, signals.robots_parsed)

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Request -> nothing, or `IgnoreRequest` with what robots.txt, or its absence, says."""
        host, forbids = netloc(request.url), "robots.txt forbids it"
        try:
            await super().process_request(request)
        except IgnoreRequest:
            raise Refused("robots", self._closed.get(host, forbids)) from None
        if host in self._closed and not _is_robots(request):
            raise Refused("robots", self._closed[host])

    def process_response(self, request: Request, response: Response) -> Response:
        """Answer for robots.txt -> the rules to obey; any other answer -> the same."""
        if not _is_robots(request) or response.status == 200:
            return response
        if response.status < 500 and response.status not in NOT_NOW:
            return response.replace(body=b"")
        self._closed[netloc(request.url)] = f"robots.txt answers {response.status}, so nothing may be asked"
        return response.replace(body=NOBODY_MAY)

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """No answer for robots.txt -> rules that forbid all."""
        if not _is_robots(request):
            return None
        self._closed[netloc(request.url)] = reason_of(exception)
        return TextResponse(request.url, body=NOBODY_MAY, request=request)

    def _slow_down(self, robotparser: RobotParser, request: Request) -> None:
        delay = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        if not delay:
            return
        if delay > LONGEST_DELAY:
            self._closed[netloc(request.url)] = f"robots.txt wants {delay:g} seconds between two requests"
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        # Both: a slot that was idle for a while is thrown away, and the next one made from what is said here.
        downloader.per_slot_settings[key] = {"delay": max(downloader._delay, delay)}
        if slot := downloader.slots.get(key):
            slot.delay = max(slot.delay, delay)
        if throttle := self.crawler.get_extension(AutoThrottle):  # which would lower it again
            throttle.mindelay = max(throttle.mindelay, delay)
            throttle.maxdelay = max(throttle.maxdelay, delay)


def _may_ask(crawler: Crawler, url: str) -> bool:
    return cast("Bounded", crawler.spider).may_ask(url)


def _is_robots(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))
