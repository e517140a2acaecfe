"""Taking out of the archive what was superseded and is old: a site and a moment in, its files anew without it out.

A file is written anew beside the old one, then the index points at the new one, then the old one is deleted: killed
between any two, nothing is lost that is kept. The month's own files are left alone: a crawl appends to them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.archive import sync_folder
from crawler.warc import WarcError
from crawler.warc_members import Member, members
from db import retention
from db.captures import Capture
from db.clock import CHINA, now, stamp
from db.crawl_store import CrawlStore
from db.retention import Place
from db.sqlite_file import StoreError, beside, clear_errors

# A file is written anew where at least this share of it goes. The request of an answer takes about so many bytes.
WORTH = 0.2
REQUEST_BYTES = 600
SUFFIX = ".warc.gz"


@dataclass
class Pruned:
    """What was taken out: answers, bytes, and how many files that was in."""

    answers: int = 0
    size: int = 0
    files: int = 0


def prune(store: CrawlStore, folder: Path, site: str, before: datetime, *, really: bool) -> Pruned:
    """Take out what was superseded and fetched earlier than `before`; `RunHeldError` where a run has the site.

    Without `really`, only say about how much it would be.
    """
    done = Pruned()
    store.check_free(site)
    for path, month in _closed(folder, site):
        kept, size = retention.kept(store.db, path.name, stamp(before)), path.stat().st_size
        goes = size - sum(capture.warc_length + REQUEST_BYTES for capture in kept)
        if goes < size * WORTH or (not kept and _end_of(month) > before):
            continue
        answers = retention.count(store.db, path.name) - len(kept)
        if really:
            new = _replace(store, site, path, kept, before)
            goes = size - (new.stat().st_size if new else 0)
        done = Pruned(done.answers + answers, done.size + goes, done.files + 1)
    return done


def _replace(store: CrawlStore, site: str, path: Path, kept: Sequence[Capture], before: datetime) -> Path | None:
    """Write a file anew with what is kept -> the new one; None where nothing is."""
    new = _successor(path) if kept else None
    with clear_errors(path), _damage_told():
        places = _write_anew(path, new, kept, before) if new else {}
        store.move_captures(site, path.name, new.name if new else "", places, stamp(before))
        path.unlink()
    return new


def _write_anew(path: Path, new: Path, kept: Sequence[Capture], before: datetime) -> dict[int, Place]:
    """Copy the records that stay, as they are -> where each answer lies in the new file."""
    wanted = {capture.warc_offset: capture.id for capture in kept}
    places: dict[int, Place] = {}
    with beside(new) as making:
        with path.open("rb") as source, making.open("wb") as target:
            for member in _staying(path, wanted, before):
                if member.offset in wanted:
                    places[wanted[member.offset]] = target.tell(), member.length
                source.seek(member.offset)
                target.write(source.read(member.length))
            target.flush()
            os.fsync(target.fileno())
        if missing := len(kept) - len(places):
            raise StoreError(f"{path} is damaged: {missing} answers of the index are not in it; restore it")
        making.rename(new)
    sync_folder(new.parent)
    return places


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except WarcError as error:
        raise StoreError(str(error)) from error


def _staying(path: Path, wanted: dict[int, int], before: datetime) -> Iterator[Member]:
    """Of a file's records: who made it, the answers that are wanted with their requests, and what is younger."""
    staying: set[str] = set()
    for member in members(path):
        is_wanted = member.offset in wanted or member.belongs_to in staying
        if is_wanted or member.kind == "warcinfo" or member.moment >= before:
            staying.add(member.record_id)
            yield member


def _closed(folder: Path, site: str) -> Iterator[tuple[Path, str]]:
    """The site's files of earlier months, each with its month."""
    for path in sorted(folder.glob(f"{site}-*{SUFFIX}")):
        month = path.name.removeprefix(f"{site}-")[:7]  # of a site whose name begins like this one's, no month
        if month.replace("-", "").isdigit() and month < f"{now():%Y-%m}":
            yield path, month


def _end_of(month: str) -> datetime:
    """YYYY-MM -> the moment at which it is over."""
    year, number = map(int, month.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=CHINA)


def _successor(path: Path) -> Path:
    """shebaowang-2026-01-001.warc.gz -> shebaowang-2026-01-001.1.warc.gz -> shebaowang-2026-01-001.2.warc.gz."""
    stem, _, generation = path.name.removesuffix(SUFFIX).partition(".")
    return path.with_name(f"{stem}.{int(generation or 0) + 1}{SUFFIX}")
