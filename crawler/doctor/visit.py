"""The spider of ``scrapy doctor``: a site file or an address in, a few answers of the site out, nothing stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.article import fetch_pages, read_pages, text_of
from crawler.doctor.addresses import Guess, Link, guess_article, guess_articles, links_of
from crawler.doctor.draft import DELAY, draft_of, folder_of, widened
from crawler.identity import Addresses, netloc
from crawler.politeness import address_of, be_polite, is_private
from crawler.problems import UNREADABLE, reason_of
from crawler.sites import Site
from pipelines.listing import parse_listing

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from pipelines.page import Decoded
    from pipelines.record import Record, RelatedLink

ARTICLES = 3
LISTS_TRIED = 3


@dataclass
class Answer:
    """What the site said at one address, or why there is no answer; an article has its record too."""

    url: str
    response: Response | None = None
    text: Decoded | None = None
    record: Record | None = None
    problem: str | None = None
    links: list[Link] = field(default_factory=list)  # of a list: to its own host
    named: list[RelatedLink] = field(default_factory=list)  # of a list: the articles


@dataclass
class Visit:
    """What a doctor was sent to look at, and what was seen there."""

    origin: str  # scheme://host[:port] that is really asked
    site: Site | None = None  # None: the site has no file yet
    url: str | None = None  # a list or an article, where one was given
    robots: Answer = field(init=False)
    private: str | None = None  # the private address that the origin leads to
    listings: list[Answer] = field(default_factory=list)
    guess: Guess | None = None  # of the form of the articles' addresses
    fits: bool = False  # some list names articles of the form that the site file gives
    listed: list[str] = field(default_factory=list)
    draft: Site | None = None  # the site file's site, mended by what was seen
    articles: list[Answer] = field(default_factory=list)
    again: Answer | None = None
    complete: bool = False

    @property
    def addresses(self) -> Addresses:
        """The addresses of the site as far as they are known by now."""
        assert self.draft
        return Addresses(self.draft, self.origin)

    @property
    def links(self) -> list[Link]:
        """The links of all lists."""
        return [link for answer in self.listings for link in answer.links]


class DoctorSpider(Spider):
    """Asks for robots.txt, the lists, three articles, and the first of these again if it has not changed."""

    name = "doctor"

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit

    @classmethod
    def from_crawler(cls, crawler: Crawler, visit: Visit) -> Self:
        """What Scrapy calls; `OptionError` where a host may not be asked."""
        spider = super().from_crawler(crawler, visit)
        delay = visit.site.delay if visit.site else max(DELAY, crawler.settings.getfloat("DOWNLOAD_DELAY"))
        be_polite(crawler.settings, [netloc(visit.origin)], delay)
        return spider

    def may_ask(self, url: str) -> bool:
        """Whether the address may be asked; the middlewares refuse it where not."""
        return netloc(url) == netloc(self.visit.origin)

    def is_named(self, url: str) -> bool:
        """Whether the operator named the address's host: it was."""
        return self.may_ask(url)

    async def start(self) -> AsyncIterator[Request]:
        """Look around, one request after the other; no further requests are left to Scrapy."""
        await self._look_around()
        self.visit.complete = True
        no_more: tuple[Request, ...] = ()
        for request in no_more:
            yield request

    async def _look_around(self) -> None:
        visit = self.visit
        address = await address_of(visit.origin)
        visit.private = address if address and is_private(address) else None
        visit.robots = await self._get(f"{visit.origin}/robots.txt")
        given = await self._get(visit.url) if visit.url else None
        article = given if given and self._is_article(given) else None
        visit.listings = [given] if given and not article else await self._find_lists(article)
        self._learn(article)
        if not visit.draft:
            return
        chosen = _spread([visit.addresses.to_fetch(url) for url in visit.listed])
        for url in dict.fromkeys([*([article.url] if article else []), *chosen]):
            if len(visit.articles) < ARTICLES:
                visit.articles.append(await self._read(article if article and article.url == url else url))
        await self._ask_again()

    async def _get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        try:
            request = Request(url, headers=headers, callback=NO_CALLBACK)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            return Answer(url, problem=reason_of(error))
        answer = Answer(response.url, response)
        try:
            answer.text = text_of(response)
        except UNREADABLE as error:
            answer.problem = str(error)
        return answer

    def _is_article(self, answer: Answer) -> bool:
        """Whether the page is an article: by its address, or for a strange site by what stands on it."""
        if self.visit.site:
            return Addresses(self.visit.site, self.visit.origin).is_article(answer.url)
        if not answer.text:
            return False
        try:
            record = read_pages([answer.text], answer.url, None)
        except UNREADABLE:
            return False
        return any(procedure.channels or procedure.materials for procedure in record.procedures)

    async def _find_lists(self, article: Answer | None) -> list[Answer]:
        """The site file's lists; else a folder above the article that lists articles."""
        if self.visit.site:
            return [await self._get(self.visit.origin + path) for path in self.visit.site.listings]
        if not article or not article.text:
            return []
        linked = [link.url for link in links_of(article.text.text, article.url) if urlsplit(link.url).path != "/"]
        above = {url for url in linked if url.endswith("/") and article.url.startswith(url)}
        form = guess_article(article.url)
        section = {f"{self.visit.origin}/{form.section}/"} if form and form.section else set()
        for url in sorted(above | section, key=len, reverse=True)[:LISTS_TRIED]:
            answer = await self._get(url)
            if answer.text and guess_articles(links_of(answer.text.text, answer.url)):
                return [answer]
        return []

    def _learn(self, article: Answer | None) -> None:
        """What the lists, or one article, say of the form of the site's addresses."""
        visit, site = self.visit, self.visit.site
        for answer in visit.listings:
            answer.links = links_of(answer.text.text, answer.url) if answer.text else []
            answer.named = _named(answer, Addresses(site, visit.origin)) if site else []
        visit.guess = guess_articles(visit.links) or (guess_article(article.url) if article else None)
        visit.fits = any(answer.named for answer in visit.listings)
        visit.draft = _draft(visit)
        if visit.draft and not visit.fits:
            for answer in visit.listings:
                answer.named = _named(answer, visit.addresses)
        named = [item.url for answer in visit.listings for item in answer.named if item.url]
        visit.listed = list(dict.fromkeys(named))

    async def _read(self, known: Answer | str) -> Answer:
        answer = known if isinstance(known, Answer) else await self._get(known)
        if answer.problem or not answer.response:
            return answer
        addresses = self.visit.addresses
        url = addresses.first_page(answer.url)
        try:
            pages = await fetch_pages(self.crawler, answer.response, url, addresses)
            answer.text = pages[0]
            answer.record = read_pages(pages, url, addresses)
        except UNREADABLE as error:
            answer.problem = str(error)
        except Exception as error:
            answer.problem = reason_of(error)
        return answer

    async def _ask_again(self) -> None:
        """Ask for an article that was read whether it has changed, if the site gives the means to."""
        for answer in self.visit.articles:
            headers = _condition(answer.response) if answer.record else {}
            if headers:
                self.visit.again = await self._get(answer.url, headers)
                return


def _condition(response: Response | None) -> dict[str, str]:
    """Answer -> headers that ask whether it has changed since."""
    names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    found = {ours: response.headers.get(theirs) for theirs, ours in names.items()} if response else {}
    return {name: value.decode("latin-1") for name, value in found.items() if value}


def _named(answer: Answer, addresses: Addresses) -> list[RelatedLink]:
    """The articles that a list names."""
    return parse_listing(answer.text.text, answer.url, addresses.is_article).items if answer.text else []


def _draft(visit: Visit) -> Site | None:
    """The site file's site, with the form of the addresses as it was seen where the file's does not fit."""
    if visit.site and visit.fits:
        return widened(visit.site, visit.links)
    if not visit.guess:
        return visit.site
    listing = visit.listings[0].url if visit.listings else folder_of(str(visit.url))
    return draft_of(visit.site, visit.origin, listing, visit.links, visit.guess)


def _spread(urls: list[str]) -> list[str]:
    """A few of the addresses, from the whole list: the first, the last and one between."""
    return [urls[n * (len(urls) - 1) // (ARTICLES - 1)] for n in range(ARTICLES)] if urls else []
