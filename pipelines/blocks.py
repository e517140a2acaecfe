"""HTML or plain text to blocks: the folded lines of a page in reading order, with what its markup hints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

from lxml.etree import ElementDefaultClassLookup, HTMLParser, _Element, fromstring, tostring
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
_CELLS = frozenset(("td", "th"))
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
# A tag or comment as lxml writes it, and the text behind it: elsewhere it writes no bracket.
_TAG = re.compile(r"<(?P<tag>!--.*?--|[^>]+)>(?P<text>[^<]*)", re.DOTALL)
# An element that breaks the line and is small enough to stand on other pages as well; else a tag.
_LINE_TAGS = 16
_LINE_OR_TAG = re.compile(
    r"(?:(?P<line><(p|div|li|h[1-6]|tr|d[dt])(?: (?![^>]*(?:hidden=|display))[^>]*)?(?<!/)>[^<]*+"
    rf"(?:<(?!/?\2[ />]|!)[^>]*>[^<]*+){{0,{_LINE_TAGS}}}+</\2>)|<(?P<tag>!--.*?--|[^>]+)>)(?P<text>[^<]*)",
    re.DOTALL,
)
# The tags of an entry and what follows.
_NEAR = re.compile(rf"(?:<(?:!--.*?--|[^>]+)>[^<]*+){{1,{2 * _ITEM_NODES}}}+", re.DOTALL)
_HREF = re.compile(r' href="([^"]*)"')
_STYLE = re.compile(r' style="([^"]*)"')
# What lxml writes for a control character.
_CONTROL = "&#xFFFD;"
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
    source = tostring(root, encoding="unicode", with_tail=False).replace(_CONTROL, " ")
    blocks = _Flattener().run(source, _LINE_OR_TAG)
    return [_with_address(block, url) for block in blocks] if url else blocks


def _with_address(block: Block, url: str) -> Block:
    if block.item:
        return block._replace(item=block.item._replace(url=_absolute(block.item.url or "", url)))
    return block._replace(href=_absolute(block.href, url)) if block.href else block


class _Flattener:
    """Reads what lxml writes of a tree, tag by tag: hostile pages nest deeper than Python does."""

    def __init__(self) -> None:
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

    def run(self, source: str, pattern: re.Pattern[str]) -> list[Block]:
        self._read(source, pattern)
        self._flush()
        return self.blocks

    def _read(self, source: str, pattern: re.Pattern[str]) -> None:
        at = 0
        while found := pattern.match(source, at):
            start, at, tag, text = at, found.end(), found["tag"], found["text"]
            if tag is None:
                self._line(found["line"])
            elif tag[0] == "/":
                self._close(tag[1:])
            elif tag[0] != "!" and not self._open(tag, source, start):
                for tag, text in _element(_tags(source, start)):
                    start += len(tag) + len(text) + 2
                at = start
            if "&" in text:
                text = unescape(text)
            # Most of what stands between elements is the source's own line breaks.
            if text and (self.pieces or not text.isspace()):
                self._text(text)

    def _line(self, line: str) -> None:
        """An element that makes lines of its own, read once where nothing around it tells more of them."""
        if self.bold or self.link is not None:
            self._read(line, _TAG)
            return
        if self.pieces:
            self._flush()
        self.tag = ""
        known = _lines.get(line)
        self.blocks += _lines.keep(line, tuple(_Flattener().run(line, _TAG))) if known is None else known

    def _open(self, tag: str, source: str, start: int) -> bool:
        """Whether to read what is in the element that starts here with a tag."""
        name = _name(tag)
        if name in _UNREAD or (name != tag and _is_hidden(tag)):
            return False
        if name in _BREAKING:
            self._flush()
            self.tag = name
        whole = _whole(name, source, start) if name in _ITEM_TAGS else None
        if whole:
            self._flush()
            self.blocks.append(whole)
            return False
        if name in _BOLD:
            self.bold += 1
        elif name == "a":
            self.link = _href(tag)
        if tag[-1] == "/":
            self._close(name)
        return True

    def _close(self, name: str) -> None:
        if name in _BREAKING:
            self._flush()
            self.tag = ""
        if name in _BOLD:
            self.bold -= 1
        elif name == "a":
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
        return _absolute(self.hrefs.pop(), None) if len(self.hrefs) == 1 else None


_lines: Memory[str, tuple[Block, ...]] = Memory()


def _tags(source: str, start: int) -> Iterator[tuple[str, str]]:
    """The tags from a place on, each with the text behind it."""
    return ((found["tag"], found["text"]) for found in _TAG.finditer(source, start))


def _element(tags: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The tags of the element that the first of some starts."""
    depth = 0
    for tag, text in tags:
        depth += _step(tag)
        yield tag, text
        if depth <= 0:
            return


def _step(tag: str) -> int:
    """How much deeper the text behind a tag stands."""
    if tag[0] == "/":
        return -1
    return 0 if tag[-1] == "/" or tag[0] == "!" else 1


def _name(tag: str) -> str:
    return tag.partition(" ")[0].rstrip("/")


def _href(tag: str) -> str | None:
    found = _HREF.search(tag)
    return unescape(found[1]) if found else None


def _is_hidden(tag: str) -> bool:
    style = _STYLE.search(tag)
    return ' hidden="' in tag or bool(style and "display:none" in style[1].replace(" ", "").lower())


def _joined(pieces: list[str]) -> str:
    """Text of neighbouring elements glued as a browser shows it, but never two numbers into one."""
    out = pieces[0]
    for piece in pieces[1:]:
        out += " " + piece if out[-1:].isdigit() and piece[:1].isdigit() else piece
    return out


def _whole(name: str, source: str, start: int) -> Block | None:
    """The block that an element makes as a whole: an entry of a list, a row of a table."""
    item = parse_item(name, source, start)
    if item:
        return Block(item.text, "li", link_share=1.0, item=item)
    return _row(source, start) if name == "tr" else None


def _row(source: str, start: int) -> Block | None:
    """A table row of plain cells is one line: a labelled one of two cells, else ``cell | cell | cell``."""
    cells = _cells(source, start)
    if len(cells) < _ROW_CELLS:
        return None
    texts = [fold(cell) for cell in cells]
    label, value = texts[0].rstrip(":"), texts[1]
    if len(texts) > _ROW_CELLS:
        return Block(" | ".join(text for text in texts if text), "tr")
    if not label or not value or len(label) > _LABEL_LENGTH or _SENTENCE_END.search(label):
        return None
    return Block(f"{label}:{value}", "tr")


def _cells(source: str, start: int) -> list[str]:
    """The text of each cell of a row; none where one holds more than a line."""
    cells: list[str] = []
    depth, in_cell = 0, False
    for tag, text in _element(_tags(source, start)):
        if depth == 1:
            in_cell = _name(tag) in _CELLS
            cells += [""] * in_cell
        elif depth and _name(tag) in _BREAKING and (in_cell or _name(tag) == "tr"):
            return []
        depth += _step(tag)
        if in_cell and depth > 1:
            cells[-1] += unescape(text)
    return cells


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
    tags = list(_element(_TAG.findall(near[0])))
    if sum(tag[0] != "/" for tag, _ in tags) > _ITEM_NODES:
        return None
    links = [(href, n) for n, (tag, _) in enumerate(tags) if _name(tag) == "a" and (href := _href(tag))]
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
    title = rest[0] if len(rest) == 1 else fold("".join(rest))
    return Item(title, pieces[stamp].strip("[]()"), category, _absolute(links[0][0], None))


def _text_of(tags: Sequence[tuple[str, str]]) -> str:
    """The text in the element that the first of some tags starts."""
    *inside, _ = (text for _, text in _element(tags))
    return unescape("".join(inside)).strip()


def _visible_texts(tags: Sequence[tuple[str, str]]) -> Iterator[str]:
    for tag, text in tags[:-1]:
        if text and (tag[-1] == "/" or _name(tag) not in _UNREAD):
            yield unescape(text)


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
