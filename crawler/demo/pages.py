"""Articles and lists as HTML in the two markups of the real site: desktop (GBK, split) and mobile (UTF-8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from crawler.demo.calendar import Plan
from crawler.demo.draft import Draft
from crawler.demo.texts import load_toml

CONTENT_TYPES = {"desktop": "text/html; charset=gb2312", "mobile": "text/html; charset=utf-8"}
WIDE = str.maketrans(",:;?!()", "，：；？！（）")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[:,](?=\d)")
LATER_PAGE = re.compile(r"_(\d+)(\.html)$")

DESKTOP = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{title}_{site}</title><script type="text/javascript">var page = {number};</script></head>
<body><div class="nav"><a href="/">首页</a><a href="/yiliao/">医疗保险</a></div>
<div class="article"><h1 id="articleTitle">{title}</h1>
<div class="info"><span id="articleTime">{time}</span><span id="articleSource">{source}</span></div>
<div class="content" id="articleText"><script>show_banner("top");</script>
{body}
</div>{pager}</div>
<div class="column"><ul class="newslist2">
{links}
</ul></div><div class="foot">编辑：林堃</div></body></html>
"""
MOBILE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}_{site}</title></head><body><header><a href="/">{site}</a></header>
<article><h1>{title}</h1><div class="info"><span>{time}</span><span>{source}</span></div><div class="con">
{body}
</div></article><section class="list"><ul>
{links}
</ul></section><footer>{site}</footer></body></html>
"""
LISTING = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{category}_{site}</title></head><body><div class="nav"><a href="/">首页</a></div>
<h1>{category}</h1><div class="column"><ul class="newslist2">
{links}
</ul></div><div class="multipage">{pager}</div></body></html>
"""
HOME = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{site}</title></head><body><h1>{site}</h1><ul>{links}</ul></body></html>
"""


def split_address(path: str) -> tuple[str, int]:
    """An article's address -> that of its first page, and which page it is."""
    found = LATER_PAGE.search(path)
    return (path[: found.start()] + found[2], int(found[1])) if found else (path, 1)


def later_address(name: str, number: int) -> str:
    """The name of a first page -> that of its nth page."""
    return name if number == 1 else name.replace(".html", f"_{number}.html")


def listing_name(number: int) -> str:
    """The file name of the nth page of a list."""
    return later_address("index.html", number)


def widen(text: str) -> str:
    """Text -> the same with full-width punctuation, but for times and large numbers."""
    kept = BETWEEN_DIGITS.sub(lambda found: {":": "\ue000", ",": "\ue001"}[found[0]], text)
    return kept.translate(WIDE).replace("\ue000", ":").replace("\ue001", ",")


def article(plan: Plan, draft: Draft, earlier: list[Plan]) -> list[bytes]:
    """A written article -> its pages, encoded."""
    body = [(no, text) for no, text in enumerate(draft.shown, start=1) if 2 < no <= len(draft.shown) - len(earlier)]
    if plan.markup == "mobile":
        lines = [f"<h2>{escape(text)}</h2>" if no in draft.headings else f"<p>{escape(text)}</p>" for no, text in body]
        return [fill(MOBILE, plan, lines, [mobile_link(other) for other in earlier], str).encode()]
    lines = [desktop_line(text, strong=no in draft.headings) for no, text in body]
    links = [desktop_link(other, widen) for other in earlier]
    size: int = load_toml("site")["paragraphs_a_page"]
    chunks = [lines[start : start + size] for start in range(0, len(lines), size)]
    name = plan.path.rsplit("/", 1)[1]
    return [
        fill(DESKTOP, plan, chunk, links, widen, number=number, pager=pager(name, number, len(chunks))).encode("gbk")
        for number, chunk in enumerate(chunks, start=1)
    ]


def fill(
    frame: str,
    plan: Plan,
    body: list[str],
    links: list[str],
    dress: Callable[[str], str],
    **more: Any,  # noqa: ANN401
) -> str:
    """A frame and what goes into it -> a page."""
    return frame.format(
        title=escape(dress(plan.title_raw)),
        time=f"{plan.published_at:%Y-%m-%d %H:%M:%S}",
        source=load_toml("site")["byline_source"],
        site=load_toml("site")["name"],
        body="\n".join(body),
        links="\n".join(links),
        **more,
    )


def desktop_line(text: str, *, strong: bool) -> str:
    """A line of the desktop page: indented by two wide blanks, a heading bold."""
    words = escape(widen(text), quote=False)
    return f"<p><strong>{words}</strong></p>" if strong else f"<p>　　{words}</p>"


def desktop_link(plan: Plan, dress: Callable[[str], str]) -> str:
    """An entry of a list on the desktop page."""
    title = escape(dress(plan.title_raw))
    return (
        f'<li><a href="{plan.path}" target="_blank">{title}</a>'
        f'<span class="time">{plan.listed_at}</span><em>{plan.category}</em></li>'
    )


def mobile_link(plan: Plan) -> str:
    """An entry of the list under a mobile page."""
    return (
        f'<li><a href="{plan.path}"><h3>{escape(plan.title_raw)}</h3>'
        f"<p><span>{plan.listed_at}</span><em>{plan.category}</em></p></a></li>"
    )


def pager(name: str, number: int, count: int) -> str:
    """The links to the pages before and after; nothing where there is only one page."""
    if count == 1:
        return ""
    before, after = later_address(name, max(1, number - 1)), later_address(name, min(count, number + 1))
    numbers = "".join(f'<a href="{later_address(name, page)}">{page}</a>' for page in range(1, count + 1))
    links = f'<a href="{before}">上一页</a>{numbers}<a href="{after}">下一页</a>'
    return f'<div class="multipage" id="page_self">{links}</div>'


def listing(section: dict[str, Any], plans: list[Plan], number: int, count: int) -> str:
    """One page of a section's list."""
    return LISTING.format(
        site=load_toml("site")["name"],
        category=section["category"],
        links="\n".join(desktop_link(plan, str) for plan in plans),
        pager="".join(f'<a href="{listing_name(page)}">{page}</a>' for page in range(1, count + 1) if page != number),
    )


def home(sections: list[dict[str, Any]]) -> str:
    """The first page: a link to each section."""
    links = "".join(f'<li><a href="{section["path"]}">{section["category"]}</a></li>' for section in sections)
    return HOME.format(site=load_toml("site")["name"], links=links)
