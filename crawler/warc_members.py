"""The records of a .warc.gz file without their contents: what each is, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from crawler.warc import WarcError, moment_of


@dataclass(frozen=True)
class Member:
    """A record: its place in the file, and what its head says. `belongs_to` is the record that a request asked for."""

    offset: int
    length: int
    kind: str
    record_id: str
    belongs_to: str | None
    url: str | None
    moment: datetime


def members(path: Path) -> Iterator[Member]:
    """All records of a file, in order; `WarcError` where it is damaged."""
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=True)
        while record := _next(records, path):
            head = record.rec_headers
            yield Member(
                offset=records.get_record_offset(),
                length=records.get_record_length(),
                kind=record.rec_type,
                record_id=head.get_header("WARC-Record-ID"),
                belongs_to=head.get_header("WARC-Concurrent-To"),
                url=head.get_header("WARC-Target-URI"),
                moment=moment_of(head.get_header("WARC-Date")),
            )


def _next(records: ArchiveIterator, path: Path) -> Any | None:  # noqa: ANN401 - warcio has no types
    try:
        return next(records, None)
    except Exception as error:  # warcio raises what the damage makes of its code
        raise WarcError(f"{path} is damaged; restore it from a backup") from error
