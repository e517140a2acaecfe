"""The lists of a site: their pages, asked only "has it changed?" where that is known, in; the frontier filled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scrapy.http import Request, Response

from crawler.article import text_of
from crawler.conditional import conditional, validators
from crawler.identity import Addresses
from crawler.problems import UNREADABLE, reason_of
from db.crawl_store import ListingPage
from pipelines.listing import parse_listing

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from crawler.spiders.articles import ArticlesSpider
    from pipelines.record import RelatedLink

# A list that goes back further than `since` asks for is not this long; one without dates could be endless.
MAX_LISTING_PAGES = 500

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Lists:
    """Reads the lists for a spider; what they name goes into its store and its tally."""

    def __init__(self, spider: ArticlesSpider) -> None:
        self._spider = spider
        self._addresses = spider.addresses
        self._tally = spider.tally
        self._asked: set[str] = set()
        self._read: set[tuple[str, ...]] = set()  # what each page that was read names

    def first_pages(self) -> Iterator[Request]:
        """The requests that a crawl begins with."""
        for path in self._addresses.site.listings:
            yield self._request(self._addresses.site.base + path)

    def _request(self, url: str) -> Request:
        self._asked.add(url)
        with self._spider.storing():
            known = self._spider.store.known_listing(url)
        return Request(
            self._addresses.to_fetch(url),
            self.parse,
            errback=self.failed,
            headers=conditional(known.etag, known.last_modified) if known else None,
            cb_kwargs={"url": url, "known": known},
        )

    def parse(self, response: Response, url: str, known: ListingPage | None) -> Iterator[Request]:
        """Page of a list -> its articles into the frontier, and requests for the list's further pages."""
        self._spider.answered()
        unchanged = response.status == 304 and known is not None
        page = known if unchanged else self._take_in(response, url)
        if not page:
            return
        self._tally.listings_not_modified += unchanged
        self._tally.listing_pages += 1
        self._tally.listed |= set(page.articles)
        if page.articles in self._read:  # a site may show its last page at every higher number
            self._tally.repeated_listings += 1
            return
        self._read.add(page.articles)
        if self._goes_on(page):
            yield from (self._request(link) for link in page.further if link not in self._asked)

    def failed(self, failure: Failure) -> None:
        """A list without an answer -> counted with its reason."""
        with self._spider.quietly():
            self._spider.end_where(failure.value)
            url = failure.request.url  # type: ignore[attr-defined]
            self._tally.failed_listings.append(f"{url}: {reason_of(failure.value)}")
            self._spider.count_silence(failure.value)

    def _take_in(self, response: Response, url: str) -> ListingPage | None:
        """A page in full -> what it says, stored; None where it is no list."""
        try:
            listing = parse_listing(text_of(response).text, url, self._addresses.is_article)
        except UNREADABLE as error:
            self._tally.failed_listings.append(f"{response.url}: {error}")
            return None
        if not listing.items:
            self._tally.failed_listings.append(f"{response.url}: names no article; did the site change its addresses?")
            return None
        listed = self._spider.by_article(listing.items)
        known = validators(response)
        page = ListingPage(
            url,
            articles=tuple(listed),
            further=tuple(_further(listing.links, self._addresses)),
            newest_at=_newest(listing.items),
            etag=known.etag,
            last_modified=known.last_modified,
        )
        with self._spider.storing():
            store, site = self._spider.store, self._spider.site_name
            self._tally.newly_listed += store.save_listing(site, page, listed, self._spider.run_id)
        return page

    def _goes_on(self, page: ListingPage) -> bool:
        """Whether the next page of the list can hold articles that are new enough."""
        if page.newest_at is not None and page.newest_at < self._spider.options.since.isoformat():
            return False
        if len(self._asked) >= MAX_LISTING_PAGES and set(page.further) - self._asked:
            self._tally.endless_listings = True
            return False
        return True


def _further(links: Iterable[str], addresses: Addresses) -> dict[str, None]:
    return {addresses.canonical(link): None for link in links if addresses.is_listing_page(link)}


def _newest(items: Iterable[RelatedLink]) -> str | None:
    days = [found[0] if (found := DAY.match(item.listed_at or "")) else None for item in items]
    known = [day for day in days if day]
    return max(known) if len(known) == len(days) else None
