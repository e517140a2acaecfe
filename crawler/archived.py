"""Kept answers in, the pages of an article out: decompressed, decoded and put in order as the crawl does it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from scrapy.http import Response
from scrapy.utils._compression import _DecompressionMaxSizeExceeded, _inflate, _unbrotli, _unzstd
from scrapy.utils.gz import gunzip

from crawler.article import MAX_PAGES, text_of
from crawler.identity import Addresses, linked_pages, netloc
from crawler.problems import PageProblem
from crawler.sites import Site
from crawler.warc import Answer
from pipelines.page import Decoded

DECODERS = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


def text_of_answer(answer: Answer, max_size: int) -> Decoded:
    """A kept answer -> its text, exactly as when it was fetched; raises one of `UNREADABLE`."""
    headers = {name: value for name, value in reversed(answer.headers) if name.lower() != "content-encoding"}
    return text_of(Response(answer.url, answer.status, headers=headers, body=_body(answer, max_size)))


def put_together(
    find: Callable[[int, str], Decoded | None], first: Decoded, url: str, addresses: Addresses | None
) -> list[Decoded]:
    """The first page of the article at `url` -> all its pages; `find` gives one by its number and address.

    One that is missing makes the article unreadable: a part is not it.
    """
    pages = [first]
    links = linked_pages(first.text, url, addresses)
    while len(pages) < (last := min(max(links, default=1), MAX_PAGES + 1)):
        number = len(pages) + 1
        page = find(number, links.get(number, ""))
        if not page:
            raise PageProblem("later_page", f"later page {number} of {last} missing: it is not in the archive")
        pages.append(page)
        links |= linked_pages(page.text, url, addresses)
    return pages


def addresses_asked(site: Site, asked: str) -> Addresses:
    """A site and an address that was asked for a page of it -> its addresses, a mirror's included."""
    parts = urlsplit(asked)
    return Addresses(site, None if netloc(asked) in site.hosts else f"{parts.scheme}://{parts.netloc}")


def _body(answer: Answer, max_size: int) -> bytes:
    """The body without the compression that its headers name.

    Some tools keep it decompressed and the header as it was: what cannot be decompressed is taken as it is.
    """
    body = answer.body
    for name in reversed((answer.header("Content-Encoding") or "identity").lower().split(",")):
        decoder = DECODERS.get(name.strip())
        if not decoder and name.strip() not in ("", "identity") and not body.lstrip().startswith(b"<"):
            raise PageProblem("unreadable_text", f"compressed as {name.strip()!r}, for which there is no decoder here")
        if decoder:
            try:
                body = decoder(body, max_size=max_size)
            except _DecompressionMaxSizeExceeded:
                raise PageProblem("too_large", f"more than {max_size} bytes when decompressed") from None
            except Exception:  # each raises what it likes
                return body
    return body
