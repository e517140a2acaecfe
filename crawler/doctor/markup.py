"""Which CSS selectors a site file could say: pages that the generic reader read in, a `Markup` that reads the same out.

Pure. What is proposed was tried: it gives the same title, time, text and list as reading without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml.etree import _Element
from parsel import Selector

from pipelines.dates import parse_byline
from pipelines.fold import fold
from pipelines.page import Markup, NotAnArticle, Page, UndecodableError, read_html

_MOST = 0.9
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")
_SPACE = re.compile(r"\s+")


def hits(html: str, markup: Markup) -> dict[str, int]:
    """Name of each selector of a markup -> how many elements of the page it finds."""
    tree = Selector(html)
    named = {key: getattr(markup, key) for key in ("title", "time", "source", "body", "related")}
    named |= {f"drop {css}": css for css in markup.drop}
    return {key: len(tree.css(css)) for key, css in named.items() if css}


def propose(pages: Sequence[tuple[str, str]]) -> Markup | None:
    """HTML and address of each page -> selectors that fit them all; None where none do."""
    read = [(html, url, read_html(html, (), url)) for html, url in pages]
    for html, _, page in read:
        markup = _guess(html, page)
        if markup and all(_reads_the_same(html, url, page, markup) for html, url, page in read):
            return markup
    return None


def as_toml(markup: Markup) -> str:
    """A markup as the block of a site file."""
    named = {key: getattr(markup, key) for key in ("name", "title", "time", "source", "body", "related")}
    return "\n".join(["[[markup]]", *(f"{key} = {toml_text(value)}" for key, value in named.items() if value)])


def toml_text(text: str) -> str:
    """A text as TOML writes it: in single quotes where it can be, so that patterns stay readable."""
    if "'" not in text and "\n" not in text:
        return f"'{text}'" if "\\" in text or '"' in text else f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _guess(html: str, page: Page) -> Markup | None:
    tree = Selector(html)
    title = _smallest(tree, [page.title.text])
    body = _smallest(tree, [block.text for block in page.body])
    if title is None or body is None:
        return None
    related = _smallest(tree, [item.title for item in page.items]) if page.items else None
    time = _smallest(tree, [block.text for block in page.byline[:1]]) if page.byline else None
    return Markup(
        name="page",
        title=_selector(title),
        time=_selector(time) if time is not None else "",
        body=_selector(body),
        related=_selector(related) if related is not None else "",
    )


def _smallest(tree: Selector, texts: Iterable[str]) -> _Element | None:
    """The innermost element that holds most of the texts."""
    wanted = [_SPACE.sub("", text) for text in texts if text]
    found: _Element | None = None
    inside = [selected.root for selected in tree.css("body")] if wanted else []
    while inside:
        found = inside[0]
        inside = [child for child in found if isinstance(child.tag, str) and _holds(child, wanted)]
    return found


def _holds(element: _Element, wanted: list[str]) -> bool:
    text = _SPACE.sub("", fold("".join(map(str, element.itertext()))))
    return sum(each in text for each in wanted) >= len(wanted) * _MOST


def _selector(element: _Element) -> str:
    """An element -> a selector by its id or class, or by those of what it stands in."""
    tag, name = str(element.tag), element.get("id", "")
    if _PLAIN_NAME.fullmatch(name):
        return f"{tag}#{name}"
    classes = [each for each in element.get("class", "").split() if _PLAIN_NAME.fullmatch(each)]
    if classes:
        return f"{tag}.{classes[0]}"
    parent = element.getparent()
    return tag if parent is None or tag in {"body", "h1"} else f"{_selector(parent)} > {tag}"


def _reads_the_same(html: str, url: str, page: Page, markup: Markup) -> bool:
    try:
        other = read_html(html, (markup,), url)
    except (NotAnArticle, UndecodableError):
        return False
    return other.extractor == markup.name and _said(other) == _said(page)


def _said(page: Page) -> tuple[object, ...]:
    time = next((found.published_at for block in page.byline if (found := parse_byline(block.text))), None)
    return page.title.text, time, [b.text for b in page.body], [(item.title, item.url) for item in page.items]
