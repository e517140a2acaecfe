"""Conditional requests: what a site says of a page's version in; "send it only if it changed" out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from scrapy.http import Response

from db.clock import now, stamp
from db.crawl_store import Fetched


class Validators(NamedTuple):
    """How a site names the version of a page."""

    url: str
    etag: str | None
    last_modified: str | None


def validators(response: Response) -> Validators:
    """Answer -> how the site names the version of the page."""

    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    return Validators(response.url, header("ETag"), header("Last-Modified"))


def conditional(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The version that is known -> the headers of a request for any other."""
    known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in known.items() if value}


def fetched(answers: Sequence[Response]) -> Fetched:
    """The answers for an article's pages -> what is kept of them.

    A version that one page lacks would hide its change: then none is kept, and all are asked for in full again.
    """
    known = [validators(answer) for answer in answers]
    whole = all(page.etag or page.last_modified for page in known)
    return Fetched(
        url=answers[0].url,
        status=answers[0].status,
        etag=known[0].etag if whole else None,
        last_modified=known[0].last_modified if whole else None,
        fetched_at=stamp(now()),
        later_pages=json.dumps(known[1:]) if whole and known[1:] else None,
    )


def later_pages(stored: str | None) -> list[Validators]:
    """What `fetched` kept of an article's later pages."""
    return [Validators(*page) for page in json.loads(stored or "[]")]
