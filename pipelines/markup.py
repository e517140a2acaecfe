"""HTML to a tree, and to what lxml writes of it: tags, each with the text behind it, which read faster than a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape

from lxml.etree import ElementDefaultClassLookup, HTMLParser, _Element, fromstring, tostring
from lxml.html import HtmlElement
from parsel import Selector

# Elements that break the line, and elements whose text no reader sees.
BREAKING = frozenset(
    """
    address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main ol option p pre section table tbody td tfoot th thead tr ul
    """.split()
)
UNREAD = frozenset(
    """
    applet audio button canvas embed head iframe input noscript object script select style svg template
    textarea video
    """.split()
)
# A tag or comment as lxml writes it, and the text behind it: elsewhere it writes no bracket.
TAG = re.compile(r"<(?P<tag>!--.*?--|[^>]+)>(?P<text>[^<]*)", re.DOTALL)
_HREF = re.compile(r' href="([^"]*)"')
_STYLE = re.compile(r' style="([^"]*)"')
# What lxml writes for a control character.
_CONTROL = "&#xFFFD;"


def parse_html(html: str) -> Selector:
    """HTML in, its tree out; broken or empty HTML gives an empty tree."""
    body = html.strip().replace("\x00", "").encode() or b"<html/>"
    root = fromstring(body, _parser())
    return Selector(root=root if root is not None else fromstring(b"<html/>", _parser()), type="html")


@cache
def _parser() -> HTMLParser:
    parser = HTMLParser(encoding="utf-8", huge_tree=True)
    # One class for all elements: else lxml.html asks Python for the class of each.
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return parser


def written(root: _Element) -> str:
    """What lxml writes of an element; it writes brackets in tags and comments alone."""
    return tostring(root, encoding="unicode", with_tail=False).replace(_CONTROL, " ")


def tags_from(source: str, start: int) -> Iterator[tuple[str, str]]:
    """The tags from a place on, each with the text behind it."""
    return ((found["tag"], found["text"]) for found in TAG.finditer(source, start))


def element_of(tags: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The tags of the element that the first of some starts."""
    depth = 0
    for tag, text in tags:
        depth += step(tag)
        yield tag, text
        if depth <= 0:
            return


def step(tag: str) -> int:
    """How much deeper the text behind a tag stands."""
    if tag[0] == "/":
        return -1
    return 0 if tag[-1] == "/" or tag[0] == "!" else 1


def name_of(tag: str) -> str:
    """The name of the element that a tag starts."""
    return tag.partition(" ")[0].rstrip("/")


def href_of(tag: str) -> str | None:
    """The address that a tag links to, as written."""
    found = _HREF.search(tag)
    return unescape(found[1]) if found else None


def is_hidden(tag: str) -> bool:
    """Whether a tag says of its element that it is not shown."""
    style = _STYLE.search(tag)
    return ' hidden="' in tag or bool(style and "display:none" in style[1].replace(" ", "").lower())
