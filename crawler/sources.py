"""Pages named on the command line: addresses and files in, the texts of each article's pages out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from parsel import Selector

from crawler.article import read_pages
from crawler.identity import PLAIN_PAGE, Addresses, netloc
from crawler.options import OptionError
from crawler.politeness import is_loopback
from crawler.sites import Site, load_sites
from pipelines.page import Decoded, decode, read_html
from pipelines.reasons import Reasons
from pipelines.record import Record

IS_URL = re.compile(r"https?://", re.IGNORECASE)
KINDS = {".html", ".htm", ".txt"}


@dataclass(frozen=True)
class Source:
    """The pages of one article, from wherever they came."""

    name: str  # as it was given
    pages: Sequence[Decoded]
    url: str | None = None
    is_text: bool = False
    missing: tuple[int, ...] = ()  # later pages that a page links to, and that were not there


def addresses_of(url: str, site: Site | None) -> Addresses | None:
    """Address -> the addresses of its site (given, or told by the host); None for a strange host."""
    sites = [site] if site else [known for known in load_sites() if netloc(url) in known.hosts]
    if not netloc(url):
        raise OptionError(f"{url}: not a web address; give http://HOST/PATH")
    if not sites:
        return None
    addresses = Addresses(sites[0], _origin(url))
    if not addresses.is_article(url):
        raise OptionError(f"{url}: not the address of an article of {sites[0].name}")
    return addresses


def without_later_pages(names: Sequence[str]) -> list[str]:
    """Names of pages -> those that are not read with another of them, as ``a_2.html`` is with ``a.html``."""
    return [name for name in names if _first_page(name) not in names]


def read_file(name: str) -> Source:
    """Name of a file -> its text and that of the later pages beside it; `OptionError` where there is none."""
    path = Path(name)
    if path.suffix.lower() not in KINDS:
        raise OptionError(f"{name}: unknown kind of page; give a URL, an .html, .txt or .warc.gz file")
    if path.suffix.lower() == ".txt":
        return Source(name, [_decoded(path)], is_text=True)
    pages = [_decoded(path)]
    while (later := path.with_stem(f"{path.stem}_{len(pages) + 1}")).exists():
        pages.append(_decoded(later))
    linked = {number for page in pages for number in _linked_pages(page.text, path.stem)}
    return Source(name, pages, missing=tuple(sorted(number for number in linked if number > len(pages))))


def read_source(source: Source, addresses: Addresses | None, reasons: Reasons) -> Record:
    """Pages -> record, read as the site's own where the site is given or can be told; what made its leaves is noted."""
    if addresses:
        return _read(source, addresses, reasons)
    record = read_pages(source.pages, source.url, None, is_text=source.is_text, reasons=reasons)
    if source.url and not is_loopback(netloc(source.url)):
        return record  # what a strange host says of its pages does not make them the site's
    canonical = None if source.is_text else read_html(source.pages[0].text).canonical
    for site in load_sites():
        if (canonical and Addresses(site).is_article(canonical)) or record.article.source == site.title_zh:
            return _read(source, Addresses(site, _origin(source.url)), reasons, canonical)
    return record


def _read(source: Source, addresses: Addresses, reasons: Reasons, canonical: str | None = None) -> Record:
    own = next((url for url in (source.url, canonical) if url and addresses.is_article(url)), None)
    url = addresses.first_page(own) if own else source.url
    return read_pages(source.pages, url, addresses, is_text=source.is_text, reasons=reasons)


def _decoded(path: Path) -> Decoded:
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise OptionError(f"{path}: {error.strerror}") from error


def _first_page(name: str) -> str | None:
    match = PLAIN_PAGE.fullmatch(name)
    return match["stem"] + name[match.end("page") :] if match and match["page"] else None


def _linked_pages(html: str, stem: str) -> Iterator[int]:
    """Numbers of the later pages that a saved page links to, by their file names alone."""
    for href in Selector(html).css("a::attr(href)").getall():
        match = PLAIN_PAGE.fullmatch(re.split(r"[?#]", href)[0].rsplit("/", 1)[-1])
        if match and match["page"] and match["stem"] == stem:
            yield int(match["page"])


def _origin(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if url else None
