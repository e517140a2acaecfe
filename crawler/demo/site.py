"""The made-up site as a whole: the pages it serves and the truth about each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from crawler.demo import pages
from crawler.demo.articles import write_article
from crawler.demo.calendar import Plan, plan_articles
from crawler.demo.texts import load_toml

SEED = 20260105
ROBOTS = "User-agent: *\nDisallow: /admin/\n"


class Page(NamedTuple):
    """What the server sends for an address."""

    body: bytes
    content_type: str
    last_modified: datetime


@dataclass
class Site:
    """All articles of one seed, oldest first. Pages and records are made when asked for and kept."""

    seed: int
    articles: list[Plan]
    _written: dict[int, tuple[list[bytes], dict[str, Any]]] = field(default_factory=dict, repr=False)

    def page(self, path: str) -> Page | None:
        """An address without host -> its page; None where the site has none (a dead link too)."""
        make = self._pages.get(path.split("?", 1)[0])
        return make() if make else self._article_page(path)

    def truth(self) -> dict[int, dict[str, Any]]:
        """The true record of every article that can be fetched, by its number."""
        return {plan.number: self.record(plan) for plan in self.articles if not plan.dead}

    def record(self, plan: Plan) -> dict[str, Any]:
        """The true record of one article."""
        return self._write(plan)[1]

    def earlier(self, plan: Plan) -> list[Plan]:
        """The articles listed under one: those published just before it, newest first."""
        place = self._places[plan.number]
        count: int = load_toml("site")["earlier_articles"]
        return self.articles[max(0, place - count) : place][::-1]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {plan.number: place for place, plan in enumerate(self.articles)}

    @cached_property
    def _by_path(self) -> dict[str, Plan]:
        return {plan.path: plan for plan in self.articles if not plan.dead}

    @cached_property
    def _pages(self) -> dict[str, Any]:
        """The addresses that are no articles, each with what makes its page."""
        newest = self.articles[-1].published_at
        plain = {"/robots.txt": lambda: Page(ROBOTS.encode(), "text/plain; charset=utf-8", newest)}
        listings = {path: page for section in load_toml("site")["section"] for path, page in self._listings(section)}
        home = pages.home(load_toml("site")["section"])
        made = {"/": home, "/index.html": home, "/yiliao/": home, "/yiliao/index.html": home, **listings}
        return plain | {
            path: lambda html=html: Page(html.encode("gbk"), "text/html; charset=gb2312", newest)
            for path, html in made.items()
        }

    def _listings(self, section: dict[str, Any]) -> list[tuple[str, str]]:
        """A section -> the addresses and pages of its list, newest article first."""
        size: int = load_toml("site")["listing_size"]
        entries = [plan for plan in reversed(self.articles) if plan.section == section["path"]]
        chunks = [entries[start : start + size] for start in range(0, len(entries), size)]
        made = [
            (section["path"] + pages.listing_name(number), pages.listing(section, chunk, number, len(chunks)))
            for number, chunk in enumerate(chunks, start=1)
        ]
        return [(section["path"], made[0][1]), *made]

    def _article_page(self, path: str) -> Page | None:
        """The address of an article or of one of its later pages -> that page."""
        first, number = pages.split_address(path)
        plan = self._by_path.get(first)
        if plan is None:
            return None
        bodies = self._write(plan)[0]
        if not 1 <= number <= len(bodies):
            return None
        return Page(bodies[number - 1], pages.CONTENT_TYPES[plan.markup], plan.published_at)

    def _write(self, plan: Plan) -> tuple[list[bytes], dict[str, Any]]:
        """The pages and the true record of one article."""
        if plan.number not in self._written:
            earlier = self.earlier(plan)
            draft, record = write_article(plan, earlier, self.seed)
            self._written[plan.number] = (pages.article(plan, draft, earlier), record)
        return self._written[plan.number]


def build_site(seed: int = SEED, days: int | None = None) -> Site:
    """A seed -> the site, of more or fewer days where a number is given. The same seed always gives the same bytes."""
    return Site(seed, plan_articles(seed, days))
