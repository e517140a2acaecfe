"""A page to its parts: title, byline, body and the list of other articles, by markup where it is known.

Where no known markup fits, the parts are found by what they say: the title stands in the page's heading, the
byline has a time, the body ends where the site's notice, a list of articles or the footer begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from typing import Literal

from lxml.etree import _Element
from parsel import Selector

from pipelines.blocks import Block, html_blocks, text_blocks
from pipelines.charset import Decoded, UndecodableError, decode
from pipelines.dates import TIMESTAMP, parse_byline, parse_source
from pipelines.fold import fold
from pipelines.furniture import drop_outside, entries, entries_of_list, split
from pipelines.head import Head, read_head, title_index
from pipelines.items import Item
from pipelines.markup import parse_html
from pipelines.memory import remember
from pipelines.missing import why_missing
from pipelines.mojibake import damage_in, is_damaged
from pipelines.vocabulary import phrase

__all__ = [
    "Decoded",
    "Markup",
    "NotAnArticle",
    "Page",
    "UndecodableError",
    "decode",
    "read_html",
    "read_text",
]

# The byline stands close below the title.
_BYLINE_WITHIN = 6
_BYLINE_LENGTH = 40
_NAME_LENGTH = 14
# An error page says no more than this.
_FEW = 3
_HAN_OF_A_SENTENCE = 8
_HAN_OF_AN_ARTICLE = 10
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WALL = re.compile(r"访问(?:受限|过于频繁)|安全验证|人机验证|请输入验证码|请(?:先)?登录")

NotArticleKind = Literal["soft_404", "wall", "empty", "only_links", "no_text"]


class NotAnArticle(ValueError):  # noqa: N818 - it says what the page is, as a person would
    """The page is no article; the message says why, `kind` names it."""

    def __init__(self, message: str, kind: NotArticleKind) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Markup:
    """CSS selectors of one markup of a site; an empty one means that the markup has no such part."""

    name: str
    title: str
    time: str = ""
    source: str = ""
    body: str = ""
    related: str = ""
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a page in reading order; `notice` is the site's own, `related` are other articles.

    `links` counts the links left out as no part of the text, `damaged` the lines left out that no one can read.
    """

    title: Block
    byline: tuple[Block, ...]
    body: tuple[Block, ...]
    notice: tuple[Block, ...] = ()
    related: tuple[Block, ...] = ()
    extractor: str = "text"
    canonical: str | None = None
    items: tuple[Item, ...] = field(default=())
    links: int = 0
    damaged: int = 0


def read_html(html: str, markups: Sequence[Markup] = (), url: str | None = None, listed: str | None = None) -> Page:
    """HTML in, the parts of the page out; `markups` are tried in order, then the generic reading.

    `url` makes the addresses of the listed articles absolute; `listed` is the title that a list gave the page, where
    it is known. Raises NotAnArticle, UndecodableError.
    """
    tree = parse_html(html)
    head = read_head(tree)
    parts = next((parts for markup in markups if (parts := _by_markup(tree, markup, url))), None)
    page = parts or _generic(tree, head, url)
    return _checked(page, head.title, listed)


def read_text(text: str) -> Page:
    """Lines of text in (title first, then byline, body and listed articles), the parts out; raises as read_html."""
    blocks = text_blocks(text)
    if not blocks:
        raise NotAnArticle("the file is empty", "empty")
    return _checked(_split(blocks, 0, "text"), head="")


def _checked(page: Page, head: str, listed: str | None = None) -> Page:
    """Refuse the pages that a site serves in place of an article; leave out damaged lines beside the text."""
    said = [block.text for block in (page.title, *page.body)]
    if any(map(is_damaged, said)):
        damage = damage_in("\n".join(said))
        raise UndecodableError(f"damaged text (mojibake): {damage!r}; the page itself is broken, or its copy")
    if _sentences(page) < _FEW and any(map(_WALL.search, (page.title.text, head))):
        raise NotAnArticle(f"an error or login page, titled {page.title.text or head!r}", "wall")
    if why := why_missing(page.title.text, head, said[1:], has_byline=bool(page.byline), listed=listed):
        raise NotAnArticle(why, "soft_404")
    if _sentences(page) < _FEW and any(phrase("wall").search(block.text) for block in page.body):
        raise NotAnArticle("only the beginning of an article: the rest is behind a login or payment", "wall")
    return _without_damage(page)


def _without_damage(page: Page) -> Page:
    """A page in, the same without the damaged lines beside its text, which it counts."""
    beside = (page.byline, page.notice, page.related)
    if not any(is_damaged(block.text) for blocks in beside for block in blocks):
        return page
    byline, notice, related = (tuple(block for block in blocks if not is_damaged(block.text)) for blocks in beside)
    damaged = sum(map(len, beside)) - len(byline) - len(notice) - len(related)
    items = tuple(item for block in related for item in entries(block))
    return replace(page, byline=byline, notice=notice, related=related, items=items, damaged=damaged)


def check_article(pages: Sequence[Page]) -> None:
    """Raise NotAnArticle where the pages together hold no text of an article."""
    found = accumulate(_han_in(block.text) for page in pages for block in page.body)
    if all(han < _HAN_OF_AN_ARTICLE for han in found):
        if any(page.items or page.links for page in pages):
            raise NotAnArticle("only a list of links on the page", "only_links")
        raise NotAnArticle("no text of an article on the page", "no_text")


def _sentences(page: Page) -> int:
    found = (block for block in page.body if _han_in(block.text) >= _HAN_OF_A_SENTENCE)
    return len(list(islice(found, _FEW)))


@remember
def _han_in(text: str) -> int:
    """The number of Chinese characters."""
    return len(_HAN.findall(text))


def _by_markup(tree: Selector, markup: Markup, url: str | None) -> Page | None:
    """The parts as the site file names them; None where title or body is not on the page."""
    titles, bodies = tree.css(markup.title), tree.css(markup.body) if markup.body else []
    if not titles or not bodies:
        return None
    title = fold(titles[0].xpath("string()").get(""))
    for selector in markup.drop:
        tree.css(selector).drop()
    stamp = _stamp([found.root for css in (markup.time, markup.source) if css for found in tree.css(css)[:1]])
    blocks = [block for body in bodies for block in html_blocks(body.root, url)]
    lists = tree.css(markup.related) if markup.related else []
    related = [entry for found in lists for entry in entries_of_list(html_blocks(found.root, url))]
    head = [Block(title, "h1"), Block(stamp)] if stamp else [Block(title, "h1")]
    return _split([*head, *blocks, *related], 0, markup.name, _canonical(tree), url)


def _stamp(elements: list[_Element]) -> str:
    """Time and source as the page shows them: neighbours with what stands between them, else apart."""
    texts = ["".join(map(str, element.itertext())) for element in elements]
    apart = " "
    if len(elements) > 1 and elements[0].getnext() is elements[1]:
        apart = elements[0].tail or ""
    return fold(apart.join(texts))


def _generic(tree: Selector, head: Head, url: str | None) -> Page:
    """The parts of a page of unknown markup."""
    canonical = _canonical(tree)
    drop_outside(tree)
    _show_times(tree)
    blocks = html_blocks(next(tree.root.iter("body"), tree.root), url)
    if not blocks:
        raise NotAnArticle("the page is empty", "empty")
    title = title_index(blocks, head)
    page = _split(blocks, title, "generic", canonical, url)
    elsewhere = [Block(head.stamp)] if head.stamp else _byline_above(blocks, title)
    return page if page.byline else replace(page, byline=tuple(elsewhere))


def _show_times(tree: Selector) -> None:
    """Write the moment a <time> stands for in place of words like "3 days ago"."""
    for element in tree.root.iter("time"):
        moment = element.get("datetime", "")
        if ":" in moment and TIMESTAMP.match(moment) and ":" not in "".join(element.itertext()):
            element.text = moment
            del element[:]


def _canonical(tree: Selector) -> str | None:
    for element in tree.root.iter("link", "meta"):
        named = element.get("rel") == "canonical" if element.tag == "link" else element.get("property") == "og:url"
        address = element.get("href" if element.tag == "link" else "content") if named else None
        if address is not None:
            return str(address)
    return None


def _split(
    blocks: list[Block], title: int, extractor: str, canonical: str | None = None, url: str | None = None
) -> Page:
    """Blocks and the title's place in, the parts out."""
    start = _after_byline(blocks, title + 1)
    byline = blocks[title + 1 : start]
    body, notice, related, links = split(blocks[start:], blocks[title], byline, url or canonical)
    return Page(
        title=blocks[title],
        byline=tuple(byline),
        body=tuple(body),
        notice=tuple(notice),
        related=tuple(related),
        extractor=extractor,
        canonical=canonical,
        items=tuple(item for block in related for item in entries(block)),
        links=links,
    )


def _after_byline(blocks: list[Block], start: int) -> int:
    """The place below the title in, that below the byline out; the time of a listed article is no byline."""
    for n in range(start, min(start + _BYLINE_WITHIN, len(blocks))):
        text = blocks[n].text
        if parse_byline(text) and not _is_listed(blocks, n):
            return n + 1 + bool(blocks[n + 1 : n + 2] and parse_source(blocks[n + 1].text))
        if blocks[n].item or len(text) > _BYLINE_LENGTH or text.endswith("。"):
            break
    return start


def _byline_above(blocks: list[Block], title: int) -> list[Block]:
    """The line above the title where it is a byline: one with a clock time, or it is the date of the visit."""
    above = blocks[max(title - 1, 0) : title]
    return [block for block in above if (found := parse_byline(block.text)) and "T" in (found.published_at or "")]


def _is_listed(blocks: list[Block], n: int) -> bool:
    """Whether a line is of a list of articles; one alone, short and under the title, is the source and its time."""
    item = blocks[n].item
    return item is not None and (len(item.title) > _NAME_LENGTH or any(block.item for block in blocks[n + 1 : n + 2]))


def all_items(root: _Element, url: str | None) -> list[Item]:
    """Every list entry below an element, in order."""
    return [block.item for block in html_blocks(root, url) if block.item]
