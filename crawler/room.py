"""The archive's room: how much it takes, how much it may, and what is said of that before it is full."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.filesize import decimal

from crawler.command_line import warn
from crawler.options import data_file
from db.clock import now, stamp
from db.crawl_store import CrawlStore
from db.retention import bytes_since

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

GIGABYTE = 10**9
FOLDER = "archive"
# From this share on it is said.
NEARLY = 0.8
# The pace is that of so many days.
DAYS = 30
FORESIGHT = 3650


@dataclass(frozen=True)
class Room:
    """Bytes that the archive takes, that it may take (its budget, or what the disk has), and takes a day."""

    used: int
    limit: int
    is_budget: bool
    per_day: float

    @property
    def days_left(self) -> int | None:
        """Until it is full, at the pace of the last days; None where that is beyond all foresight."""
        days = max(self.limit - self.used, 0) / self.per_day if self.per_day else FORESIGHT
        return int(days) if days < FORESIGHT else None

    def __str__(self) -> str:
        share = self.used / self.limit if self.limit else 1.0
        of = "its budget (archive_max_gb)" if self.is_budget else "the room on the disk"
        left = "" if self.days_left is None else f"; at this pace full in {self.days_left} days"
        return f"{decimal(self.used)}, {share:.0%} of {of}, {decimal(self.limit)}{left}"

    def warning(self) -> str | None:
        """What the operator must hear before it is full."""
        if self.used < self.limit * NEARLY:
            return None
        what = "raise archive_max_gb, or" if self.is_budget else "make room, or"
        return f"the archive takes {self}; {what} set archive_keep_days and run `scrapy prune`"

    def as_dict(self) -> dict[str, object]:
        """The same for programs."""
        return {**asdict(self), "days_left": self.days_left, "warning": self.warning()}


def room_of(settings: BaseSettings, store: CrawlStore) -> Room:
    """The room of the archive in DATA_DIR."""
    folder, budget = data_file(settings, FOLDER), budget_of(settings)
    used = size_of(folder)
    free = shutil.disk_usage(folder if folder.exists() else data_file(settings, "")).free
    limit = min(budget or used + free, used + free)
    grown = bytes_since(store.db, stamp(now() - timedelta(days=DAYS)))
    return Room(used, limit, is_budget=limit == budget, per_day=grown / DAYS)


def warn_of_room(settings: BaseSettings) -> None:
    """Tell the operator where the archive is nearly full."""
    with CrawlStore(data_file(settings, "crawl.db"), create=False) as store:
        if warning := room_of(settings, store).warning():
            warn(warning)


def budget_of(settings: BaseSettings) -> int:
    """The bytes that the archive may take; 0: as many as the disk has."""
    return int(settings.getfloat("ARCHIVE_MAX_GB") * GIGABYTE)


def size_of(folder: Path) -> int:
    """The bytes of all files of the archive."""
    return sum(path.stat().st_size for path in folder.glob("*.warc.gz"))
