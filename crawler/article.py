"""One article: its pages, fetched one after the other, in; its record out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from w3lib.encoding import http_content_type_encoding

from crawler.identity import Addresses, linked_pages, page_number
from crawler.middlewares import reason_of
from pipelines.normalise import normalise
from pipelines.page import Decoded, NotAnArticle, UndecodableError, decode, read_html, read_text

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.reasons import Reasons
    from pipelines.record import Record

# The longest article known has 3 pages; more than this many is a trap of links.
MAX_PAGES = 20


PAGE_KINDS = ("text/", "application/xhtml+xml")


class PageProblem(ValueError):  # noqa: N818 - it says what is wrong, as NotAnArticle does
    """A page of an article cannot be had; the message says why."""


# What can be wrong with a page that is not our fault.
UNREADABLE = (PageProblem, NotAnArticle, UndecodableError)


def text_of(response: Response) -> Decoded:
    """Answer -> its text; raises one of `UNREADABLE`."""
    if response.status != 200:
        raise PageProblem(f"HTTP {response.status}")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    if kind and not kind.startswith(PAGE_KINDS):
        raise PageProblem(f"no page of text but {kind}")
    if not response.body.strip():
        raise PageProblem("the page is empty")
    return decode(response.body, http_content_type_encoding(kind))


async def fetch_pages(crawler: Crawler, first: Response, url: str, addresses: Addresses | None) -> list[Decoded]:
    """Answer for page 1 of the article at `url` -> the texts of all its pages, in order.

    Pages are found by the links to them. One that is missing makes the article unreadable: a part is not it.
    """
    pages = [text_of(first)]
    links = linked_pages(pages[0].text, url, addresses)
    if page_number(url, url, addresses) != 1:
        if 1 in links:
            raise PageProblem(f"a later page of an article; give its first page, {links[1]}")
        return pages
    while len(pages) < (last := max(links, default=1)):
        if last > MAX_PAGES:
            raise PageProblem(f"links to a page {last} of itself; more than {MAX_PAGES} are not fetched")
        number = len(pages) + 1
        pages.append(await _fetch_page(crawler, links.get(number), number, last, url, addresses))
        links |= linked_pages(pages[-1].text, url, addresses)
    return pages


async def _fetch_page(
    crawler: Crawler, link: str | None, number: int, last: int, url: str, addresses: Addresses | None
) -> Decoded:
    missing = f"later page {number} of {last} missing"
    if not link:
        raise PageProblem(f"{missing}: no page links to it")
    request = Request(addresses.to_fetch(link) if addresses else link, callback=NO_CALLBACK)
    try:
        response = await crawler.engine.download_async(request)
    except Exception as error:
        raise PageProblem(f"{missing}: {reason_of(error)}") from error
    if page_number(response.url, url, addresses) != number:
        raise PageProblem(f"{missing}: it redirects to {response.url}")
    try:
        return text_of(response)
    except UNREADABLE as error:
        raise PageProblem(f"{missing}: {error}") from error


def read_pages(
    pages: Sequence[Decoded],
    url: str | None,
    addresses: Addresses | None,
    *,
    is_text: bool = False,
    reasons: Reasons | None = None,
) -> Record:
    """Texts of an article's pages -> its record with canonical addresses; raises one of `UNREADABLE`."""
    site = addresses.site if addresses else None
    markups = site.markups if site else ()
    parts = [read_text(page.text) if is_text else read_html(page.text, markups, url) for page in pages]
    record = normalise(parts, url=url, site=site.name if site else None, reasons=reasons)
    record.article.charset = pages[0].charset
    if addresses:
        for link in record.related_links:
            if link.url and addresses.is_article(link.url):
                link.url = addresses.first_page(link.url)
    return record
