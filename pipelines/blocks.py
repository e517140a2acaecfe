"""HTML or plain text to blocks: the folded lines of a page in reading order, with what its markup hints."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from lxml.etree import _Element

from pipelines.fold import fold
from pipelines.items import Item, absolute, parse_item
from pipelines.markup import BREAKING, TAG, UNREAD, element_of, href_of, is_hidden, name_of, step, tags_from, written
from pipelines.memory import Memory

_ITEM_TAGS = frozenset(("li", "dd", "tr", "a", "div"))
_CELLS = frozenset(("td", "th"))
_BOLD = frozenset(["b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"])
_LABEL_LENGTH = 14
_ROW_CELLS = 2
LONGEST_LINE = 2000
# A line with its links and marks, a row or an entry of a list: the like stands on many pages.
_LINE_TAGS = 16
# An element that is no larger and breaks the line, or else a tag.
_LINE_OR_TAG = re.compile(
    r"(?:(?P<line><(p|div|li|h[1-6]|tr|d[dt])(?: (?![^>]*(?:hidden=|display))[^>]*)?(?<!/)>[^<]*+"
    rf"(?:<(?!/?\2[ />]|!)[^>]*>[^<]*+){{0,{_LINE_TAGS}}}+</\2>)|<(?P<tag>!--.*?--|[^>]+)>)(?P<text>[^<]*)",
    re.DOTALL,
)
_SENTENCE_END = re.compile(r"[。;]$")


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
        line = line[end:].lstrip()
    return [*parts, line] if line else parts


def html_blocks(root: _Element, url: str | None = None) -> list[Block]:
    """An lxml element in, the blocks of all the text a reader sees below it; `url` makes links absolute.

    >>> from pipelines.markup import parse_html
    >>> root = parse_html("<p>一、线上<b>办理</b></p><table><tr><th>费用<td>免费</table>").root
    >>> [block.text for block in html_blocks(root)]
    ['一、线上办理', '费用:免费']
    """
    blocks = _Flattener().run(written(root), _LINE_OR_TAG)
    return [_with_address(block, url) for block in blocks] if url else blocks


def _with_address(block: Block, url: str) -> Block:
    if block.item:
        return block._replace(item=block.item._replace(url=absolute(block.item.url or "", url)))
    return block._replace(href=absolute(block.href, url)) if block.href else block


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
                for tag, text in element_of(tags_from(source, start)):
                    start += len(f"<{tag}>{text}")
                at = start
            if "&" in text:
                text = unescape(text)
            # Most of what stands between elements is the source's own line breaks.
            if text and (self.pieces or not text.isspace()):
                self._text(text)

    def _line(self, line: str) -> None:
        """An element that makes lines of its own, read once where nothing around it tells more of them."""
        if self.bold or self.link is not None:
            self._read(line, TAG)
            return
        if self.pieces:
            self._flush()
        self.tag = ""
        known = _lines.get(line)
        self.blocks += _lines.keep(line, tuple(_Flattener().run(line, TAG))) if known is None else known

    def _open(self, tag: str, source: str, start: int) -> bool:
        """Whether to read what is in the element that starts here with a tag."""
        name = name_of(tag)
        if name in UNREAD or (name != tag and is_hidden(tag)):
            return False
        if name in BREAKING:
            self._flush()
            self.tag = name
        whole = _whole(name, source, start) if name in _ITEM_TAGS else None
        if whole:
            self._flush()
            self.blocks.append(whole)
            self.tag = "" if name in BREAKING else self.tag
            return False
        if name in _BOLD:
            self.bold += 1
        elif name == "a":
            self.link = href_of(tag)
        if tag[-1] == "/":
            self._close(name)
        return True

    def _close(self, name: str) -> None:
        if name in BREAKING:
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
        return absolute(self.hrefs.pop(), None) if len(self.hrefs) == 1 else None


_lines: Memory[str, tuple[Block, ...]] = Memory()


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
    texts = [fold(unescape("".join(cell))) for cell in cells]
    label, value = texts[0].rstrip(":"), texts[1]
    if len(texts) > _ROW_CELLS:
        return Block(" | ".join(text for text in texts if text), "tr")
    if not label or not value or len(label) > _LABEL_LENGTH or _SENTENCE_END.search(label):
        return None
    return Block(f"{label}:{value}", "tr")


def _cells(source: str, start: int) -> list[list[str]]:
    """The texts in each cell of a row; no cells where one holds more than a line."""
    cells: list[list[str]] = []
    depth, in_cell = 0, False
    for tag, text in element_of(tags_from(source, start)):
        if depth == 1:
            in_cell = name_of(tag) in _CELLS
            cells += [[]] if in_cell else []
        elif depth and name_of(tag) in BREAKING and (in_cell or name_of(tag) == "tr"):
            return []
        depth += step(tag)
        if in_cell and depth > 1:
            cells[-1].append(text)
    return cells
