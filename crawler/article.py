"""One article: its pages, fetched one after the other, in; its record out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from w3lib.encoding import http_content_type_encoding

from crawler.identity import Addresses, linked_pages, page_number
from crawler.problems import UNREADABLE, LeftAlone, PageProblem, kind_of, reason_of
from db.sqlite_file import StoreError
from pipelines.normalise import normalise
from pipelines.page import Decoded, decode, read_html, read_text

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.reasons import Reasons
    from pipelines.record import Record

# The longest article known has 3 pages; more than this many is a trap of links.
MAX_PAGES = 20


PAGE_KINDS = ("text/", "application/xhtml+xml")


def text_of(response: Response) -> Decoded:
    """Answer -> its text; raises one of `UNREADABLE`."""
    if response.status != 200:
        raise PageProblem("http_error", f"HTTP {response.status}")
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    if kind and not kind.startswith(PAGE_KINDS):
        raise PageProblem("not_text", f"no page of text but {kind}")
    if not response.body.strip():
        raise PageProblem("empty", "the page is empty")
    return decode(response.body, http_content_type_encoding(kind))


async def fetch_pages(crawler: Crawler, first: Response, url: str, addresses: Addresses | None) -> list[Decoded]:
    """Answer for page 1 of the article at `url` -> the texts of all its pages, in order."""
    return [page for _, page in await fetch_answers(crawler, first, url, addresses)]


async def fetch_answers(
    crawler: Crawler, first: Response, url: str, addresses: Addresses | None
) -> list[tuple[Response, Decoded]]:
    """Answer for page 1 of the article at `url` -> the answers for all its pages with their texts, in order.

    Pages are found by the links to them. One that is missing makes the article unreadable: a part is not it.
    """
    pages = [(first, text_of(first))]
    links = linked_pages(pages[0][1].text, url, addresses)
    if page_number(url, url, addresses) != 1:
        if 1 in links:
            raise PageProblem("later_page", f"a later page of an article; give its first page, {links[1]}")
        return pages
    while len(pages) < (last := max(links, default=1)):
        if last > MAX_PAGES:
            raise PageProblem(
                "endless_pages", f"links to a page {last} of itself; more than {MAX_PAGES} are not fetched"
            )
        number = len(pages) + 1
        pages.append(await _fetch_page(crawler, links.get(number), number, last, url, addresses))
        links |= linked_pages(pages[-1][1].text, url, addresses)
    return pages


async def ask(crawler: Crawler, request: Request) -> Response:
    """Request made beside the crawl's own -> its answer; `PageProblem` where there is none."""
    try:
        return await crawler.engine.download_async(request)
    except (LeftAlone, StoreError):
        raise
    except Exception as error:
        raise PageProblem(kind_of(error), reason_of(error)) from error


async def _fetch_page(
    crawler: Crawler, link: str | None, number: int, last: int, url: str, addresses: Addresses | None
) -> tuple[Response, Decoded]:
    missing = f"later page {number} of {last} missing"
    if not link:
        raise PageProblem("later_page", f"{missing}: no page links to it")
    request = Request(addresses.to_fetch(link) if addresses else link, callback=NO_CALLBACK)
    try:
        response = await ask(crawler, request)
    except PageProblem as error:
        raise PageProblem("later_page", f"{missing}: {error}") from error
    if page_number(response.url, url, addresses) != number:
        raise PageProblem("later_page", f"{missing}: it redirects to {response.url}")
    try:
        return response, text_of(response)
    except UNREADABLE as error:
        raise PageProblem("later_page", f"{missing}: {error}") from error


def read_pages(
    pages: Sequence[Decoded],
    url: str | None,
    addresses: Addresses | None,
    *,
    is_text: bool = False,
    reasons: Reasons | None = None,
    listed: str | None = None,
) -> Record:
    """Texts of an article's pages -> its record with canonical addresses; raises one of `UNREADABLE`.

    `listed` is the title that a list gives the article.
    """
    site = addresses.site if addresses else None
    markups = site.markups if site else ()
    titles = [listed, *[None] * len(pages)]
    parts = [
        read_text(page.text) if is_text else read_html(page.text, markups, url, title)
        for page, title in zip(pages, titles, strict=False)
    ]
    record = normalise(parts, url=url, site=site.name if site else None, reasons=reasons)
    record.article.charset = pages[0].charset
    if addresses:
        for link in record.related_links:
            if link.url and addresses.is_article(link.url):
                link.url = addresses.first_page(link.url)
    return record
