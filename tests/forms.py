"""One article in many dresses: its parts in, the pages of each form out, as the reader gets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from pipelines.blocks import Block
from pipelines.items import Item
from pipelines.page import Markup, Page, read_html, read_text

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
WIDE = str.maketrans(",:;?!()", "，：；？！（）")
STAMPED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)(\s?)(.*)")
# The cells of a two-column row, which the reader puts on one line.
LABELLED = re.compile(r"([^:]+):(.+)")
SHORT_LABEL = re.compile(r"[^:。,;!?“”→]{1,14}:.")


class Parts(NamedTuple):
    """What every form says: title, bylines, body, the site's notice, the listed articles."""

    title: str
    byline: list[str]
    body: list[Block]
    notice: list[str]
    items: list[Item]


def parts_of(page: Page) -> Parts:
    """A page as the reader took it apart in, what its other forms have to say out: no link that has no time."""
    byline, notice = ([block.text for block in blocks] for blocks in (page.byline, page.notice))
    timed = [item for item in page.items if item.listed_at]
    return Parts(page.title.text, byline, list(page.body), notice, timed)


def true_parts(record: dict[str, Any]) -> Parts:
    """A true record of the made-up site -> its parts."""
    lines = record["lines"]
    body = [
        Block(line["text"]) for line in lines if line["role"] not in ("title", "byline", "site_disclaimer", "related")
    ]
    notice = [line["text"] for line in lines if line["role"] == "site_disclaimer"]
    items = [Item(link["title_raw"], link["listed_at"], link["category"], None) for link in record["related_links"]]
    return Parts(record["article"]["title_raw"], [lines[1]["text"]], body, notice, items)


def lines_of(parts: Parts) -> list[str]:
    """Body and notice as plain lines."""
    return [*(block.text for block in parts.body), *parts.notice]


def text(parts: Parts) -> list[Page]:
    """A text file."""
    return [read_text(as_text(parts))]


def as_text(parts: Parts) -> str:
    """What the file says, an empty line between two lines."""
    return "\n\n".join([parts.title, *parts.byline, *lines_of(parts), *(item.text for item in parts.items)])


def desktop_pages(parts: Parts) -> list[str]:
    """The site's desktop pages: full-width, headings bold, split in two, among navigation, advertisement and links."""
    body = [*shaped(parts.body, "p", "strong", indent="　　"), *paragraphs(parts.notice, "　　")]
    half = (len(body) + 1) // 2
    chunks = [chunk for chunk in (body[:half], body[half:]) if chunk]
    return [desktop_page(parts, "".join(chunk)) for chunk in chunks]


def desktop_page(parts: Parts, body: str) -> str:
    """One of them."""
    stamp = STAMPED.fullmatch(parts.byline[0]) if parts.byline else None
    if stamp:
        time, gap, source = stamp.groups()
        byline = f'<span id="articleTime">{time}</span>{gap}<span id="articleSource">{escape(source)}</span>'
    else:
        byline = "".join(f'<p><span id="articleTime">{escape(line)}</span></p>' for line in parts.byline)
    listed = "".join(
        f'<li><a href="/x/{n}.html" target="_blank">{escape(wide(item.title))}</a>'
        f'<span class="time">{item.listed_at or ""}</span><em>{item.category or ""}</em></li>'
        for n, item in enumerate(parts.items)
    )
    title = escape(wide(parts.title))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html><head><title>{title}_某网</title>
<script type="text/javascript">document.write("<p>广告</p>");</script><style>p {{ color: red }}</style></head><body>
<div class="nav"><a href="/">首页</a><a href="/yiliao/">医疗保险</a><a href="/yanglao/">养老保险</a></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/yiliao/">医疗保险</a> &gt; 正文</div>
<div class="article"><h1 id="articleTitle">{title}</h1><div class="info">{byline}</div>
<div class="content" id="articleText"><script>show("top");</script>
{body}
</div><div class="multipage" id="page_self"><a href="1.html">上一页</a><a href="1_2.html">2</a></div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div></div>
<div class="column"><ul class="newslist2">{listed}</ul></div>
<div class="side"><h4>热门推荐</h4><ul><li><a href="/a">社保卡怎么激活</a></li>
<li><a href="/b">生育津贴怎么领</a></li></ul></div>
<div class="foot">版权所有 某网 <a href="/about">关于我们</a></div></body></html>"""


def desktop(parts: Parts) -> list[Page]:
    """The desktop pages, read without knowing their markup."""
    return [read_html(page) for page in desktop_pages(parts)]


def desktop_by(markups: tuple[Markup, ...]) -> Callable[[Parts], list[Page]]:
    """The desktop pages, read by the markup that the site's file names."""
    return lambda parts: [read_html(page, markups) for page in desktop_pages(parts)]


def mobile(parts: Parts) -> list[Page]:
    """One page with plain headings, half-width."""
    title = escape(parts.title)
    body = "".join([*shaped(parts.body, "h2", ""), *paragraphs(parts.notice)])
    byline = "".join(f'<div class="info"><span>{escape(line)}</span></div>' for line in parts.byline)
    listed = "".join(
        f'<li><a href="/x/{n}.html"><h3>{escape(item.title)}</h3>'
        f"<p><span>{item.listed_at or ''}</span><em>{item.category or ''}</em></p></a></li>"
        for n, item in enumerate(parts.items)
    )
    page = f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_某网</title></head>
<body><header><a href="/">某网</a></header><article><h1>{title}</h1>{byline}<div class="con">
{body}
</div></article><section class="list"><ul>{listed}</ul></section><footer>某网</footer></body></html>"""
    return [read_html(page)]


def shaped(blocks: Iterable[Block], heading: str, inner: str, indent: str = "") -> Iterator[str]:
    """Blocks in, the markup their shape asks for out: headings, lists, tables, else paragraphs.

    An `inner` element makes a heading bold, and with it goes full-width punctuation.
    """
    dress = wide if inner else str
    for shape, run in groupby(blocks, shape_of):
        lines = [escape(dress(block.text), quote=False) for block in run]
        if shape == "li":
            yield f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
        elif shape == "tr":
            yield f"<table><tbody>{''.join(map(table_row, lines))}</tbody></table>"
        elif shape == "heading":
            bold = f"<{inner}>{{}}</{inner}>" if inner else "{}"
            yield from (f"<{heading}>{bold.format(line)}</{heading}>" for line in lines)
        else:
            yield from paragraphs(lines, indent, escaped=True)


def shape_of(block: Block) -> str:
    """What a block was on its own page."""
    if block.tag in HEADINGS or block.bold:
        return "heading"
    return block.tag if block.tag in ("li", "tr") else "p"


def table_row(line: str) -> str:
    """A line that was a table row -> the row again."""
    labelled = LABELLED.fullmatch(line.replace("：", ":", 1))
    cells = line.split(" | ") if " | " in line else labelled.groups() if labelled else [line]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def paragraphs(lines: Iterable[str], indent: str = "", *, escaped: bool = False) -> list[str]:
    """Lines -> paragraphs."""
    return [f"<p>{indent}{line if escaped else escape(line)}</p>\n" for line in lines]


def wide(line: str) -> str:
    """The same words in full-width punctuation."""
    return line.translate(WIDE)


def unknown_page(parts: Parts, inner: str, dress: Callable[[str], str] = str) -> list[Page]:
    """A page of which nothing is known around a body."""
    listed = "".join(
        f'<dd><a href="/x/{n}.html">{escape(dress(item.title))}</a> <i>{item.listed_at or ""}</i> '
        f"<b>{item.category or ''}</b></dd>"
        for n, item in enumerate(parts.items)
    )
    title = escape(dress(parts.title))
    byline = "".join(f"<div><span>{escape(line)}</span></div>" for line in parts.byline)
    page = (
        f"<html><head><title>{title}-某网</title><script>document.write('广告')</script></head>"
        f"<body><div><a href='/'>首页</a></div><div class=q1><h1>{title}</h1><div class=q3>{byline}</div>"
        f"<div class=q2>{inner}</div></div><dl>{listed}</dl><div>版权所有 某网</div></body></html>"
    )
    return [read_html(page)]


def br_soup(parts: Parts) -> list[Page]:
    """Lines that only `<br>` parts, under class names that say nothing."""
    return unknown_page(parts, "<br>\n　　".join(map(escape, lines_of(parts))))


def full_width_paragraphs(parts: Parts) -> list[Page]:
    """Paragraphs in full-width punctuation, a script between any two."""
    inner = "".join(f"<p>　　{escape(wide(line))}</p><script>ad()</script>" for line in lines_of(parts))
    return unknown_page(parts, inner, wide)


def list_items(parts: Parts) -> list[Page]:
    """Everything a list."""
    return unknown_page(
        parts, f"<ul>{''.join(f'<li><span>{escape(line)}</span></li>' for line in lines_of(parts))}</ul>"
    )


def layout_table(parts: Parts) -> list[Page]:
    """A table that only lays out."""
    rows = "".join(f"<tr><td><p>{escape(line)}</p></td></tr>" for line in lines_of(parts))
    return unknown_page(parts, f"<table><tbody>{rows}</tbody></table>")


def label_table(parts: Parts) -> list[Page]:
    """Each line that begins with a label a row of two cells, the others paragraphs."""
    runs = groupby(map(escape, lines_of(parts)), lambda line: bool(SHORT_LABEL.match(line)))
    inner = [
        f"<table>{''.join(map(table_row, lines))}</table>" if labelled else "".join(paragraphs(lines, escaped=True))
        for labelled, lines in runs
    ]
    return unknown_page(parts, "".join(inner))


def unclosed(parts: Parts) -> list[Page]:
    """Elements that nobody closed."""
    return unknown_page(parts, "".join(f"<p><font>{escape(line)}" for line in lines_of(parts)))


UNKNOWN = (br_soup, full_width_paragraphs, list_items, layout_table, label_table, unclosed)
FORMS = (text, desktop, mobile, *UNKNOWN)
