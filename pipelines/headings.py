"""What a heading says: the section or the procedure it opens, told by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.fields.channels import heading_channels, plain
from pipelines.lines import BodyLine
from pipelines.memory import remember
from pipelines.record import Mode
from pipelines.regions import find_regions
from pipelines.titles import OTHER, types_of
from pipelines.vocabulary import heading_kinds, says

SHORT_HEADING = 30
BARE_TITLE = 14
_PROCEDURE_HEADING = 45
# 一、 and (一) number headings; figures number items as well.
_CHINESE_NUMERALS = 2
_ENDS_OPEN = re.compile(r"[。:,;、]$")
_BRACKETS = re.compile(r"\([^()]*\)")
_CLAUSES = re.compile(r"[?!。;,]")
_WORDS_ONLY = re.compile(r"[^\w]+")


@remember
def clean_heading(text: str) -> str:
    """A heading without colon, brackets and rewritten words, as the patterns know it.

    >>> clean_heading("医疗保险经办机构(窗口):")
    '医保经办机构'
    """
    return plain(_BRACKETS.sub("", text)).strip(":?!。 【】")


def heading_kind(line: BodyLine) -> tuple[str, Mode | None] | None:
    """The kind of section and its mode that a short line announces; None where no pattern knows it."""
    return _kind_of_heading(line.text) if len(line.text) <= SHORT_HEADING else None


@remember
def _kind_of_heading(text: str) -> tuple[str, Mode | None] | None:
    return kind_of_words(clean_heading(text))


@remember
def kind_of_words(words: str) -> tuple[str, Mode | None] | None:
    """The kind of section that cleaned words announce.

    >>> kind_of_words("线上办理"), kind_of_words("所需材料"), kind_of_words("支付宝")
    (('group', 'online'), ('materials', None), None)
    """
    for kind in heading_kinds():
        if kind.pattern.search(words) and not (kind.unless and kind.unless.search(words)):
            return kind.kind, kind.mode
    return None


def type_of(heading: str) -> str:
    """The procedure type a heading names first, else `other`."""
    return (types_of(heading) or (OTHER,))[0]


def procedure_headings(lines: Iterable[BodyLine], title: str) -> dict[int, str]:
    """The places of the lines that are headings of procedures, each with the rule by which it is one.

    It is the title again, or a short question or name: of medical insurance, with a region or asking, and no sentence.
    """
    clauses = _clauses_of(title)
    headings = {}
    for n, line in enumerate(lines):
        by = _repeats(line.text, title) if words_of(line.text) in clauses else None
        if by is None and line.label is None and len(line.text) <= _PROCEDURE_HEADING and line.form != "intro":
            by = _heading_by_words(line.text, line.form == "question" and bool(line.marker))
        if by:
            headings[n] = by
    return headings


def _repeats(text: str, title: str) -> str | None:
    announces = types_of(text) and not kind_of_words(clean_heading(text))
    return "heading-repeats-title" if announces or words_of(text) == words_of(title) else None


@remember
def _heading_by_words(text: str, is_numbered_question: bool) -> str | None:  # noqa: FBT001 - a memory goes by place
    """The rule by which words make the heading of a procedure, whatever the title is."""
    if "。" in text or text.count(",") > 1 or says("no_heading", text):
        return None
    asks_of_insurance = says("insurance", text) and says("asks_how", text)
    named = "heading-names-procedure" if find_regions(text) and (types_of(text) or asks_of_insurance) else None
    if is_numbered_question:
        return named
    if text.endswith(("?", "!")):
        asks = says("insurance", text) and (types_of(text) or says("medical_insurance", text))
        return named or ("heading-asks" if asks else None)
    cleaned = clean_heading(text)
    kind = kind_of_words(cleaned)
    if heading_channels(cleaned) or (kind and kind[0] != "rule"):
        return None
    return named if text.endswith(":") or not _ENDS_OPEN.search(text) else None


@remember
def _clauses_of(title: str) -> frozenset[str]:
    """The words of a title and of each of its clauses."""
    return frozenset(map(words_of, [title, *_CLAUSES.split(title)]))


def names_procedure(line: BodyLine) -> str | None:
    """The procedure type that a short line names, where it is no sentence and announces no section."""
    is_short = line.form in ("bare", "colon", "question") and len(line.text) <= _PROCEDURE_HEADING
    return _procedure_named(line.text) if is_short else None


@remember
def _procedure_named(text: str) -> str | None:
    if text.count(",") > 1 or says("no_heading", text) or kind_of_words(clean_heading(text)):
        return None
    return next(iter(types_of(text)), None)


@remember
def words_of(text: str) -> str:
    """A text without marks and spaces, to tell the same heading in another dress."""
    return _WORDS_ONLY.sub("", text)


def stands_above(line: BodyLine, before: BodyLine | None, following: BodyLine | None) -> bool:
    """Whether a bare short line stands above sentences like a heading, and not among bare lines like an item."""
    if len(line.text) > BARE_TITLE or following is None:
        return False
    if line.level and (line.level <= _CHINESE_NUMERALS or following.level > line.level):
        return True
    if following.form == "colon" and before is not None and before.form != "bare":
        return bool(heading_channels(clean_heading(following.text)))
    if following.form not in ("sentence", "labelled", "intro"):
        return False
    return before is None or before.form != "bare" or line.level < before.level or bool(line.level and not before.level)


def bare(line: BodyLine) -> str:
    """A heading without the colon or the lenticular brackets around it."""
    return line.text.strip().strip("【】").rstrip(":")
