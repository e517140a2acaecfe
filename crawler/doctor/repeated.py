"""Lines that stand in the text of every article asked for, and so may be of none: pages in, lines out. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element
from parsel import Selector

from pipelines.fold import fold

PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SPACE = re.compile(r"\s+")
# Articles of one subject share their headings and short lines.
_SHORTEST = 8
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# What an advert is made of; an element of the text with one of these and nothing of its own is furniture.
_ADVERT = frozenset(("a", "script", "iframe", "img", "ins"))


@dataclass(frozen=True)
class Repeated:
    """A line of all articles, the selector that finds it and nothing else, and whether it is made as adverts are."""

    text: str
    selector: str | None
    is_advert: bool


def repeated_lines(pages: Sequence[tuple[str, Sequence[str]]]) -> list[Repeated]:
    """HTML of each article and the lines of its text -> the lines that all have; none of a single article.

    >>> ad = "<p>{}</p><div class='g3'><a href='/go/9'>急用钱?点这里看额度</a></div>"
    >>> pages = [(ad.format(city), [city, "急用钱?点这里看额度"]) for city in ("苏州", "无锡")]
    >>> repeated_lines(pages)
    [Repeated(text='急用钱?点这里看额度', selector='.g3', is_advert=True)]
    """
    if len(pages) <= 1:
        return []
    common = [text for text in pages[0][1] if all(text in lines for _, lines in pages[1:])]
    trees = [Selector(html) for html, _ in pages]
    holders: dict[str, list[_Element]] = defaultdict(list)
    for element in trees[0].root.iter():
        holders[_text(element)].append(element)
    found = [_repeated(text, holders[_plain(text)], trees) for text in dict.fromkeys(common)]
    return [line for line in found if line]


def _repeated(text: str, holders: Sequence[_Element], trees: Sequence[Selector]) -> Repeated | None:
    """A line of all pages and the elements that hold it alone; None where it is short or in plain elements.

    So is the text that the articles of a subject share.
    """
    named = (css for element in holders for css in _names(element))
    selector = next((css for css in named if all(_is_that_line(tree, css, text) for tree in trees)), None)
    advert = any(node.tag in _ADVERT for element in holders for node in element.iter())
    is_heading = any(element.tag in _HEADINGS for element in holders)
    if is_heading or not holders or not (advert or (selector and len(text) >= _SHORTEST)):
        return None
    return Repeated(text, selector, advert)


def _names(element: _Element) -> list[str]:
    """Selectors of the element by its id and its classes."""
    identity = element.get("id", "")
    classes = [f".{each}" for each in element.get("class", "").split() if PLAIN_NAME.fullmatch(each)]
    return [f"#{identity}", *classes] if PLAIN_NAME.fullmatch(identity) else classes


def _is_that_line(tree: Selector, css: str, text: str) -> bool:
    found = [_text(each.root) for each in tree.css(css)]
    return bool(found) and all(each == _plain(text) for each in found)


def _text(element: _Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    found = element.xpath(".//text()[not(ancestor::script or ancestor::style)]")
    return _plain(fold("".join(map(str, found)))) if isinstance(found, list) else ""


def _plain(text: str) -> str:
    return _SPACE.sub("", text)
