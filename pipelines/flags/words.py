"""Flags on single words: rewritten terms, altered buttons, old names, spelling, punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pipelines.flags.context import Context
from pipelines.memory import remember
from pipelines.record import QualityFlag
from pipelines.regions import find_regions
from pipelines.vocabulary import table

_BODY_CODES = (
    "term_substituted",
    "official_name_truncated",
    "obsolete_term",
    "authority_mismatch",
    "obsolete_rule",
    "variant_spelling",
    "punctuation_anomaly",
)
_QUOTED = re.compile(r"“(?P<label>[^”]+)”")
_HUMAN_RESOURCES_LINE = re.compile(r"(?<!\d)12333(?!\d)")


@dataclass(frozen=True)
class Defect:
    """A pattern of one flag, words it never matches without, what was meant and where it does not count."""

    pattern: re.Pattern[str]
    needs: str
    meant: str | None
    unless: re.Pattern[str] | None
    unless_region_before: bool


@cache
def defects(code: str) -> tuple[Defect, ...]:
    """The patterns of a flag."""
    return tuple(
        Defect(
            re.compile(row["pattern"], re.MULTILINE),
            row.get("needs", ""),
            row.get("meant"),
            re.compile(row["unless"]) if "unless" in row else None,
            row.get("unless_region_before", False),
        )
        for row in table("defects.toml")[code]
    )


class Found(NamedTuple):
    """Words in a line that a flag is for, and what was meant."""

    code: str
    quote: str
    meant: str | None


def listed_words(context: Context) -> Iterator[QualityFlag]:
    """Words of `defects.toml` in body lines; glued headings in headings; rewritten titles in the list below."""
    for line in context.body:
        for found in _in_body(line.text) + (_in_heading(line.text) if line.role == "heading" else ()):
            yield context.flag(found.code, line, found.quote, found.meant)
    titles = "\n".join(link.title for link in context.record.related_links)
    sought = [one for one in defects("term_substituted") if one.needs in titles and one.pattern.search(titles)]
    for link in context.record.related_links if sought else ():
        yield from _in_link(context, sought, link.title)


@remember
def _in_body(text: str) -> tuple[Found, ...]:
    return tuple(found for code in _BODY_CODES for found in _found(code, text))


@remember
def _in_heading(text: str) -> tuple[Found, ...]:
    return tuple(_found("concatenated_heading", text))


def _found(code: str, text: str) -> Iterator[Found]:
    seen: set[tuple[int, int]] = set()
    for defect in defects(code):
        for match in defect.pattern.finditer(text) if defect.needs in text else ():
            if _excused(defect, match) or any(start < match.end() and match.start() < end for start, end in seen):
                continue
            seen.add(match.span())
            yield Found(code, match.group(), match.expand(defect.meant) if defect.meant else None)


def _excused(defect: Defect, match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 8) : match.end()]
    if defect.unless and defect.unless.search(before):
        return True
    lead = match.string[: match.start()]
    return defect.unless_region_before and any(mention.end == len(lead) for mention in find_regions(lead))


def _in_link(context: Context, sought: Iterable[Defect], title: str) -> Iterator[QualityFlag]:
    lines = context.record.lines
    for defect in sought:
        for match in defect.pattern.finditer(title):
            if not _excused(defect, match):
                line = next((line for line in lines if line.role == "related" and title in line.text), None)
                flag = context.flag("term_substituted", line, match.group(), match.expand(defect.meant or ""))
                flag.scope = "link"
                yield flag


def ui_label_altered(context: Context) -> Iterator[QualityFlag]:
    """Quoted labels that no app shows, as a whole."""
    labels = table("defects.toml")["ui_labels"]
    for line in context.body:
        for match in _QUOTED.finditer(line.text):
            if match["label"] in labels:
                yield context.flag("ui_label_altered", line, match.group(), labels[match["label"]])


def hotline_mismatch(context: Context) -> Iterator[QualityFlag]:
    """The human-resources line given for a medical matter by an article that never names the right one."""
    numbers = {hotline.number for procedure in context.record.procedures for hotline in procedure.hotlines}
    if any(number and number.endswith("12393") for number in numbers):
        return
    for line in context.body:
        if "12333" in line.text and _HUMAN_RESOURCES_LINE.search(line.text) and context.procedure(line.no):
            yield context.flag("hotline_mismatch", line, "12333", "12393")
