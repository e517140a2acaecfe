"""The lines below a byline to the text of the article and what a site prints around it.

A site's furniture is told by its words (`furniture_*` of phrases.toml) and by its links: a list of nothing but links
is the text's own only where the text announces it, or where it leads to files.
"""

from __future__ import annotations

import re
from itertools import groupby, takewhile
from typing import NamedTuple

from parsel import Selector

from pipelines.adverts import address_on_site, is_advert
from pipelines.blocks import Block
from pipelines.dates import TIMESTAMP, parse_byline
from pipelines.items import Item
from pipelines.memory import remember
from pipelines.vocabulary import phrase, says

# A longer line is text, whatever words it begins with.
_FURNITURE_LENGTH = 40
# So many entries in a row are a list of articles, not the text.
_LIST_RUN = 3
_TITLE_LENGTH = 6
# Names, times and numbers that stand between the entries of a list.
_GAP = 3
# The minutes of an entry's time, and its category.
_ENTRY_TAIL = 13
_SHORT = 12
_MOSTLY = 0.5
_ALMOST = 0.9
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SITE_NOTICE = re.compile(r"^[^,。;]{0,16}(?:声明|版权声明|免责声明|免责条款):")
_FOOTER = re.compile(r"版权所有|[Cc]opyright|ICP[备证]|公网安备|All [Rr]ights [Rr]eserved")
_PAGER = re.compile(r"^(?:上一[页篇]|下一[页篇]|首页|尾页|末页|[\d<>|. ]+|共\d+页)+[::]?")
# A part of it that is no link, such as the number of pages.
_PAGES = re.compile(r"(?=.*(?:\d ?页|一页))(?:(?:[上下]一页|首页|尾页|末页|第 ?\d+ ?页|共 ?\d+ ?页)[\s:|/,<>\d]*)+")
_ENTRY_END = re.compile(r"\s(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d)(?P<category>[\u4e00-\u9fff]{2,10})?(?=\s|$)")
_BULLET = re.compile(r"^[·•●■◆>》\-\s]+")
_SENTENCE = re.compile(r"[。;,!?:…]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar|txt|jpe?g|png)(?:$|[?#])", re.IGNORECASE)
_OUTSIDE = ("nav", "footer")


class Parts(NamedTuple):
    """The text, the site's notice, the listed articles, and how many links were left out with the furniture."""

    body: list[Block]
    notice: list[Block]
    related: list[Block]
    links: int


def drop_outside(tree: Selector) -> None:
    """Empty the elements of a tree that say of themselves that they are no text."""
    for element in list(tree.root.iter(*_OUTSIDE)):
        if next(element.iter("h1"), None) is None:
            element.clear(keep_tail=True)


def split(blocks: list[Block], title: Block, byline: list[Block], url: str | None = None) -> Parts:
    """The blocks below the byline in, the parts out; `url` is the page's, by which adverts are told."""
    rest, related = _take_related(blocks)
    end = _end_of_body(rest, title, byline)
    notice = list(takewhile(lambda block: _SITE_NOTICE.match(block.text), rest[end:]))
    body = [block for block in rest[:end] if not _is_furniture(block)]
    text = _without_lists(body, url or address_on_site(blocks)) if any(map(_is_link, body)) else body
    related += [block for block in rest[end + len(notice) :] if entries(block) or block.no is not None]
    return Parts(text, notice, related, sum(map(_is_link, body)) - sum(map(_is_link, text)))


def _take_related(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """Blocks in; out those of no list of related articles, and the entries of these lists."""
    rest: list[Block] = []
    related: list[Block] = []
    n = 0
    while n < len(blocks):
        end, entries_found = _related_list(blocks, n) if _heads_related(blocks[n]) else (n + 1, [])
        related += entries_found
        if not entries_found:
            rest.append(blocks[n])
        n = end
    return rest, related


def _heads_related(block: Block) -> bool:
    return block.no is None and len(block.text) <= _FURNITURE_LENGTH and says("furniture_related", block.text)


def _related_list(blocks: list[Block], start: int) -> tuple[int, list[Block]]:
    """The place behind the list that a heading opens, and its entries."""
    heading = phrase("furniture_related").search(blocks[start].text)
    if not heading:
        return start + 1, []
    found = [entry for entry in [_entry(blocks[start], blocks[start].text[heading.end() :])] if entry]
    end = start + 1
    for n in range(start + 1, len(blocks)):
        entry = _entry(blocks[n], blocks[n].text)
        if n - end >= _GAP or (not entry and _is_text(blocks[n])):
            break
        if entry:
            found.append(entry)
            end = n + 1
    return end, found


def _entry(block: Block, title: str) -> Block | None:
    """The block as an entry of a list; None where it is none."""
    title = _BULLET.sub("", title)
    if block.item:
        item = Item(_BULLET.sub("", block.item.title), block.item.listed_at, block.item.category, block.item.url)
    elif block.href and _is_link(block) and len(title) >= _TITLE_LENGTH:
        item = Item(title, None, None, block.href)
    else:
        return None
    return Block(item.text, "li", link_share=1.0, item=item)


def _is_text(block: Block) -> bool:
    """Whether a block under a list is the text going on, or other furniture."""
    if block.tag in _HEADINGS or block.bold or _ends(block):
        return True
    return not _is_link(block) and bool(_SENTENCE.search(block.text))


def _ends(block: Block) -> bool:
    return _ends_page(block.text) if block.no is None else bool(_SITE_NOTICE.match(block.text))


@remember
def _ends_page(text: str) -> bool:
    if _SITE_NOTICE.match(text) or _FOOTER.search(text):
        return True
    return len(text) <= _FURNITURE_LENGTH and (says("furniture_end", text) or says("furniture_related", text))


def _end_of_body(blocks: list[Block], title: Block, byline: list[Block]) -> int:
    shape = _shape(byline[-1]) if byline else None
    for n, block in enumerate(blocks):
        if not block.item and _is_plain(block.text):
            continue
        if _ends(block):
            return n
        if _is_list(blocks, n) if block.no is None else entries(block):
            return n
        if shape and _shape(block) == shape and (start := _start_of_next(blocks, n, title, byline)) < n:
            return start
    return len(blocks)


@remember
def _is_plain(text: str) -> bool:
    """Whether a line is neither an end of the page nor a byline nor an entry of a list."""
    return not (_ends_page(text) or _shape_of(text) or _stamped(text))


def _shape(block: Block) -> str | None:
    """How a byline is written up to its time; two of one shape are those of two articles or two posts."""
    return _shape_of(block.text) if block.no is None else None


@remember
def _shape_of(text: str) -> str | None:
    stamp = TIMESTAMP.search(text)
    return re.sub(r"\d+", "0", text[: stamp.end()]) if stamp and parse_byline(text) else None


def _start_of_next(blocks: list[Block], stamp: int, title: Block, byline: list[Block]) -> int:
    """The place of a second byline in, that of the title or the name above it out."""
    start = stamp
    while start and stamp - start < len(byline) and _is_above_byline(blocks[start - 1], title):
        start -= 1
    return start


def _is_above_byline(block: Block, title: Block) -> bool:
    return _is_link(block) or (block.tag == title.tag and block.tag in _HEADINGS)


def _is_list(blocks: list[Block], start: int) -> bool:
    """Whether entries begin here that are no text: many, or such that the page ends with them."""
    if not _is_entry(blocks[start]):
        return False
    run = takewhile(lambda block: not _ends(block), blocks[start : start + _LIST_RUN])
    return all(map(_is_entry, run))


def _is_entry(block: Block) -> bool:
    """Whether a block is of a list of articles: one link with its time, or several titles with theirs."""
    return len(found := entries(block)) > 1 or (bool(found) and block.link_share > 0)


def _is_furniture(block: Block) -> bool:
    """Buttons, credits and advertisement of a page; a text file has none."""
    if block.no is None and len(block.text) <= _FURNITURE_LENGTH and says("furniture_line", block.text):
        return True
    if not _PAGER.match(block.text):
        return False
    return _is_link(block) or (block.no is None and bool(_PAGES.fullmatch(block.text)))


def _is_link(block: Block) -> bool:
    return block.link_share > _MOSTLY


def _is_listed(block: Block) -> bool:
    """Whether a block is nothing but a way to another page."""
    return _is_link(block) and not block.item and not (block.href and _FILE.search(block.href))


def entries_of_list(blocks: list[Block]) -> list[Block]:
    """The blocks of a list of articles in, its entries out: those with a time, or all links where none has one."""
    timed = [block for block in blocks if block.item]
    return timed or [entry for block in blocks if (entry := _entry(block, block.text))]


def _without_lists(body: list[Block], url: str | None) -> list[Block]:
    """The text in, without adverts and the lists of links that are not its own."""
    text: list[Block] = []
    done = 0
    for is_listed, found in groupby(body, _is_listed):
        run = list(found)
        done += len(run)
        if not (is_listed and (_is_foreign(run, text) or _is_advert(run, text, body[done : done + 1], url))):
            text += run
    return _without_last_list(text)


def _is_foreign(run: list[Block], before: list[Block]) -> bool:
    """Whether a run of links stands in the text without belonging to it; `before` is the text above it."""
    if len(run) > 1 and all(block.href and "#" in block.href for block in run):
        return True
    many = len(run) >= _LIST_RUN or all(not block.href and block.link_share > _ALMOST for block in run)
    return many and not (before and (before[-1].text.endswith(":") or _is_heading(before[-1])))


def _is_advert(run: list[Block], before: list[Block], after: list[Block], url: str | None) -> bool:
    """Whether a run of links is adverts that nothing announces: no line that ends so, no heading of them alone."""
    if not all(is_advert(block, url) for block in run):
        return False
    headed = before and _is_heading(before[-1]) and not (after and not _is_heading(after[0]))
    return not (headed or (before and before[-1].text.endswith(":")))


def _is_heading(block: Block) -> bool:
    return block.tag in _HEADINGS or (len(block.text) <= _SHORT and not _SENTENCE.search(block.text))


def _without_last_list(text: list[Block]) -> list[Block]:
    """Links that nothing but a heading leads to and no text follows are ways out of the page."""
    end = len(text)
    while end and _is_listed(text[end - 1]):
        end -= 1
    run = text[end:]
    if len(run) < _LIST_RUN and all(block.tag == "li" for block in run):
        return text
    if end and text[end - 1].text.endswith(":"):
        return text
    return text[: end - 1] if end and text[end - 1].tag in _HEADINGS | {"dt"} else text[:end]


def entries(block: Block) -> list[Item]:
    """The list entries a block holds: one from markup, any number from a line of text.

    >>> line = "淮南怎么改参保地?(02/04) 2026-02-04 10:20医保知识 医保怎么缴费? 2026-02-04 10:00医保知识"
    >>> [item.title for item in entries(Block(line))]
    ['淮南怎么改参保地?(02/04)', '医保怎么缴费?']
    """
    if block.item:
        return [block.item]
    found = _stamped(block.text)
    url = block.href if len(found) == 1 else None
    return [Item(*entry, url) for entry in found]


@remember
def _stamped(text: str) -> tuple[tuple[str, str, str | None], ...]:
    """The title, time and category of each entry in a line of nothing but entries."""
    ends = list(_ENTRY_END.finditer(text)) if ":" in text[-_ENTRY_TAIL:] else []
    if not ends or ends[-1].end() != len(text):
        return ()
    starts = [0, *(end.end() for end in ends)]
    titles = [text[start : end.start()].strip() for start, end in zip(starts, ends, strict=False)]
    return tuple((title, end["time"], end["category"]) for title, end in zip(titles, ends, strict=True))
