"""A WARC file of whatever tool in, the articles in it out, for ``scrapy extract``: no database, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archived import addresses_asked, put_together, text_of_answer
from crawler.identity import PLAIN_PAGE, Addresses, netloc, page_number
from crawler.sites import Site, load_sites
from crawler.sources import Source
from crawler.warc import Answer, read_answers
from pipelines.page import Decoded

HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Found:
    """The first page of what may be an article, and the file's later pages; `addresses` of a site that is known."""

    answer: Answer
    addresses: Addresses | None
    later: Mapping[str, Answer]

    def source(self, name: str, max_size: int) -> Source:
        """Its pages; raises one of `UNREADABLE`."""
        url = self.answer.url
        by_number = {page_number(other, url, self.addresses): answer for other, answer in self.later.items()}

        def find(number: int, _: str) -> Decoded | None:
            return text_of_answer(by_number[number], max_size) if number in by_number else None

        first = text_of_answer(self.answer, max_size)
        return Source(name, put_together(find, first, url, self.addresses), url)


def articles_in(path: Path, site: Site | None, warn: Callable[[str], None]) -> Iterator[Found]:
    """A file -> what may be articles: those of a known site, and every page of a strange host but later ones.

    The file is read twice, and only later pages are held in memory. The last answer of an address counts.
    """
    last: dict[str, int] = {}
    later: dict[str, Answer] = {}
    for n, answer in enumerate(_pages(path, warn)):
        last[answer.url] = n
        if _is_later(answer.url, _addresses(answer.url, site)):
            later[answer.url] = answer
    for n, answer in enumerate(_pages(path, lambda _: None)):
        addresses = _addresses(answer.url, site)
        is_candidate = answer.url not in later and (not addresses or addresses.is_article(answer.url))
        if is_candidate and last[answer.url] == n:
            yield Found(answer, addresses, later)


def _pages(path: Path, warn: Callable[[str], None]) -> Iterator[Answer]:
    for answer in read_answers(path, warn):
        if answer.status == 200 and (answer.header("Content-Type") or "").lower().startswith(HTML):
            yield answer


def _addresses(url: str, site: Site | None) -> Addresses | None:
    known = site or next((known for known in load_sites() if netloc(url) in known.hosts), None)
    return addresses_asked(known, url) if known else None


def _is_later(url: str, addresses: Addresses | None) -> bool:
    if addresses:
        ref = addresses.identify(url)
        return bool(ref and ref.page > 1)
    match = PLAIN_PAGE.fullmatch(urlsplit(url).path)
    return bool(match and match["page"])
