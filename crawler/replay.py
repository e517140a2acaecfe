"""The archive again through today's rules, no network: articles in, on every core their records out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from crawler.archive import read_capture
from crawler.archived import addresses_asked, put_together, text_of_answer
from crawler.article import read_pages
from crawler.options import OptionError
from crawler.problems import UNREADABLE, PageProblem
from crawler.sites import Site, load_site
from crawler.warc import Answer, WarcError
from db.captures import ArticlePage, Capture
from db.clock import stamp
from db.crawl_store import Fetched

if TYPE_CHECKING:
    from crawler.identity import Addresses
    from pipelines.page import Decoded
    from pipelines.record import Record

# So many articles are given out at a time, so that the memory stays flat, and so many to a process at once.
BATCH = 400
CHUNK = 10


@dataclass(frozen=True)
class Job:
    """An article to read again. `known`: the captures are the pages of its record, else all there are, oldest first."""

    article_id: str
    captures: Sequence[Capture]
    known: bool
    listed: str | None = None  # the title that a list gave it, of one that was never read


@dataclass(frozen=True)
class Reading:
    """What came of a job: the record and what it was read from, or why there is none."""

    article_id: str
    problem: str | None = None
    record: Record | None = None
    fetched: Fetched | None = None
    pages: tuple[ArticlePage, ...] = ()


def read_all(jobs: Sequence[Job], folder: Path, max_size: int) -> Iterator[Reading]:
    """Jobs -> their readings, in order, by as many processes as there are cores for us."""
    read = partial(read_again, folder=folder, max_size=max_size)
    if len(jobs) <= CHUNK:  # not worth starting processes
        yield from map(read, jobs)
        return
    with _workers() as pool:
        for start in range(0, len(jobs), BATCH):
            try:
                yield from pool.map(read, jobs[start : start + BATCH], chunksize=CHUNK)
            except BrokenProcessPool:
                raise OptionError("a process was killed, perhaps for want of memory; replay again to go on") from None


def read_again(job: Job, folder: Path, max_size: int) -> Reading:
    """One article's captures -> what today's rules read in them."""
    addresses = addresses_asked(_site(job.captures[0].site), job.captures[0].target_uri)
    captures = dict(enumerate(job.captures, 1)) if job.known else _newest(job.captures, addresses)
    answers: dict[int, Answer] = {}

    def text(number: int, _: str = "") -> Decoded | None:
        if number not in captures:
            return None
        answers[number] = read_capture(folder, captures[number])
        return text_of_answer(answers[number], max_size)

    try:
        first = text(1)
        if not first:
            raise PageProblem("later_page", "its first page is not in the archive")
        url = addresses.first_page(captures[1].url)
        pages = _all(text, len(captures)) if job.known else put_together(text, first, url, addresses)
        record = read_pages(pages, url, addresses, listed=job.listed)
    except (WarcError, *UNREADABLE) as error:
        return Reading(job.article_id, problem=str(error))
    read_from = tuple(ArticlePage(captures[n].id, page.charset, page.reason) for n, page in enumerate(pages, 1))
    return Reading(job.article_id, None, record, _fetched(answers[1], whole=len(pages) == 1), read_from)


def _all(text: Callable[[int], Decoded | None], count: int) -> list[Decoded]:
    return [page for number in range(1, count + 1) if (page := text(number))]


def _newest(captures: Sequence[Capture], addresses: Addresses) -> dict[int, Capture]:
    """All captures of an article, oldest first -> the newest of each page, by its number."""
    return {ref.page: capture for capture in captures if (ref := addresses.identify(capture.url))}


def _fetched(answer: Answer, *, whole: bool) -> Fetched:
    """What the frontier is told of a fetch; what the site says of one page says nothing of the others."""
    etag, last_modified = (answer.header(name) if whole else None for name in ("ETag", "Last-Modified"))
    return Fetched(answer.url, answer.status, etag, last_modified, stamp(answer.fetched_at))


@lru_cache
def _site(name: str) -> Site:
    return load_site(name)


@contextmanager
def _workers() -> Iterator[ProcessPoolExecutor]:
    """A process for each core that we may use; what they have not begun is dropped where the block fails."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    pool = ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """A worker leaves Ctrl-C to its parent, and ends with it however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent

    def end_with_it() -> None:
        parent.join()
        os._exit(1)

    Thread(target=end_with_it, daemon=True).start()
