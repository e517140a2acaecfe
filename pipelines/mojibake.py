"""Text that was read in a wrong charset before it reached us: undone where that is certain, else found and refused."""

from __future__ import annotations

import codecs

from pipelines.memory import remember

# What decoders leave for bytes they cannot read: U+FFFD, and the UTF-8 of two of them read as GBK.
_LOST = ("\ufffd", "锟斤拷")
# Charsets that UTF-8 is wrongly read as on its way.
_WRONG = ("gb18030", "latin-1", "cp1252")
# UTF-8 of Chinese characters and marks is a lead byte and two others, again and again. Other Chinese text holds such
# three bytes by chance, never thrice in a row: that needs a rare character at every third place.
_BYTE_KINDS = bytes(
    ord("L") if byte in (*range(0xE3, 0xEA), 0xEF) else ord("c") if 0x80 <= byte <= 0xBF else ord(".")
    for byte in range(256)
)
_THRICE = b"Lcc" * 3
# So much of a text tells that it is none of these.
_HEAD = 500
_QUOTE = 12
_QUOTE_BEFORE = 4


def damage_in(text: str) -> str | None:
    r"""Text in, a few words out where it is no text but what a wrong charset left; None where it is sound.

    >>> damage_in("点击“\ufffd\ufffd”"), damage_in("“鍖讳繚鍙傚繚鍦版煡璇”")
    ('点击“\ufffd\ufffd”', '“鍖讳繚鍙傚繚鍦版煡璇”')
    >>> damage_in("漯河、濮阳医保怎么办?")
    """
    if text.isascii():
        return None
    start = next((text.index(sign) for sign in _LOST if sign in text), -1)
    if start < 0:
        raw = text.encode("gb18030", "replace")
        place = _thrice(raw)
        if place < 0:
            return None
        start = len(raw[:place].decode("gb18030", "ignore"))
    return text[max(0, start - _QUOTE_BEFORE) : start + _QUOTE]


@remember
def is_damaged(line: str) -> bool:
    """Whether a line is no text."""
    return damage_in(line) is not None


def undo(text: str) -> str | None:
    """Text in, what it was before its UTF-8 was read in a wrong charset; None unless every byte of it agrees.

    >>> undo("医保参保地,怎么修改".encode().decode("latin-1"))
    '医保参保地,怎么修改'
    >>> undo("医保参保地,怎么修改")
    """
    return next((once for charset in _WRONG if (once := _read_again(text, charset))), None)


def _read_again(text: str, charset: str) -> str | None:
    try:
        codecs.utf_8_decode(text[:_HEAD].encode(charset), "strict", False)  # noqa: FBT003 - it may end in a character
        raw = text.encode(charset)
        return raw.decode("utf-8") if _thrice(raw) >= 0 else None
    except UnicodeError:
        return None


def _thrice(raw: bytes) -> int:
    return raw.translate(_BYTE_KINDS).find(_THRICE)
