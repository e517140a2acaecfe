"""How a site's addresses look: links of a list in, patterns for a site file out. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawler.identity import netloc
from pipelines.fold import fold

# A shorter link text is the name of a section or of a button.
_TITLE_LENGTH = 6
# So many links of one form make a list of articles.
_ENOUGH = 3
_DIGITS = re.compile(r"\d+")
_PAGE = re.compile(r"(?P<stem>.*\d)_\d{1,2}")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_PAGER = re.compile(r"\d{1,3}|[<>›»]+|下一?页|下页|尾页|末页|[Nn]ext")


class Link(NamedTuple):
    """A link of a page: where to, and what it says."""

    url: str
    text: str


@dataclass(frozen=True)
class Guess:
    """What links say of a site's addresses: the pattern of its articles, and those of the links that fit it."""

    article: str
    links: tuple[Link, ...]
    section: str = ""


class _Form(NamedTuple):
    """The form of an article's path: the folders that are its section, and a pattern for the rest."""

    section: str
    rest: str


def links_of(html: str, url: str) -> list[Link]:
    """The page's links to its own host, absolute, each once."""
    found: dict[str, str] = {}
    for link in Selector(html).css("a[href]"):
        try:
            address = urljoin(url, link.attrib["href"].strip()).split("#")[0]
        except ValueError:
            continue
        if netloc(address) == netloc(url):
            text = fold(link.attrib.get("title") or link.xpath("string()").get(""))
            found[address] = max(found.get(address, ""), text, key=len)
    return [Link(address, text) for address, text in found.items()]


def guess_articles(links: Iterable[Link]) -> Guess | None:
    r"""Links -> the form that most links with a title have; None where too few have one.

    >>> guess_articles([Link(f"http://a.example/guide/2026/{n}.html", "淮南怎么查医保余额") for n in range(3)]).article
    '/(?P<section>guide)/\\d+/(?P<number>\\d+)(?:_(?P<page>\\d+))?\\.html'
    """
    groups: dict[str, dict[str, tuple[Link, str]]] = defaultdict(dict)
    for link in links:
        form = _form(urlsplit(link.url).path)
        if form and len(link.text) >= _TITLE_LENGTH and not urlsplit(link.url).query:
            groups[form.rest][urlsplit(link.url).path] = (link, form.section)
    rest = max(groups, key=lambda rest: len(groups[rest]), default=None)
    if rest is None or len(groups[rest]) < _ENOUGH:
        return None
    sections = sorted({section for _, section in groups[rest].values()})
    return Guess(_pattern(sections, rest), tuple(link for link, _ in groups[rest].values()))


def guess_article(url: str) -> Guess | None:
    """Address of one article -> the pattern it alone suggests."""
    form = _form(urlsplit(url).path)
    return Guess(_pattern([form.section], form.rest), (Link(url, ""),), form.section) if form else None


def guess_further_pages(links: Iterable[Link], article: str, known: re.Pattern[str] | None = None) -> str | None:
    """Links of a list -> a pattern for the paths of its further pages that `known` does not fit, None if none.

    They are told by what the links say.
    """
    paths = {urlsplit(link.url).path for link in links if _PAGER.fullmatch(link.text) and not urlsplit(link.url).query}
    numbered = {path: _escape(path) for path in paths if _DIGITS.search(path) and not re.fullmatch(article, path)}
    strange = {pattern for path, pattern in numbered.items() if not (known and known.fullmatch(path))}
    return "|".join(sorted(strange)) or None


def only_queries_differ(links: Iterable[Link]) -> bool:
    """Whether articles seem to be told apart by what follows "?" alone, which a site file cannot say."""
    by_path: dict[str, set[str]] = defaultdict(set)
    for link in links:
        parts = urlsplit(link.url)
        if parts.query and len(link.text) >= _TITLE_LENGTH:
            by_path[parts.path].add(parts.query)
    return any(len(queries) >= _ENOUGH for queries in by_path.values())


def _form(path: str) -> _Form | None:
    segments = path.strip("/").split("/")
    extension = _EXTENSION.search(segments[-1])
    end = extension[0] if extension else "/" if path.endswith("/") else ""
    name = segments[-1].removesuffix(end)
    if not name or (not extension and not _DIGITS.search(name)) or name in {"index", "default", "list"}:
        return None
    folders = segments[:-1]
    cut = next((n for n, folder in enumerate(folders) if _DIGITS.search(folder)), len(folders))
    rest = [_escape(folder) for folder in folders[cut:]]
    return _Form("/".join(folders[:cut]), "/".join([*rest, _name_pattern(name) + re.escape(end)]))


def _name_pattern(name: str) -> str:
    """Name of a file -> its pattern: the last number is the article's, a name without numbers is it whole."""
    page = _PAGE.fullmatch(name)
    stem = page["stem"] if page else name
    numbers = list(_DIGITS.finditer(stem))
    if not numbers:
        return r"(?P<number>[\w-]+?)(?:_(?P<page>\d+))?"
    before, after = stem[: numbers[-1].start()], stem[numbers[-1].end() :]
    return rf"{_escape(before)}(?P<number>\d+){_escape(after)}(?:_(?P<page>\d+))?"


def _pattern(sections: list[str], rest: str) -> str:
    named = "|".join(map(_plain, sections))
    return f"/(?P<section>{named})/{rest}" if any(sections) else f"/(?P<section>){rest}"


def _escape(text: str) -> str:
    return _DIGITS.sub(r"\\d+", _plain(text))


def _plain(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
