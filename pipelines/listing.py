"""A listing page to what it says of each article it lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin

from parsel import Selector

from pipelines.cut_titles import is_rest_of
from pipelines.dates import TIMESTAMP, day_of, parse_title, timestamp
from pipelines.fold import fold
from pipelines.items import Item
from pipelines.markup import parse_html
from pipelines.mojibake import damage_in
from pipelines.page import all_items
from pipelines.record import RelatedLink
from pipelines.regions import region_of
from pipelines.titles import OTHER, audience_of, types_of

# Shorter link texts are "更多", "首页" or a number.
_TITLE_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles a page lists, each once and in order, and all its other links, absolute.

    `damaged` counts the articles left out because a wrong charset destroyed their titles.
    """

    items: list[RelatedLink]
    links: list[str]
    damaged: int = 0


def parse_listing(html: str, url: str, is_article: Callable[[str], bool]) -> Listing:
    """HTML of a listing page and its address in, its articles and other links out.

    `is_article` tells an article's address. An article linked without a time is listed without one.
    """
    tree = parse_html(html)
    entries = {item.url: item for item in all_items(tree.root, url) if item.url and is_article(item.url)}
    bare, others = [], []
    for link in tree.css("a[href]"):
        address = _address(link, url)
        if address and not is_article(address):
            others.append(address)
        elif address:
            bare.append(Item(_text(link), None, None, address))
    for item in bare:
        if len(item.title) >= _TITLE_LENGTH and item.url:
            known = entries.setdefault(item.url, item)
            if is_rest_of(item.title, known.title):
                entries[item.url] = known._replace(title=item.title)
    sound = [item for item in entries.values() if not damage_in(item.text)]
    items = [listed(seq, item) for seq, item in enumerate(sound, 1)]
    return Listing(items, list(dict.fromkeys(others)), len(entries) - len(sound))


def _address(link: Selector, url: str) -> str | None:
    try:
        return urljoin(url, link.attrib["href"].strip())
    except ValueError:
        return None


def _text(link: Selector) -> str:
    return fold(link.attrib.get("title") or link.xpath("string()").get(""))


def listed(seq: int, item: Item) -> RelatedLink:
    """A list entry in, what it says of the article out: clean title, dates, region, type, audience.

    >>> entry = listed(1, Item("淮南如何修改医保参保地?(02/04)", "2026-02-04 10:20", "医保知识", None))
    >>> entry.title, entry.title_date, entry.region_code, entry.type
    ('淮南如何修改医保参保地?', '2026-02-04', '340400', 'insured-place-change')
    """
    said = _said(item.title, item.listed_at)
    return RelatedLink(
        seq=seq,
        title_raw=item.title,
        title=said.title,
        title_date=said.title_date,
        listed_at=item.listed_at,
        category=item.category,
        region_code=said.region_code,
        type=said.type,
        audience=said.audience,
        url=item.url,
    )


class _Said(NamedTuple):
    title: str
    title_date: str | None
    region_code: str | None
    type: str
    audience: str | None


# An article stands in the lists of many others.
@lru_cache(maxsize=1 << 15)
def _said(title_raw: str, listed_at: str | None) -> _Said:
    stamp = TIMESTAMP.search(listed_at or "")
    title, title_date = parse_title(title_raw, day_of(timestamp(stamp)) if stamp else None)
    region = region_of(title)
    kind = (types_of(title) or (OTHER,))[0]
    return _Said(title, title_date, region.code if region else None, kind, next(iter(audience_of(title)), None))
