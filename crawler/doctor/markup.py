"""Which CSS selectors a site file could say: pages that the generic reader read in, a `Markup` that reads the same out.

Pure. What is proposed was tried: it gives the same title, time, text and list as reading without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml.etree import _Element
from parsel import Selector

from pipelines.dates import parse_byline
from pipelines.fold import fold
from pipelines.page import Markup, NotAnArticle, Page, UndecodableError, read_html

_MOST = 0.9
# A name with digits is often one of many, made by a program.
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z_-]*")
_SPACE = re.compile(r"\s+")


def hits(html: str, markup: Markup) -> dict[str, int]:
    """Name of each selector of a markup -> how many elements of the page it finds."""
    tree = Selector(html)
    named = {key: getattr(markup, key) for key in ("title", "time", "source", "body", "related")}
    named |= {f"drop {css}": css for css in markup.drop}
    return {key: len(tree.css(css)) for key, css in named.items() if css}


def propose(pages: Sequence[tuple[str, str]], drop: tuple[str, ...] = ()) -> Markup | str:
    """HTML and address of each page -> selectors that fit them all; where none do, why not.

    `drop` are selectors of what is none of the text.
    """
    read = [(url, html, _without(html, url, drop)) for html, url in pages]
    why = "no element holds the title alone, or the text"
    for _, html, page in read:
        markup = _guess(html, page, drop)
        if not markup:
            continue
        differ = (f"{url}: {what}" for url, html, page in read if (what := _difference(html, url, page, markup)))
        found = next(differ, None)
        if found is None:
            return markup
        why = f"with title {markup.title!r} and body {markup.body!r} it reads otherwise than without, {found}"
    return why


def as_toml(markup: Markup) -> str:
    """A markup as the block of a site file."""
    named = {key: getattr(markup, key) for key in ("name", "title", "time", "source", "body", "related")}
    lines = ["[[markup]]", *(f"{key} = {toml_text(value)}" for key, value in named.items() if value)]
    return "\n".join([*lines, drop_line(markup.drop)] if markup.drop else lines)


def drop_line(selectors: Sequence[str]) -> str:
    """Selectors of what is none of the text -> the line of a markup."""
    return f"drop = [{', '.join(map(toml_text, selectors))}]"


def toml_text(text: str) -> str:
    """A text as TOML writes it: in single quotes where it can be, so that patterns stay readable."""
    if "'" not in text and "\n" not in text:
        return f"'{text}'" if "\\" in text or '"' in text else f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _guess(html: str, page: Page, drop: tuple[str, ...]) -> Markup | None:
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
        drop=drop,
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


def _without(html: str, url: str, drop: tuple[str, ...]) -> Page:
    """The page read without markup, and without what is to be dropped."""
    tree = Selector(html)
    for css in drop:
        tree.css(css).drop()
    return read_html(tree.get() if drop else html, (), url)


def _difference(html: str, url: str, page: Page, markup: Markup) -> str | None:
    """What a page reads otherwise with the markup; None where it says the same."""
    try:
        other = read_html(html, (markup,), url)
    except (NotAnArticle, UndecodableError) as error:
        return str(error)
    if other.extractor != markup.name:
        return "it is not in the page"
    return next((_told(name, new, old) for name, new, old in _parts(other, page) if new != old), None)


def _parts(one: Page, other: Page) -> Iterator[tuple[str, list[str], list[str]]]:
    """Title, time, text and list of two readings of a page."""
    said = [
        ([page.title.text], [_time(page)], [b.text for b in page.body], [f"{i.title} {i.url}" for i in page.items])
        for page in (one, other)
    ]
    yield from zip(("title", "time", "text", "list below"), *said, strict=True)


def _told(name: str, new: list[str], old: list[str]) -> str:
    """How two readings of a part differ: by what the one has more, or by the order."""
    for texts, others, which in ((new, old, "has"), (old, new, "lacks")):
        more = [text for text in texts if text not in others]
        if more:
            return f"the {name} {which} {more[0][:30]!r}" + (f" and {len(more) - 1} more" if more[1:] else "")
    return f"the {name} is in another order"


def _time(page: Page) -> str:
    return next((found.published_at or "" for b in page.byline if (found := parse_byline(b.text))), "")
