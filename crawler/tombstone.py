"""Taking an answer out of the archive: its place in a WARC file in, a record that says it was withdrawn in that place.

The new record is as long as the old one, so that the places of all the others stay what the index says.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from uuid import uuid4

from crawler.archived import addresses_asked
from crawler.options import OptionError
from crawler.sites import Site
from crawler.warc_members import Member, members
from db.clock import now

# RFC 1952: magic, deflate, with a comment, no time, no hint, unknown system.
_GZIP_HEAD = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
_GZIP_MAGIC = _GZIP_HEAD[:2]
_TEXT = b"withdrawn"


def bury(path: Path, offset: int, length: int, url: str) -> None:
    """Overwrite one record of a .warc.gz file; `OptionError` where the file is not what its index says."""
    stone = _gzipped(_record(url), length)
    try:
        with path.open("r+b") as file:
            file.seek(offset)
            if file.read(len(_GZIP_MAGIC)) != _GZIP_MAGIC or offset + length > path.stat().st_size:
                raise OptionError(f"{path} holds no record at {offset}; restore the file from a backup, then repeat")
            file.seek(offset)
            file.write(stone)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return  # a file that is not here any more holds nothing
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror}") from error


def answers_of(path: Path, site: Site, article_id: str) -> Iterator[Member]:
    """A file of the site's archive -> each answer in it that is a page of the article.

    Also what a killed crawl has kept and no index knows. `WarcError` where the file is damaged.
    """
    for member in members(path):
        if member.kind == "response" and member.url:
            ref = addresses_asked(site, member.url).identify(member.url)
            if ref and ref.article_id == article_id:
                yield member


def _record(url: str) -> bytes:
    head = (
        "WARC/1.1",
        "WARC-Type: metadata",
        f"WARC-Record-ID: <urn:uuid:{uuid4()}>",
        f"WARC-Date: {now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"WARC-Target-URI: {url}",
        "Content-Type: text/plain",
        f"Content-Length: {len(_TEXT)}",
    )
    return "\r\n".join((*head, "", "")).encode() + _TEXT + b"\r\n\r\n"


def _gzipped(record: bytes, length: int) -> bytes:
    """A gzip member of exactly this length; a comment of spaces fills it up."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    tail = zlib.crc32(record).to_bytes(4, "little") + len(record).to_bytes(4, "little")
    room = length - len(_GZIP_HEAD) - 1 - len(packed) - len(tail)
    if room < 0:
        raise OptionError(f"an archived record of {length} bytes is too short to be overwritten")
    return _GZIP_HEAD + b" " * room + b"\0" + packed + tail
