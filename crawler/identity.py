"""Identity: an address in, the article it belongs to out. Pure; no network.

An article is (site, section, number), never an address: http and https, every host of the site, later pages,
query strings and fragments all lead to the same article.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawler.sites import Site

# How servers write a visitor's session into an address: a parameter of a path's part, or a part of its own.
SESSION = re.compile(r";[^/]*|/\(S\([^()/]*\)\)")
# `ID.html` and beside it `ID_2.html`: how later pages are named where no site file says otherwise.
PLAIN_PAGE = re.compile(r"(?P<stem>.+?)(?:_(?P<page>\d{1,3}))?\.html?")


@dataclass(frozen=True)
class ArticleRef:
    """One page of one article."""

    site: str
    section: str
    number: str
    page: int

    @property
    def article_id(self) -> str:
        """The id that rows and records bear; the same for all pages of the article."""
        return f"{self.site}-{self.section.replace('/', '_')}-{self.number}"


@dataclass(frozen=True)
class Addresses:
    """A site's addresses: stored ones (canonical) and, with `base_url`, those that are really asked."""

    site: Site
    base_url: str | None = None  # scheme://host:port of a mirror; None: the site itself

    def identify(self, url: str) -> ArticleRef | None:
        """Address -> the article's page it names, None if it names none of this site."""
        if not self._is_ours(url) or not (match := self.site.article.fullmatch(path_of(url))):
            return None
        return ArticleRef(self.site.name, match["section"], match["number"], int(match["page"] or 1))

    def is_article(self, url: str) -> bool:
        """Whether the address names an article of this site."""
        return self.identify(url) is not None

    def is_listing_page(self, url: str) -> bool:
        """Whether the address names a further page of one of the site's lists."""
        pattern = self.site.listing_page
        return bool(pattern and self._is_ours(url) and pattern.fullmatch(path_of(url)))

    def canonical(self, url: str) -> str:
        """Any address of the site -> the one it is stored under: the site's base, no query, no fragment, no session."""
        return self.site.base + path_of(url)

    def first_page(self, url: str) -> str:
        """Address of any page of an article -> canonical address of its first page."""
        path = path_of(url)
        match = self.site.article.fullmatch(path)
        if match and match["page"]:  # one character separates it from what stands before
            path = path[: match.start("page") - 1] + path[match.end("page") :]
        return self.site.base + path

    def to_fetch(self, url: str) -> str:
        """Canonical address -> the one to ask."""
        return (self.base_url or self.site.base) + path_of(url)

    def may_ask(self, url: str) -> bool:
        """Whether this crawl may ask the address: the mirror alone, or the site's hosts."""
        return netloc(url) in ({netloc(self.base_url)} if self.base_url else set(self.site.hosts))

    def _is_ours(self, url: str) -> bool:
        return netloc(url) in self.site.hosts or self.may_ask(url)


def path_of(url: str) -> str:
    """Address -> its path without what tells visitors apart.

    >>> path_of("http://x.example/(S(k3j))//a/1.html;jsessionid=0F?from=wx#top")
    '/a/1.html'
    """
    return re.sub("/{2,}", "/", SESSION.sub("", urlsplit(url).path))


def netloc(url: str) -> str:
    """Web address -> host (and port, if it is not the scheme's own) in lower case; "" for any other text."""
    try:
        parts = urlsplit(url)
        own_port = {"http": 80, "https": 443}[parts.scheme]
        host = (parts.hostname or "").lower()
        return host if parts.port in {None, own_port} else f"{host}:{parts.port}"
    except (KeyError, ValueError):
        return ""


def page_number(url: str, first_url: str, addresses: Addresses | None) -> int | None:
    """Which page of the article at `first_url` is `url`? None: it is none of its pages."""
    if addresses:
        ref, first = addresses.identify(url), addresses.identify(first_url)
        return ref.page if ref and first and ref.article_id == first.article_id else None
    if not netloc(url) or netloc(url) != netloc(first_url):
        return None
    page, first_page = (
        PLAIN_PAGE.fullmatch(urlsplit(url).path),
        PLAIN_PAGE.fullmatch(urlsplit(first_url).path),
    )
    same = page and first_page and page["stem"] == first_page["stem"]
    return int(page["page"] or 1) if page and same else None


def canonical_of(html: str, url: str) -> str | None:
    """Page and its address -> the address that the page says is its own, absolute."""
    said = Selector(html).css('link[rel="canonical"]::attr(href)').get()
    with suppress(ValueError):
        return urljoin(url, said.strip()) if said else None
    return None


def linked_pages(html: str, first_url: str, addresses: Addresses | None) -> dict[int, str]:
    """One page of an article -> number and address of each of the article's pages that it links to."""
    found = {}
    for href in Selector(html).css("a::attr(href)").getall():
        with suppress(ValueError):  # a page may link to anything; what is no address is no page
            url = urljoin(first_url, href.strip())
            number = page_number(url, first_url, addresses)
            if number:
                found[number] = url
    return found
