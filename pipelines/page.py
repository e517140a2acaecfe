"""A page to its parts: title, byline, body and the list of other articles, by markup where it is known.

Where no known markup fits, the parts are found by what they say: the title stands in the page's heading, the
byline has a time, the body ends where the site's notice, a list of articles or the footer begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import XPath, _Element
from parsel import Selector

from pipelines.blocks import Block, Item, html_blocks, parse_html, text_blocks
from pipelines.charset import Decoded, UndecodableError, decode
from pipelines.dates import parse_byline
from pipelines.fold import fold
from pipelines.mojibake import damage_in
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
# So many entries in a row are a list of articles, not the text.
_LIST_RUN = 3
# An error page says no more than this.
_FEW = 3
_HAN_OF_A_SENTENCE = 8
_HAN_OF_AN_ARTICLE = 10
# A shorter heading is the name of the site or of a section.
_TITLE_LENGTH = 6
_MOSTLY = 0.5
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SITE_NOTICE = re.compile(r"^[^,。;]{0,16}(?:声明|版权声明|免责声明|免责条款):")
_FOOTER = re.compile(r"版权所有|[Cc]opyright|ICP备|公网安备|All [Rr]ights [Rr]eserved")
_PAGER = re.compile(r"^(?:上一[页篇]|下一[页篇]|首页|尾页|末页|[\d<>|. ]+|共\d+页)+[::]?")
_MISSING = re.compile(
    r"^(?:404|错误|出错)|404|(?:页面|网页|文章|内容|信息)(?:不存在|已删除|已被删除|未找到|找不到|走丢)|"
    r"(?:没有找到|找不到|无法找到).{0,8}(?:页面|网页|文章|内容)|[Nn]ot [Ff]ound|访问(?:受限|过于频繁)|"
    r"安全验证|人机验证|请输入验证码|请(?:先)?登录"
)
_ENTRY_END = re.compile(r"\s(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d)(?P<category>[\u4e00-\u9fff]{2,10})?(?=\s|$)")
_TITLE = XPath("string(//title/text())")
_TITLE_TAIL = re.compile(r"\s*[-_|—–]+\s*[^-_|—–]{1,20}$")


class NotAnArticle(ValueError):  # noqa: N818 - it says what the page is, as a person would
    """The page is no article; the message says why."""


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
    """The parts of a page in reading order; `notice` is the site's own, `related` are other articles."""

    title: Block
    byline: tuple[Block, ...]
    body: tuple[Block, ...]
    notice: tuple[Block, ...] = ()
    related: tuple[Block, ...] = ()
    extractor: str = "text"
    canonical: str | None = None
    items: tuple[Item, ...] = field(default=())


def read_html(html: str, markups: Sequence[Markup] = (), url: str | None = None) -> Page:
    """HTML in, the parts of the page out; `markups` are tried in order, then the generic reading.

    `url` makes the addresses of the listed articles absolute. Raises NotAnArticle, UndecodableError.
    """
    tree = parse_html(html)
    parts = next((parts for markup in markups if (parts := _by_markup(tree, markup, url))), None)
    page = parts or _generic(tree, url)
    return _checked(page, head=_head(tree))


def read_text(text: str) -> Page:
    """Lines of text in (title first, then byline, body and listed articles), the parts out; raises as read_html."""
    blocks = text_blocks(text)
    if not blocks:
        raise NotAnArticle("the file is empty")
    return _checked(_split(blocks, 0, "text"), head="")


def _checked(page: Page, head: str) -> Page:
    """Refuse the pages that a site serves in place of an article, and text that a wrong charset destroyed."""
    text = "\n".join(block.text for blocks in (page.byline, page.body, page.notice, page.related) for block in blocks)
    damage = damage_in(f"{page.title.text}\n{text}")
    if damage:
        raise UndecodableError(f"damaged text (mojibake): {damage!r}; the page itself is broken, or its copy")
    if (_MISSING.search(page.title.text) or _MISSING.search(head)) and _sentences(page) < _FEW:
        raise NotAnArticle(f"an error or login page, titled {page.title.text or head!r}")
    return page


def check_article(pages: Sequence[Page]) -> None:
    """Raise NotAnArticle where the pages together hold no text of an article."""
    han = (match for page in pages for block in page.body for match in _HAN.finditer(block.text))
    if len(list(islice(han, _HAN_OF_AN_ARTICLE))) < _HAN_OF_AN_ARTICLE:
        why = "only a list of links" if any(page.items for page in pages) else "no text of an article"
        raise NotAnArticle(f"{why} on the page")


def _sentences(page: Page) -> int:
    return sum(len(_HAN.findall(block.text)) >= _HAN_OF_A_SENTENCE for block in page.body)


def _by_markup(tree: Selector, markup: Markup, url: str | None) -> Page | None:
    """The parts as the site file names them; None where title or body is not on the page."""
    titles, bodies = tree.css(markup.title), tree.css(markup.body) if markup.body else []
    if not titles or not bodies:
        return None
    title = fold(titles[0].xpath("string()").get(""))
    for selector in markup.drop:
        tree.css(selector).drop()
    stamp = " ".join(
        fold(found.xpath("string()").get(""))
        for css in (markup.time, markup.source)
        if css
        for found in tree.css(css)[:1]
    )
    blocks = [block for body in bodies for block in html_blocks(body.root, url)]
    related = (
        [block for found in tree.css(markup.related) for block in html_blocks(found.root, url)]
        if markup.related
        else []
    )
    head = [Block(title, "h1"), Block(stamp)] if stamp else [Block(title, "h1")]
    return _split([*head, *blocks, *(block for block in related if block.item)], 0, markup.name, _canonical(tree))


def _generic(tree: Selector, url: str | None) -> Page:
    """The parts of a page of unknown markup."""
    bodies = tree.css("body")
    blocks = html_blocks(bodies[0].root if bodies else tree.root, url)
    if not blocks:
        raise NotAnArticle("the page is empty")
    return _split(blocks, _title_index(tree, blocks), "generic", _canonical(tree))


def _title_index(tree: Selector, blocks: list[Block]) -> int:
    """The block that is the title: the h1 that the head's title begins with, else the first h1."""
    head = _head(tree)
    headings = [n for n, block in enumerate(blocks) if block.tag == "h1"]
    for candidates in (headings, range(len(blocks))):
        alike = [n for n in candidates if _same_title(blocks[n].text, head)]
        if alike:
            return alike[0]
    if headings:
        return headings[0]
    dated = next((n for n, block in enumerate(blocks) if parse_byline(block.text)), 0)
    return max(0, dated - 1)


def _head(tree: Selector) -> str:
    """The title that the page's head gives."""
    return fold(str(_TITLE(tree.root)))


def _same_title(text: str, head: str) -> bool:
    short = _TITLE_TAIL.sub("", head)
    return len(text) >= _TITLE_LENGTH and (head.startswith(text) or text == short)


def _canonical(tree: Selector) -> str | None:
    return tree.css('link[rel="canonical"]::attr(href), meta[property="og:url"]::attr(content)').get()


def _split(blocks: list[Block], title: int, extractor: str, canonical: str | None = None) -> Page:
    """Blocks and the title's place in, the parts out."""
    start = _after_byline(blocks, title + 1)
    end = _end_of_body(blocks, start)
    notice_end = _end_of_notice(blocks, end)
    rest = blocks[notice_end:]
    if extractor != "text":
        rest = [block for block in rest if block.item]
    return Page(
        title=blocks[title],
        byline=tuple(blocks[title + 1 : start]),
        body=tuple(block for block in blocks[start:end] if not _is_furniture(block)),
        notice=tuple(blocks[end:notice_end]),
        related=tuple(rest),
        extractor=extractor,
        canonical=canonical,
        items=tuple(item for block in rest for item in entries(block)),
    )


def _after_byline(blocks: list[Block], start: int) -> int:
    for n in range(start, min(start + _BYLINE_WITHIN, len(blocks))):
        if parse_byline(blocks[n].text):
            return n + 1
        if len(blocks[n].text) > _BYLINE_LENGTH:
            break
    return start


def _end_of_body(blocks: list[Block], start: int) -> int:
    for n in range(start, len(blocks)):
        block = blocks[n]
        if _SITE_NOTICE.match(block.text) or (_FOOTER.search(block.text) and block.no is None):
            return n
        if block.no is None and phrase("furniture_end").search(block.text) and len(block.text) <= _BYLINE_LENGTH:
            return n
        if entries(block) and (block.no is not None or _is_list(blocks, n)):
            return n
    return len(blocks)


def _is_list(blocks: list[Block], start: int) -> bool:
    run = blocks[start : start + _LIST_RUN]
    return all(block.item for block in run)


def _end_of_notice(blocks: list[Block], end: int) -> int:
    return end + 1 if end < len(blocks) and _SITE_NOTICE.match(blocks[end].text) else end


def _is_furniture(block: Block) -> bool:
    """Buttons, credits and advertisement of a page; a text file has none."""
    pager = block.link_share > _MOSTLY and bool(_PAGER.match(block.text))
    return pager or (block.no is None and bool(phrase("furniture_line").search(block.text)))


def entries(block: Block) -> list[Item]:
    """The list entries a block holds: one from markup, any number from a line of text.

    >>> line = "淮南怎么改参保地?(02/04) 2026-02-04 10:20医保知识 医保怎么缴费? 2026-02-04 10:00医保知识"
    >>> [item.title for item in entries(Block(line))]
    ['淮南怎么改参保地?(02/04)', '医保怎么缴费?']
    """
    if block.item:
        return [block.item]
    ends = list(_ENTRY_END.finditer(block.text))
    if not ends or ends[-1].end() != len(block.text):
        return []
    starts = [0, *(end.end() for end in ends)]
    titles = [block.text[start : end.start()].strip() for start, end in zip(starts, ends, strict=False)]
    return [Item(title, end["time"], end["category"], None) for title, end in zip(titles, ends, strict=True)]


def all_items(root: _Element, url: str | None) -> list[Item]:
    """Every list entry below an element, in order."""
    return [block.item for block in html_blocks(root, url) if block.item]
