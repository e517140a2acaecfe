"""What the head of a page says of its article, and the line of the page that is its title."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from lxml.etree import XPath
from parsel import Selector

from pipelines.blocks import Block
from pipelines.dates import TIMESTAMP, parse_byline
from pipelines.fold import fold
from pipelines.vocabulary import phrase

_TITLE = XPath("string(//title)", smart_strings=False)
# A shorter heading is the name of the site or of a section.
_TITLE_LENGTH = 6
# (以2026年退休为例)(2026年4月2日) at the longest.
_DATE_TAG = 30
_HEADINGS = ("h1", "h2", "h3")
_SEPARATOR = re.compile(r"\s*[-_|—–]+\s*")
_LINKED_DATA = "application/ld+json"
# Linked data of an article is small and flat.
_LINKED_DATA_LENGTH = 1 << 16


@dataclass(frozen=True, slots=True)
class Head:
    """The titles a head gives, the article's own first, and its time and source in one line ("" where it has none)."""

    titles: tuple[str, ...]
    stamp: str

    @property
    def title(self) -> str:
        """The title shown by the browser, else another."""
        return self.titles[-1] if self.titles else ""


def read_head(tree: Selector) -> Head:
    """The tree of a page in, what its head says out: OpenGraph, the metadata of government sites, linked data.

    >>> read_head(Selector('<title>某市医保-某网</title><meta name="PubDate" content="2026-01-09">'))
    Head(titles=('某市医保-某网',), stamp='2026-01-09')
    """
    metas = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): fold(meta.get("content", ""))
        for meta in tree.root.iter("meta")
    }
    metas = {name: text for name, text in metas.items() if name and text}
    linked = next(_linked_articles(tree), {})
    titles = (_meta(metas, "meta_title"), _text(linked.get("headline")), fold(str(_TITLE(tree.root))))
    moment = _meta(metas, "meta_time") or _text(linked.get("datePublished"))
    source = _meta(metas, "meta_source") or _text(linked.get("publisher"))
    stamp = f"{moment} {source}".strip() if TIMESTAMP.match(moment) else ""
    return Head(tuple(title for title in titles if title), stamp)


def _meta(metas: Mapping[str, str], kind: str) -> str:
    return next((text for name, text in metas.items() if text and phrase(kind).fullmatch(name)), "")


def _linked_articles(tree: Selector) -> Iterator[Mapping[str, object]]:
    """The objects of the page's JSON-LD that have a date of publication."""
    for script in tree.root.iter("script"):
        text = script.text or ""
        if script.get("type") != _LINKED_DATA or len(text) > _LINKED_DATA_LENGTH:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        found = data if isinstance(data, list) else [data]
        graphs = [one["@graph"] for one in found if isinstance(one, dict) and isinstance(one.get("@graph"), list)]
        yield from (one for one in chain(found, *graphs) if isinstance(one, dict) and "datePublished" in one)


def _text(value: object) -> str:
    """A text of linked data, or the name of the thing it is."""
    if isinstance(value, dict):
        value = value.get("name")
    return fold(value) if isinstance(value, str) else ""


def title_index(blocks: list[Block], head: Head) -> int:
    """The block that is the title: the one the head names, else the first heading, else the line above the byline."""
    headings = [n for n, block in enumerate(blocks) if block.tag == _HEADINGS[0]]
    for candidates in (headings, range(len(blocks))):
        alike = [n for n in candidates if any(_is_titled(blocks[n].text, title) for title in head.titles)]
        if alike:
            return max(alike, key=lambda n: len(blocks[n].text))
    if headings:
        return headings[0]
    dated = next((n for n, block in enumerate(blocks) if parse_byline(block.text)), 0)
    lesser = (n for tag in _HEADINGS for n, block in enumerate(blocks) if block.tag == tag)
    unlinked = (n for n, block in enumerate(blocks) if not block.link_share)
    return dated - 1 if dated else next(chain(lesser, unlinked), 0)


def _is_titled(text: str, title: str) -> bool:
    """Whether a head's title is this line, without its date tag, alone or among the names of site and section."""
    names = _SEPARATOR.split(title)
    tagged = len(names[0]) >= _TITLE_LENGTH and text.startswith(names[0]) and len(text) - len(names[0]) <= _DATE_TAG
    return len(text) >= _TITLE_LENGTH and (tagged or title.startswith(text) or text in names)
