"""Site files: the name of a site in, what we know of it out (`Site`), checked.

A site is one data file, ``crawler/sites/<name>.toml``; adding a site adds a file and no code.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.page import Markup

FOLDER = Path(__file__).parent


class SiteError(ValueError):
    """A site file is missing or wrong; the message says which and how."""


@dataclass(frozen=True)
class Site:
    """One site: where it is, how its addresses look, how it may be asked."""

    name: str
    title_zh: str
    base: str  # scheme://host that stored addresses begin with, no slash at the end
    hosts: tuple[str, ...]  # every host that serves the same articles
    listings: tuple[str, ...]  # paths of the lists that a crawl begins with
    article: re.Pattern[str]  # path of an article's page: groups section, number, page (of a later page)
    listing_page: re.Pattern[str] | None  # path of a further page of a list
    delay: float  # seconds between two requests to one host
    daily_requests: int  # to one host a day, at most
    since: date | None  # fixed first day, for a site whose dates stand still
    since_days: int  # else: this many days back from today
    markups: tuple[Markup, ...]


def site_names(folder: Path = FOLDER) -> list[str]:
    """The names of all known sites, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_site(name: str, folder: Path = FOLDER) -> Site:
    """Name of a site -> its `Site`; `SiteError` names the known sites or what is wrong in the file."""
    if name not in site_names(folder):
        raise SiteError(f"unknown site {name!r}; known sites: {', '.join(site_names(folder))}")
    path = folder / f"{name}.toml"
    try:
        return site_of(name, path.read_text(encoding="utf-8"))
    except SiteError as error:
        raise SiteError(f"site file {path.name}: {error}") from None


def load_sites(folder: Path = FOLDER) -> list[Site]:
    """All known sites."""
    return [load_site(name, folder) for name in site_names(folder)]


def site_of(name: str, text: str) -> Site:
    """Text of a site file -> its `Site`; `SiteError` says what is wrong in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteError(str(error)) from None
    site = Site(
        name=name,
        title_zh=_take(data, "title_zh", str),
        base=_base(_take(data, "base", str)),
        hosts=_strings(data, "hosts"),
        listings=_strings(data, "listings"),
        article=_pattern("article", _take(data, "article", str), {"section", "number", "page"}),
        listing_page=_pattern("listing_page", pattern, set())
        if (pattern := _take(data, "listing_page", str, ""))
        else None,
        delay=float(_take(data, "delay", (int, float))),
        daily_requests=_take(data, "daily_requests", int, 5000),
        since=_take(data, "since", date, None),
        since_days=_take(data, "since_days", int, 30),
        markups=tuple(_markup(block) for block in _take(data, "markup", list, [])),
    )
    _no_more(data, "")
    if urlsplit(site.base).netloc not in site.hosts:
        raise SiteError(f"the host of base ({site.base}) is not among hosts")
    if site.delay < 0:
        raise SiteError("delay must not be negative")
    if site.daily_requests <= 0:
        raise SiteError("daily_requests must be above 0")
    return site


def _take(data: dict[str, Any], key: str, kind: Any, *default: Any) -> Any:  # noqa: ANN401 - TOML holds any type
    if key not in data:
        if default:
            return default[0]
        raise SiteError(f"key {key!r} is missing")
    value = data.pop(key)
    if not isinstance(value, kind) or isinstance(value, bool):  # to Python, a bool is an int
        raise SiteError(f"key {key!r} has a value of the wrong type: {value!r}")
    return value


def _strings(data: dict[str, Any], key: str) -> tuple[str, ...]:
    values = _take(data, key, list)
    if not values or not all(isinstance(value, str) for value in values):
        raise SiteError(f"key {key!r} must be a list of at least one text")
    return tuple(values)


def _base(base: str) -> str:
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise SiteError(f"base must be scheme://host without a slash at its end, not {base!r}")
    return base


def _pattern(key: str, pattern: str, groups: set[str]) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise SiteError(f"key {key!r} is no regular expression: {error}") from None
    if missing := groups - set(compiled.groupindex):
        raise SiteError(f"key {key!r} lacks the named groups {', '.join(sorted(missing))}")
    return compiled


def _markup(block: dict[str, Any]) -> Markup:
    selectors = {key: _take(block, key, str) for key in ("name", "title", "body")}
    selectors |= {key: _take(block, key, str, "") for key in ("time", "source", "related")}
    markup = Markup(**selectors, drop=tuple(_take(block, "drop", list, [])))
    _no_more(block, " of a [[markup]]")
    return markup


def _no_more(data: dict[str, Any], where: str) -> None:
    if data:
        raise SiteError(f"unknown key{where}: {', '.join(sorted(data))}")
