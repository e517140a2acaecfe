"""WARC 1.1: an answer of a site in, its gzipped records out, and back. No network, no database.

A record is a gzip member of its own, so each can be read alone, and a file that was cut off loses its last one only.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

Headers = tuple[tuple[str, str], ...]

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
# What says how a body was cut in pieces on its way; we keep bodies whole.
OF_THE_WAY = {"transfer-encoding"}
GZIP = b"\x1f\x8b"
KINDS = (".warc", ".warc.gz", ".arc", ".arc.gz")


class WarcError(ValueError):
    """A WARC file, or a record of one, cannot be read; the message says why."""


@dataclass(frozen=True)
class Asked:
    """The request that an answer answers."""

    line: str  # GET /path HTTP/1.1
    headers: Headers


@dataclass(frozen=True)
class Answer:
    """One answer as the site sent it: `body` is still compressed where the site compressed it."""

    url: str
    status: int
    headers: Headers
    body: bytes
    fetched_at: datetime
    ip_address: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @cached_property
    def digest(self) -> str:
        """The body's digest, as WARC writes it."""
        return f"sha1:{base64.b32encode(hashlib.sha1(self.body, usedforsecurity=False).digest()).decode()}"


@dataclass(frozen=True)
class Earlier:
    """An answer that was kept before, with the same content."""

    url: str
    fetched_at: datetime
    digest: str


def is_warc(name: str) -> bool:
    """Whether a file is one of records, by its name."""
    return name.lower().endswith(KINDS)


def info_bytes(name: str, info: dict[str, str]) -> bytes:
    """What a file begins with: who made it, with what."""
    writer = BufferWARCWriter(warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, info))
    return _contents(writer)


def response_bytes(answer: Answer, asked: Asked | None) -> tuple[bytes, int]:
    """An answer -> its records, and the length of the first one, which holds the answer."""
    writer = BufferWARCWriter(warc_version="1.1")
    body = io.BytesIO(answer.body)
    response = writer.create_warc_record(
        answer.url,
        "response",
        payload=body,
        length=len(answer.body),
        http_headers=_http_headers(answer),
        warc_headers_dict=_warc_headers(answer),
    )
    writer.write_record(response)
    length = writer.out.tell()
    if asked:
        _write_request(writer, response, asked)
    return _contents(writer), length


def revisit_bytes(answer: Answer, asked: Asked, earlier: Earlier) -> bytes:
    """An answer whose content was kept before -> its records, without the content."""
    writer = BufferWARCWriter(warc_version="1.1")
    revisit = writer.create_revisit_record(
        answer.url,
        earlier.digest,
        earlier.url,
        _warc_date(earlier.fetched_at),
        http_headers=_http_headers(answer),
        warc_headers_dict=_warc_headers(answer),
    )
    if answer.status == HTTPStatus.NOT_MODIFIED:
        revisit.rec_headers.replace_header("WARC-Profile", NOT_MODIFIED)
    writer.write_record(revisit)
    _write_request(writer, revisit, asked)
    return _contents(writer)


def read_record(member: bytes) -> Answer:
    """The bytes of one response record -> the answer; `WarcError` where they are damaged."""
    try:
        for record in ArchiveIterator(io.BytesIO(member)):
            if answer := _answer(record):
                _check_digest(record, answer)
                return answer
    except WarcError:
        raise
    except Exception as error:  # warcio raises what the damage makes of its code
        raise WarcError("a damaged record") from error
    raise WarcError("no response where one should be")


def read_answers(path: Path, warn: Callable[[str], None]) -> Iterator[Answer]:
    """Any WARC or ARC file -> the answers that it holds whole; what is damaged or cut off is told to `warn`."""
    count, is_damaged = 0, False
    said = io.StringIO()
    try:
        with path.open("rb") as file:
            records = iter(ArchiveIterator(file, arc2warc=True))
            while True:
                with _listening(said):
                    answer, more = _next(records)
                if not more:
                    break
                count += 1
                if answer:
                    yield answer
    except OSError as error:
        warn(f"{path}: {error.strerror or error}")
        return
    except Exception:  # warcio raises what the damage makes of its code
        is_damaged = True
    if not count:
        warn(f"{path}: no WARC file, or damaged from its beginning on")
    elif is_damaged or said.getvalue() or _is_cut_off(path):
        warn(f"{path}: damaged or cut off after record {count}")


def whole_length(path: Path, start: int) -> int:
    """Where the last whole gzip member of a file ends, looking from `start` on, where one begins."""
    end = start
    with path.open("rb") as file:
        file.seek(start)
        inflater, position = zlib.decompressobj(wbits=31), start
        while data := file.read(1 << 16):
            position += len(data)
            while data:
                try:
                    inflater.decompress(data)
                except zlib.error:
                    return end
                data = inflater.unused_data
                if inflater.eof:
                    end = position - len(data)
                    inflater = zlib.decompressobj(wbits=31)
    return end


@contextlib.contextmanager
def _listening(said: io.StringIO) -> Iterator[None]:
    """While the block runs, what warcio prints or logs of what it finds wrong is heard, not shown: one line says it."""
    log, handler = logging.getLogger("warcio"), logging.StreamHandler(said)
    log.addHandler(handler)
    log.propagate = False
    try:
        with contextlib.redirect_stderr(said):
            yield
    finally:
        log.propagate = True
        log.removeHandler(handler)


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        is_gzip = file.read(len(GZIP)) == GZIP
    return is_gzip and whole_length(path, 0) < path.stat().st_size


def _next(records: Iterator[Any]) -> tuple[Answer | None, bool]:
    """The next record's answer, if it holds one, and whether there was a record at all."""
    record = next(records, None)
    return (_answer(record), True) if record is not None else (None, False)


def _answer(record: Any) -> Answer | None:  # noqa: ANN401 - warcio has no types
    if record.rec_type != "response" or not record.http_headers:
        return None
    headers = record.http_headers.headers
    url = record.rec_headers.get_header("WARC-Target-URI")
    limited = record.raw_stream
    chunked = (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    body = (ChunkedDataReader(limited, decomp_type=None) if chunked else limited).read()
    if getattr(limited, "limit", 0):
        raise WarcError(f"cut off in the answer of {url}")
    return Answer(
        url=url,
        status=int(record.http_headers.get_statuscode()),
        headers=tuple((name, value) for name, value in headers if name.lower() not in OF_THE_WAY),
        body=body,
        fetched_at=moment_of(record.rec_headers.get_header("WARC-Date")),
        ip_address=record.rec_headers.get_header("WARC-IP-Address"),
    )


def _check_digest(record: Any, answer: Answer) -> None:  # noqa: ANN401 - warcio has no types
    written = record.rec_headers.get_header("WARC-Payload-Digest")
    if written and written != answer.digest:
        raise WarcError("a damaged record: its content is not what its digest says")


def _write_request(writer: Any, response: Any, asked: Asked) -> None:  # noqa: ANN401 - warcio has no types
    """The request, which names the response it belongs to."""
    headers = response.rec_headers
    record = writer.create_warc_record(
        headers.get_header("WARC-Target-URI"),
        "request",
        http_headers=StatusAndHeaders(asked.line, list(asked.headers), is_http_request=True),
        warc_headers_dict={
            "WARC-Date": headers.get_header("WARC-Date"),
            "WARC-Concurrent-To": headers.get_header("WARC-Record-ID"),
        },
    )
    writer.write_record(record)


def _http_headers(answer: Answer) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:  # sites answer with numbers of their own
        phrase = ""
    return StatusAndHeaders(f"{answer.status} {phrase}".strip(), list(answer.headers), protocol="HTTP/1.1")


def _warc_headers(answer: Answer) -> dict[str, str]:
    headers = {"WARC-Date": _warc_date(answer.fetched_at)}
    return {**headers, "WARC-IP-Address": answer.ip_address} if answer.ip_address else headers


def _contents(writer: BufferWARCWriter) -> bytes:
    return bytes(writer.get_contents())


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """WARC-Date, which may be in UTC to the second or finer -> moment."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
