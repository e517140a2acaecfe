"""HTML or plain text to blocks: the folded lines of a page in reading order, with what its markup hints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import urljoin

from lxml.etree import ElementDefaultClassLookup, HTMLParser, XPath, _Element, fromstring, iterwalk, tostring
from lxml.html import HtmlElement
from parsel import Selector

from pipelines.dates import TIMESTAMP
from pipelines.fold import fold
from pipelines.memory import Memory

# Elements that break the line, and elements whose text no reader sees.
_BREAKING = frozenset(
    """
    address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main ol option p pre section table tbody td tfoot th thead tr ul
    """.split()
)
_UNREAD = frozenset(
    """
    applet audio button canvas embed head iframe input noscript object script select style svg template
    textarea video
    """.split()
)
_ITEM_TAGS = frozenset(("li", "dd", "tr", "a", "div"))
# What an element says of the line is told when it begins and ends; text stands after comments as well.
_EVENTS = ("start", "end", "comment", "pi")
_BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"])
# A list item is small; a larger element is layout, and looking into each would make time quadratic.
_ITEM_NODES = 24
_ITEM_LENGTH = 200
_LINKED_SHARE = 0.5
_LABEL_LENGTH = 14
_ROW_CELLS = 2
LONGEST_LINE = 2000
_STAMP_ONLY = re.compile(rf"[\[(]?{TIMESTAMP.pattern}[\])]?")
_CATEGORY = re.compile(r"\[?([\u4e00-\u9fff]{2,10})\]?")
_STRING = XPath("string()", smart_strings=False)
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


class Block(NamedTuple):
    """One folded line. `no` is its line in a text file; `item` is set where it is an entry of a list.

    `href` is the address of its link, absolute where known, if it has just one.
    """

    text: str
    tag: str = ""
    bold: bool = False
    link_share: float = 0.0
    no: int | None = None
    item: Item | None = None
    href: str | None = None


def text_blocks(text: str) -> list[Block]:
    """Plain text in, a block for each line that is not blank, numbered as in the file."""
    folded = ((no, fold(line)) for no, line in enumerate(text.splitlines(), 1))
    return [Block(part, no=no) for no, line in folded for part in cut_long(line)]


def cut_long(line: str) -> list[str]:
    """A folded line in; itself out, or its parts where no person would write so long a line.

    It is cut after a sentence where there is one, so that the time to read a page grows with its length alone.
    """
    parts = []
    while len(line) > LONGEST_LINE:
        end = line.rfind("。", 0, LONGEST_LINE) + 1 or LONGEST_LINE
        parts.append(line[:end])
        line = line[end:]
    return [*parts, line] if line else parts


def html_blocks(root: _Element, url: str | None = None) -> list[Block]:
    """An lxml element in, the blocks of all the text a reader sees below it; `url` makes links absolute.

    >>> root = Selector("<p>一、线上<b>办理</b></p><table><tr><th>费用<td>免费</table>").root
    >>> [block.text for block in html_blocks(root)]
    ['一、线上办理', '费用:免费']
    """
    return _Flattener(url).run(root)


class _Flattener:
    """Walks a tree once, without recursion: hostile pages nest deeper than Python does."""

    def __init__(self, url: str | None) -> None:
        self.url = url
        self.blocks: list[Block] = []
        self.tag = ""
        self.bold = 0
        self.link: str | None = None
        self._start_line()

    def _start_line(self) -> None:
        self.pieces: list[str] = []
        self.hrefs: set[str] = set()
        self.size = self.linked = 0
        self.all_bold = True

    def run(self, root: _Element) -> list[Block]:
        walk = iterwalk(root, _EVENTS)
        skipped = False
        for event, element in walk:
            if event == "start":
                if self._open(element, element.tag):
                    text = element.text
                else:
                    walk.skip_subtree()
                    skipped = True
                    continue
            else:
                # The end of a skipped element comes right after its start.
                if event == "end" and not skipped:
                    self._close(element.tag)
                skipped = False
                text = element.tail if element is not root else None
            # Most of what stands between elements is the source's own line breaks.
            if text and (self.pieces or not text.isspace()):
                self._text(text)
        self._flush()
        return self.blocks

    def _open(self, element: _Element, tag: str) -> bool:
        """Whether the walk goes into the element."""
        if tag in _UNREAD or _is_hidden(element):
            return False
        if tag in _BREAKING:
            if self.pieces:
                self._flush()
            self.tag = tag
        whole = self._whole(element, tag) if tag in _ITEM_TAGS else None
        if whole:
            self._flush()
            self.blocks.append(whole)
            return False
        if tag in _BOLD:
            self.bold += 1
        elif tag == "a":
            self.link = element.get("href")
        return True

    def _whole(self, element: _Element, tag: str) -> Block | None:
        """The block that the element makes as a whole: an entry of a list, a row of a table."""
        item = parse_item(element, self.url)
        if item:
            return Block(item.text, "li", link_share=1.0, item=item)
        return _row(element) if tag == "tr" else None

    def _close(self, tag: str) -> None:
        if tag in _BREAKING:
            if self.pieces:
                self._flush()
            self.tag = ""
        if tag in _BOLD:
            self.bold -= 1
        elif tag == "a":
            self.link = None

    def _text(self, text: str) -> None:
        size = len(text.strip())
        self.pieces.append(text if size else " ")
        self.size += size
        if self.link is not None:
            self.linked += size
            self.hrefs.add(self.link)
        if size and not self.bold:
            self.all_bold = False

    def _flush(self) -> None:
        if not self.pieces:
            return
        text = fold(_joined(self.pieces))
        share, href = self.linked / self.size, self._only_link() if self.hrefs else None
        self.blocks += [Block(part, self.tag, self.all_bold, share, None, None, href) for part in cut_long(text)]
        self._start_line()

    def _only_link(self) -> str | None:
        self.hrefs.discard("")
        return _absolute(self.hrefs.pop(), self.url) if len(self.hrefs) == 1 else None


def _is_hidden(element: _Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and "display:none" in style.replace(" ", "").lower())


def _joined(pieces: list[str]) -> str:
    """Text of neighbouring elements glued as a browser shows it, but never two numbers into one."""
    out = pieces[0]
    for piece in pieces[1:]:
        out += " " + piece if out[-1:].isdigit() and piece[:1].isdigit() else piece
    return out


def _row(element: _Element) -> Block | None:
    """A table row of plain cells is one line: a labelled one of two cells, else ``cell | cell | cell``."""
    cells = [child for child in element if child.tag in ("td", "th")]
    if len(cells) < _ROW_CELLS or any(node.tag in _BREAKING for cell in cells for node in islice(cell.iter(), 1, None)):
        return None
    texts = [fold("".join(str(text) for text in cell.itertext())) for cell in cells]
    label, value = texts[0].rstrip(":"), texts[1]
    if len(texts) > _ROW_CELLS:
        return Block(" | ".join(text for text in texts if text), "tr")
    if not label or not value or len(label) > _LABEL_LENGTH or _SENTENCE_END.search(label):
        return None
    return Block(f"{label}:{value}", "tr")


def parse_item(element: _Element, url: str | None) -> Item | None:
    """An element in, the list entry it is; None where it is anything else. The same entries stand on many pages.

    An entry has one link and a time of its own, and no sentence.

    >>> entry = "<li><a href='/a/1.html'>怎么改参保地?</a><span>2026-02-04 10:20</span><em>医保知识</em></li>"
    >>> item = parse_item(Selector(entry).css("li")[0].root, "http://example.org/")
    >>> item.title, item.listed_at, item.category, item.url
    ('怎么改参保地?', '2026-02-04 10:20', '医保知识', 'http://example.org/a/1.html')
    """
    nodes = list(islice(element.iter(), _ITEM_NODES + 1))
    if len(nodes) > _ITEM_NODES:
        return None
    key = tostring(element, encoding="utf-8", with_tail=False)
    item = _items[key] if key in _items else _items.keep(key, _item_of(element, nodes))
    return item and item._replace(url=_absolute(item.url or "", url)) if url else item


_items: Memory[bytes, Item | None] = Memory()


def _item_of(element: _Element, nodes: list[_Element]) -> Item | None:
    """The entry that an element with these nodes is, its address as written."""
    links = {node: href for node in nodes if node.tag == "a" and (href := node.get("href"))}
    hrefs = set(links.values())
    if len(hrefs) != 1:
        return None
    pieces = [text for text in map(fold, _visible_texts(nodes, element)) if text]
    stamps = [n for n, piece in enumerate(pieces) if _STAMP_ONLY.fullmatch(piece)]
    if not stamps or sum(map(len, pieces)) > _ITEM_LENGTH:
        return None
    stamp = stamps[-1]
    rest = pieces[:stamp] or pieces[stamp + 1 :]
    after = pieces[stamp + 1 :] if pieces[:stamp] else []
    if not rest or _SENTENCE_END.search(rest[-1]) or not _is_link_of(links, rest):
        return None
    category = next((match[1] for piece in after if (match := _CATEGORY.fullmatch(piece))), None)
    title = rest[0] if len(rest) == 1 else fold("".join(rest))
    return Item(title, pieces[stamp].strip("[]()"), category, _absolute(hrefs.pop(), None))


def _is_link_of(links: Iterable[_Element], words: list[str]) -> bool:
    """Whether the links are what the words are of, not one word among many: then it is text that ends in a day."""
    linked = sum(len(_text_of(link).strip()) for link in links)
    return linked >= _LINKED_SHARE * sum(map(len, words))


def _text_of(element: _Element) -> str:
    return str(_STRING(element)) if len(element) else element.text or ""


def _visible_texts(nodes: list[_Element], element: _Element) -> Iterator[str]:
    for node in nodes:
        text, tag, tail = node.text, node.tag, node.tail
        if text and isinstance(tag, str) and tag not in _UNREAD:
            yield text
        if tail and node is not element and not tail.isspace():
            yield tail


def _absolute(href: str, url: str | None) -> str | None:
    try:
        return urljoin(url or "", href.strip()) or None
    except ValueError:
        return None


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
