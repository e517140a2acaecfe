"""The archive of a site: answers in, appended to WARC files in DATA_DIR/archive and noted in crawl.db; and out again.

A record is on the disk before crawl.db points at it, so a kill leaves at most a record at a file's end that nothing
points at, or a piece of one, which the next crawl cuts off.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.room import FOLDER, size_of
from crawler.warc import (
    Answer,
    Asked,
    Earlier,
    WarcError,
    info_bytes,
    read_record,
    response_bytes,
    revisit_bytes,
    whole_length,
)
from db import captures
from db.captures import Capture
from db.clock import now, stamp
from db.sqlite_file import StoreError, clear_errors

__all__ = ["FOLDER", "Archive", "read_capture", "sync_folder"]

if TYPE_CHECKING:
    from db.crawl_store import CrawlStore

# A file is of one month and no longer than this, so that it can be copied, checked and moved away.
MAX_BYTES = 1 << 30
NOT_MODIFIED = 304
FULL = (
    "{} has reached archive_max_gb, so nothing more is asked for; raise it, or set archive_keep_days and run "
    "`scrapy prune`; the next run goes on"
)

logger = logging.getLogger(__name__)


class Archive:
    """The files of one site, for the one process that may append to them (it has the site's lease)."""

    def __init__(
        self, folder: Path, site: str, store: CrawlStore, info: Mapping[str, str] | None = None, max_bytes: int = 0
    ) -> None:
        self._folder = folder
        self._site = site
        self._store = store
        self._info = dict(info or {})
        self._max_bytes = max_bytes  # of all sites together; 0: as many as the disk has
        self._file: FileIO | None = None
        self._taken: dict[str, dict[int, int]] = {}  # article id -> page -> capture, of this process

    def close(self) -> None:
        """Close the file that is open."""
        if self._file:
            self._file.close()
        self._file = None

    def keep(self, answer: Answer, asked: Asked, url: str, article: tuple[str, int] | None) -> int | None:
        """Append an answer for the canonical address `url`; returns the id of the capture that holds its content.

        `article` is the id and the page that it is of. Content that is there already is not written again.
        """
        capture_id = self._keep(answer, asked, url, article[0] if article else None)
        if article and capture_id and answer.status in (200, NOT_MODIFIED):
            pages = self._taken.setdefault(article[0], {})
            if article[1] == 1:  # a new fetch of the article
                pages.clear()
            pages[article[1]] = capture_id
        return capture_id

    def take_in(self, answer: Answer, url: str, article_id: str) -> None:
        """Append an answer that another tool has fetched, unless its content is there already."""
        if not captures.latest(self._store.db, url, answer.status, answer.digest):
            self._store_new(answer, None, url, article_id)

    def forget(self, article_id: str) -> None:
        """The article has an outcome: nobody will ask for the captures of its pages."""
        self._taken.pop(article_id, None)

    def taken(self, article_id: str) -> list[int]:
        """The captures of an article's pages, in order, as they were kept last; they are forgotten then."""
        pages = self._taken.pop(article_id, {})
        return [pages[number] for number in sorted(pages)]

    def _keep(self, answer: Answer, asked: Asked, url: str, article_id: str | None) -> int | None:
        if answer.status == NOT_MODIFIED:
            same = captures.latest(self._store.db, url, 200)
        else:
            same = captures.latest(self._store.db, url, answer.status, answer.digest)
        if same:
            earlier = Earlier(same.target_uri, datetime.fromisoformat(same.fetched_at), same.payload_digest)
            self._append(revisit_bytes(answer, asked, earlier))
            return same.id
        return self._store_new(answer, asked, url, article_id)

    def _store_new(self, answer: Answer, asked: Asked | None, url: str, article_id: str | None) -> int:
        data, length = response_bytes(answer, asked)
        path, offset = self._append(data)
        return self._store.add_capture(
            Capture(
                site=self._site,
                url=url,
                target_uri=answer.url,
                article_id=article_id,
                http_status=answer.status,
                payload_digest=answer.digest,
                fetched_at=stamp(answer.fetched_at),
                warc_file=path.name,
                warc_offset=offset,
                warc_length=length,
            )
        )

    def _append(self, data: bytes) -> tuple[Path, int]:
        """Write records and wait until they are on the disk -> their file, and where in it they begin."""
        month = now().strftime("%Y-%m")
        if not self._file or self._file.tell() >= MAX_BYTES or f"-{month}-" not in Path(self._file.name).name:
            self.close()
            with clear_errors(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._open(month)
        path = Path(self._file.name)
        if self._max_bytes and size_of(self._folder) + len(data) > self._max_bytes:
            raise StoreError(FULL.format(self._folder))
        with clear_errors(path):
            return path, _write(self._file, data)

    def _open(self, month: str) -> FileIO:
        """The month's newest file, without what a kill left unfinished at its end; the next one where it is full."""
        number = max((_number(path) for path in self._folder.glob(f"{self._site}-{month}-*.warc.gz")), default=1)
        while True:
            path = self._folder / f"{self._site}-{month}-{number:03}.warc.gz"
            with clear_errors(path):
                file = path.open("a+b", buffering=0)
                _lock(file, path)
                if self._may_go_on(file, path):
                    return file
                file.close()
            number += 1

    def _may_go_on(self, file: FileIO, path: Path) -> bool:
        """Whether to append to the file; repairs its end, and begins a new file with who made it."""
        size, known = file.seek(0, os.SEEK_END), captures.end_of(self._store.db, path.name)
        if size < known:
            logger.warning("%s is shorter than crawl.db knows it; it is left as it is, and a new file begun", path)
            return False
        whole = whole_length(path, known)
        if whole < size:
            logger.warning("%s: %s bytes of an unfinished record at its end removed", path, size - whole)
            file.truncate(whole)
        if not file.seek(0, os.SEEK_END):
            _write(file, info_bytes(path.name, _software() | self._info))
            sync_folder(path.parent)
        return whole < MAX_BYTES


def read_capture(folder: Path, capture: Capture) -> Answer:
    """A capture -> the answer; `WarcError` where its file is gone or damaged."""
    path = folder / capture.warc_file
    try:
        with path.open("rb") as file:
            file.seek(capture.warc_offset)
            answer = read_record(file.read(capture.warc_length))
    except OSError as error:
        raise WarcError(f"{path}: {error.strerror}") from error
    except WarcError as error:
        raise WarcError(f"{path} at {capture.warc_offset}: {error}") from error
    if answer.digest != capture.payload_digest:
        raise WarcError(f"{path} at {capture.warc_offset}: another content than crawl.db knows")
    return answer


def _software() -> dict[str, str]:
    return {
        "software": f"shebao-atlas warcio/{version('warcio')} Scrapy/{version('scrapy')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }


def _write(file: FileIO, data: bytes) -> int:
    """All of `data` on the disk at the end of the file, or the file as it was; returns where it begins."""
    start = file.seek(0, os.SEEK_END)
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(start)
        raise
    return start


def _lock(file: FileIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise StoreError(f"{path}: another process is writing to it; try again when that has ended") from None


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _number(path: Path) -> int:
    text = path.name.removesuffix(".warc.gz").rsplit("-", 1)[1]
    return int(text) if text.isdigit() else 1
