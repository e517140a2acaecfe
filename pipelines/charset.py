"""Bytes to text: the bytes decide, what the page or server declares is only a hint."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipelines.mojibake import undo

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Chinese pages that declare gb2312 or gbk use characters of the superset.
# A declared charset outside this table is ignored: latin-1 decodes anything, rightly or not.
_READ_AS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
_HEAD = 4096
# Share of characters that may be damaged before a text is refused: a page cut inside a character has one.
DAMAGED_SHARE = 0.001


class UndecodableError(ValueError):
    """The bytes are no text in any charset that Chinese pages use, or of a text that was damaged before."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was read with, and why that one."""

    text: str
    charset: str
    reason: str


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """Bytes and the charset of the HTTP header (if any) in, text out.

    UTF-8 that decodes strictly is UTF-8 whatever was declared: GBK bytes practically never do. Otherwise the
    declared charsets are tried, then gb18030. Raises UndecodableError for binary data.

    >>> decode("医保参保地".encode("gbk"), "utf-8").charset
    'gb18030'
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return _checked(body[len(bom) :], charset, "byte order mark")
    if b"\0" in body[:_HEAD]:
        raise UndecodableError("binary data, not text")
    for charset, reason in _candidates(body, declared):
        try:
            text = body.decode(charset)
        except UnicodeDecodeError:
            continue
        once = undo(text)
        return Decoded(once, "utf-8", "encoded twice, undone") if once else Decoded(text, charset, reason)
    return _least_damaged(body)


def _candidates(body: bytes, declared: str | None) -> list[tuple[str, str]]:
    meta = _META.search(body[:_HEAD])
    named = [(declared, "header"), (meta.group(1).decode("ascii") if meta else None, "meta")]
    known = [(_READ_AS[name.lower()], reason) for name, reason in named if name and name.lower() in _READ_AS]
    return [("utf-8", "valid UTF-8"), *known, ("gb18030", "valid GB 18030")]


def _least_damaged(body: bytes) -> Decoded:
    """A page cut in the middle of a character is still worth reading; one full of damage is not."""
    tries = [_damage(body, charset) for charset in ("utf-8", "gb18030")]
    damage, charset = min(tries)
    if damage > max(1, len(body) * DAMAGED_SHARE):
        raise UndecodableError("binary data or an unknown charset")
    return Decoded(body.decode(charset, errors="ignore"), charset, f"{damage} damaged characters left out")


def _damage(body: bytes, charset: str) -> tuple[int, str]:
    return body.decode(charset, errors="replace").count("\ufffd"), charset


def _checked(body: bytes, charset: str, reason: str) -> Decoded:
    try:
        return Decoded(body.decode(charset), charset, reason)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"declared {charset} by its {reason}, but is not: {error.reason}") from error
