"""A first site file: what a visit learnt of a site in, the lines of its file out. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin, urlsplit

from crawler.doctor.addresses import Guess, Link, guess_further_pages
from crawler.doctor.markup import toml_text
from crawler.identity import netloc
from crawler.sites import Site, site_of

NAME = "new"
DELAY = 1.0
SINCE_DAYS = 30


def address_lines(article: str, further: str | None) -> list[str]:
    """Patterns of the articles' paths and of a list's further pages -> their lines."""
    lines = [f"article = {toml_text(article)}"]
    return [*lines, f"listing_page = {toml_text(further)}"] if further else lines


def site_lines(title: str, origin: str, listing: str, addresses: list[str], since: date | None = None) -> list[str]:
    """What is known of a site -> the lines of its file, `addresses` among them; `since` where it goes far back."""
    return [
        f"title_zh = {toml_text(title)}",
        f"base = {toml_text(origin)}",
        f"hosts = [{toml_text(netloc(origin))}]",
        f"listings = [{toml_text(urlsplit(listing).path)}]",
        *addresses,
        f"delay = {DELAY}",
        f"since = {since}" if since else f"since_days = {SINCE_DAYS}",
    ]


def draft_of(site: Site | None, origin: str, listing: str, links: list[Link], guess: Guess) -> Site:
    """The site as its addresses were seen to be: its file's, mended, or one that has no file yet."""
    further = guess_further_pages(links, guess.article)
    if site:
        return widened(replace(site, article=re.compile(guess.article)), links)
    text = "\n".join(site_lines(NAME, origin, listing, address_lines(guess.article, further)))
    return site_of(NAME, text)


def widened(site: Site, links: list[Link]) -> Site:
    """The site with a pattern that fits the further pages of its lists too; itself where nothing is missing."""
    further = guess_further_pages(links, site.article.pattern, site.listing_page)
    known = [site.listing_page.pattern] if site.listing_page else []
    return replace(site, listing_page=re.compile("|".join([*known, further]))) if further else site


def folder_of(url: str) -> str:
    """Address of an article -> that of the folder it is in."""
    return urljoin(url, ".")
