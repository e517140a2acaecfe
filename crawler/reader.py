"""What an article's address answers in; what became of it, stored: read, unchanged, another's, missing, failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.article import ask, fetch_answers, read_pages
from crawler.conditional import conditional, fetched, later_pages
from crawler.identity import canonical_of
from crawler.problems import UNREADABLE, PageProblem, kind_of, reason_of
from db.captures import ArticlePage
from db.crawl_store import DuePage
from db.rows import texts_of

if TYPE_CHECKING:
    from crawler.spiders.articles import ArticlesSpider
    from pipelines.page import Decoded
    from pipelines.record import Record

# Gone (410) or not there (404): a dead link of the site, no failure of ours.
DEAD = {404, 410}


class ArticleReader:
    """Takes in the answers for a spider. `open` holds what was asked for and has no outcome yet."""

    def __init__(self, spider: ArticlesSpider) -> None:
        self._spider = spider
        self.open: dict[str, DuePage] = {}
        self._postponed: set[str] = set()  # left until the article is read that they say they are

    async def take_in(self, response: Response, due: DuePage) -> None:
        """Answer for an article's first page -> the outcome, stored; raises one of `UNREADABLE`."""
        ref = self._spider.addresses.identify(response.url)
        if response.status in DEAD:
            self._missing(due, response.status)
        elif not ref or ref.article_id != due.article_id:
            await self._redirected(response, due, ref.article_id if ref else None)
        elif response.status == 304 and (due.etag or due.last_modified):
            await self._not_modified(response, due)
        else:
            await self._read(response, due)

    async def _not_modified(self, response: Response, due: DuePage) -> None:
        for page in later_pages(due.later_pages):
            headers = conditional(page.etag, page.last_modified)
            request = Request(self._spider.addresses.to_fetch(page.url), callback=NO_CALLBACK, headers=headers)
            if (await ask(self._spider.crawler, request)).status != 304:
                await self.take_in(await self._ask_again(due), replace(due, etag=None, last_modified=None))
                return
        self._spider.store.mark_unchanged(due.article_id, fetched([response]), self._spider.run_id)
        self._spider.tally.not_modified += 1
        self._saved(due, "unchanged")

    async def _ask_again(self, due: DuePage) -> Response:
        return await ask(self._spider.crawler, Request(self._spider.addresses.to_fetch(due.url), callback=NO_CALLBACK))

    async def _read(self, response: Response, due: DuePage) -> None:
        answers = await fetch_answers(self._spider.crawler, response, due.url, self._spider.addresses)
        pages = [page for _, page in answers]
        record = read_pages(pages, due.url, self._spider.addresses, listed=due.title_raw)
        listed = self._spider.by_article(record.related_links)
        self._spider.add_listed(listed)
        if await self._is_another(due, pages[0].text, record):
            return
        kept = fetched([answer for answer, _ in answers])
        captures = self._read_from(due, pages)
        self._saved(due, self._spider.store.save_article(due.article_id, record, kept, self._spider.run_id, captures))

    async def _is_another(self, due: DuePage, html: str, record: Record) -> bool:
        """Whether the page is an article that has an address of its own, which it names; then it is stored there."""
        url = canonical_of(html, due.url)
        ref = self._spider.addresses.identify(url) if url else None
        if not url or not ref or ref.article_id == due.article_id or self._spider.store.texts(due.article_id):
            return False
        if ref.article_id in self.open and due.article_id not in self._postponed:
            self._postponed.add(due.article_id)
            self.open.pop(due.article_id, None)
            return True
        if ref.article_id not in self.open and not self._spider.store.texts(ref.article_id):
            other = self._unlisted(ref.article_id, self._spider.addresses.first_page(url))
            try:
                await self.take_in(await self._ask_again(other), other)
            except UNREADABLE as error:
                self.failed(other, error)
        if self._spider.store.texts(ref.article_id) != texts_of(record):
            return False
        self._duplicate(due, ref.article_id)
        return True

    async def _redirected(self, response: Response, due: DuePage, to: str | None) -> None:
        """An address that leads to another article is that article; one that leads anywhere else has failed."""
        if not to or self._spider.store.texts(due.article_id):
            raise PageProblem("redirected", f"redirects to {response.url}")
        if to not in self.open and not self._spider.store.texts(to):
            await self.take_in(response, self._unlisted(to, self._spider.addresses.first_page(response.url)))
        self._duplicate(due, to)

    def _unlisted(self, article_id: str, url: str) -> DuePage:
        """An article that another one's address leads to, to be asked now."""
        self._spider.asked += 1
        self.open[article_id] = due = DuePage(article_id, url, "waiting", None, None, None, None)
        return due

    def _read_from(self, due: DuePage, pages: Sequence[Decoded]) -> list[ArticlePage]:
        """The captures of an article's pages, with the charset that was decided for each."""
        captures = self._spider.archive.taken(due.article_id)
        return [ArticlePage(id_, page.charset, page.reason) for id_, page in zip(captures, pages, strict=True)]

    def _saved(self, due: DuePage, how: str) -> None:
        self._ended(due)
        self._spider.tally.saved[how] += 1
        self._spider.tally.came_back += due.state in ("missing", "gone")

    def _ended(self, due: DuePage) -> None:
        """The article has an outcome: nothing more is kept in mind of it."""
        self.open.pop(due.article_id, None)
        self._spider.archive.forget(due.article_id)

    def _duplicate(self, due: DuePage, of: str) -> None:
        self._spider.store.mark_duplicate(due.article_id, of, self._spider.run_id)
        self._ended(due)
        self._spider.tally.duplicates[due.article_id] = of

    def _missing(self, due: DuePage, status: int) -> None:
        state, tally = self._spider.store.mark_missing(due.article_id, status, self._spider.run_id), self._spider.tally
        self._ended(due)
        {"dead": tally.dead, "missing": tally.missing, "gone": tally.gone}[state][due.article_id] = due.url

    def failed(self, due: DuePage, error: BaseException | None, status: int | None = None) -> None:
        """An article that could not be had or read -> failed, with the kind of problem and the reason."""
        kind, reason = kind_of(error), reason_of(error)
        with self._spider.storing():
            self._spider.store.mark_failed(due.article_id, reason, self._spider.run_id, status, kind)
        self._ended(due)
        self._spider.tally.problems[kind] += 1
        self._spider.tally.failed[due.article_id] = f"{self._spider.addresses.to_fetch(due.url)}: {reason}"
