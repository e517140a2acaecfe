"""Fold text once: after this every later rule sees one spelling of each character."""

from __future__ import annotations

import re
import unicodedata

from pipelines.memory import remember

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_CONTROL = {code: " " for code in [*range(0x20), *range(0x7F, 0xA0)] if not chr(code).isspace()}
_PLAIN_DIGIT = re.compile(r"[0-9０-９]")
_CLEAN = str.maketrans({**_INVISIBLE, **_CONTROL})
_UNCLEAN = "".join(re.escape(chr(code)) for code in _CLEAN)
# Superscripts, fractions, circled and squared numbers, 1月 and 0点 in one character, digits of other styles.
_DIGITS = (
    "\xb2\xb3\xb9\xbc-\xbe\u2070-\u209f\u2150-\u218b\u2460-\u24ff\u2776-\u2793\u3200-\u33ff\U0001d7ce-\U0001d7ff"
    "\U0001f100-\U0001f10c\U0001fbf0-\U0001fbf9"
)
_HIDDEN_DIGIT = re.compile(f"[{_DIGITS}]")
# Most text has none of either, and one look is faster than to translate.
_PECULIAR = re.compile(f"[{_UNCLEAN}{_DIGITS}]")
# What comes in may be of any length; a longer text hardly comes again.
_SHORT = 500


def fold(text: str) -> str:
    """Raw text in, one folded line out: NFKC, no invisible characters, single spaces.

    A circled or bracketed number becomes ``1. ``; folding never joins two digits that stood apart.

    >>> fold("①登录“国家医保服务平台”ＡＰＰ，选择　参保地；")
    '1. 登录“国家医保服务平台”APP,选择 参保地;'
    >>> fold("满3②个月")
    '满3 2. 个月'
    >>> fold("10²元")
    '10 2元'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return _fold_short(text) if len(text) <= _SHORT else _fold_chinese(text)


def _fold_chinese(text: str) -> str:
    if _PECULIAR.search(text):
        text = text.translate(_CLEAN)
        text = _fold_characters(text) if _HIDDEN_DIGIT.search(text) else text
    return " ".join(unicodedata.normalize("NFKC", text).split())


_fold_short = remember(_fold_chinese)


def _fold_characters(text: str) -> str:
    out: list[str] = []
    last_was_digit = last_was_compound = False
    for char in text:
        folded, compound = _fold_one(char)
        if folded[:1].isdigit() and last_was_digit and (compound or last_was_compound):
            out.append(" ")
        out.append(folded)
        if folded:
            last_was_digit, last_was_compound = folded[-1].isdigit(), compound
    # Combining marks only meet their letters when the caller normalises the whole.
    return "".join(out)


def _fold_one(char: str) -> tuple[str, bool]:
    """-> the character folded, and whether it was a digit of another make (①, ², ½)."""
    if char.isascii() or _PLAIN_DIGIT.match(char):
        return unicodedata.normalize("NFKC", char), False
    number = _enclosed_number(char)
    if number:
        return f"{number}. ", True
    folded = unicodedata.normalize("NFKC", char)
    return folded, any(c.isdigit() for c in folded)


def _enclosed_number(char: str) -> str | None:
    """Give the number inside a circled, bracketed or dotted character.

    >>> _enclosed_number("③"), _enclosed_number("⑿"), _enclosed_number("⒉"), _enclosed_number("3")
    ('3', '12', '2', None)
    """
    if "\u2460" <= char <= "\u249b" or "\u24eb" <= char <= "\u24fe" or "\u2776" <= char <= "\u2793":
        value = unicodedata.numeric(char, -1)
        return str(int(value)) if value > 0 else None
    return None
