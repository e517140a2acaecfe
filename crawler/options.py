"""What the operator asked for: texts from the command line in, checked values out. Pure; no network."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.identity import Addresses, netloc
from crawler.sites import Site, load_site
from db.clock import now

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class OptionError(ValueError):
    """Something the operator said cannot be done; the message says what to say instead."""


@dataclass(frozen=True)
class CrawlOptions:
    """The arguments (-a) of one crawl. `since` is the first day an article may have been listed on."""

    addresses: Addresses
    since: date
    max_articles: int | None
    max_minutes: float | None

    def as_dict(self) -> dict[str, object]:
        """The options as they are stored with the run."""
        return {
            "base_url": self.addresses.base_url,
            "since": self.since.isoformat(),
            "max_articles": self.max_articles,
            "max_minutes": self.max_minutes,
        }


def parse_options(
    site: str = "demo",
    base_url: str | None = None,
    since: str | None = None,
    max_articles: str | None = None,
    max_minutes: str | None = None,
    **unknown: str,
) -> CrawlOptions:
    """Texts of ``-a NAME=VALUE`` -> checked options; `OptionError` or `SiteError` in one line."""
    if unknown:
        known = "site, base_url, since, max_articles, max_minutes"
        raise OptionError(f"unknown argument -a {', '.join(sorted(unknown))}; known arguments: {known}")
    found = load_site(site)
    return CrawlOptions(
        addresses=Addresses(found, _base_url(base_url) if base_url else None),
        since=_day(since) if since else first_day(found),
        max_articles=int(_positive("max_articles", max_articles, whole=True)) if max_articles else None,
        max_minutes=_positive("max_minutes", max_minutes) if max_minutes else None,
    )


def data_file(settings: BaseSettings, name: str) -> Path:
    """Name of a file or folder that a run writes -> its path below DATA_DIR."""
    return Path(settings["DATA_DIR"]) / name


def make_data_dir(settings: BaseSettings) -> None:
    """Make the folder DATA_DIR where it is not there yet; `OptionError` where it cannot be."""
    if not settings["DATA_DIR"]:
        raise OptionError("DATA_DIR is empty; name a folder")
    try:
        Path(settings["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError(f"DATA_DIR {settings['DATA_DIR']}: {error.strerror}") from error


def first_day(site: Site) -> date:
    """The site's own first day: a fixed one, or some days back from today in Beijing."""
    return site.since or now().date() - timedelta(days=site.since_days)


def _base_url(text: str) -> str:
    base = text.rstrip("/")
    parts = urlsplit(base) if netloc(base) else None
    if not parts or parts.path or parts.query or parts.fragment:
        raise OptionError(f"base_url must be http://HOST:PORT and nothing after it, not {text!r}")
    return base


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise OptionError(f"since must be a day as YYYY-MM-DD, not {text!r}") from None


def _positive(name: str, text: str, *, whole: bool = False) -> float:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise OptionError(f"{name} must be a {'whole ' if whole else ''}number above 0, not {text!r}")
    return value
