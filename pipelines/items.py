"""An entry of a list of articles: one link with its time, as the markup or the lines of a page have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

from pipelines.cut_titles import in_full
from pipelines.dates import TIMESTAMP
from pipelines.fold import fold
from pipelines.markup import TAG, UNREAD, element_of, href_of, name_of

# A list item is small; a larger element is layout, and looking into each would make time quadratic.
_ITEM_NODES = 24
_ITEM_LENGTH = 200
_LINKED_SHARE = 0.5
# A time of its own, or the month and day of one: 2026-03-05 10:20, [2026-03-05], 03-05.
_STAMP_ONLY = re.compile(rf"[\[(]?(?:{TIMESTAMP.pattern}|(?:0\d|1[0-2])-[0-3]\d)[\])]?")
_SAID = re.compile(r' title="([^"]*)"')
_CATEGORY = re.compile(r"\[?([\u4e00-\u9fff]{2,10})\]?")
# The tags of an entry, two for each element, and what follows.
_ONE = r"<(?:!--.*?--|[^>]+)>[^<]*+"
_NEAR = re.compile(rf"(?:{_ONE}(?:{_ONE})?){{1,{_ITEM_NODES}}}+", re.DOTALL)
_SENTENCE_END = re.compile(r"[。;]$")


class Item(NamedTuple):
    """An entry of a list of articles: title, time and category as listed, address absolute where known."""

    title: str
    listed_at: str | None
    category: str | None
    url: str | None

    @property
    def text(self) -> str:
        """The entry as one line, the way the lists print it."""
        return f"{self.title} {self.listed_at or ''}{self.category or ''}".strip()


def parse_item(name: str, source: str, start: int = 0) -> Item | None:
    """What lxml writes and the place of an element in, the list entry it is; None where it is anything else.

    An entry has one link and a time of its own, and no sentence; its address is as written.

    >>> entry = '<li><a href="/a/1.html">怎么改参保地?</a><span>2026-02-04 10:20</span><em>医保知识</em></li>'
    >>> item = parse_item("li", entry)
    >>> item.title, item.listed_at, item.category, item.url
    ('怎么改参保地?', '2026-02-04 10:20', '医保知识', '/a/1.html')
    """
    near = _NEAR.match(source, start)
    if not near or ' href="' not in near[0] or f"</{name}>" not in near[0]:
        return None
    tags = list(element_of(TAG.findall(near[0])))
    if sum(tag[0] != "/" for tag, _ in tags) > _ITEM_NODES:
        return None
    links = [(href, n) for n, (tag, _) in enumerate(tags) if name_of(tag) == "a" and (href := href_of(tag))]
    if len({href for href, _ in links}) != 1:
        return None
    pieces = [text for text in map(fold, _visible_texts(tags)) if text]
    stamps = [n for n, piece in enumerate(pieces) if _STAMP_ONLY.fullmatch(piece)]
    if not stamps or sum(map(len, pieces)) > _ITEM_LENGTH:
        return None
    stamp = stamps[-1]
    rest = pieces[:stamp] or pieces[stamp + 1 :]
    after = pieces[stamp + 1 :] if pieces[:stamp] else []
    linked = sum(len(_text_of(tags[n:])) for _, n in links)
    # Else the link is one word among many: it is text that ends in a day.
    if not rest or _SENTENCE_END.search(rest[-1]) or linked < _LINKED_SHARE * sum(map(len, rest)):
        return None
    category = next((match[1] for piece in after if (match := _CATEGORY.fullmatch(piece))), None)
    said = _SAID.search(tags[links[0][1]][0])
    title = in_full(rest[0] if len(rest) == 1 else fold("".join(rest)), unescape(said[1]) if said else None)
    return Item(title, pieces[stamp].strip("[]()"), category, absolute(links[0][0], None))


def _text_of(tags: Sequence[tuple[str, str]]) -> str:
    """The text in the element that the first of some tags starts."""
    *inside, _ = (text for _, text in element_of(tags))
    return unescape("".join(inside)).strip()


def _visible_texts(tags: Sequence[tuple[str, str]]) -> Iterator[str]:
    for tag, text in tags[:-1]:
        if text and (tag[-1] == "/" or name_of(tag) not in UNREAD):
            yield unescape(text)


def absolute(href: str, url: str | None) -> str | None:
    """An address as written and that of its page in, the absolute one out; None where it is none."""
    try:
        return urljoin(url or "", href.strip()) or None
    except ValueError:
        return None
