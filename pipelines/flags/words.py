"""Flags on single words: rewritten terms, altered buttons, old names, spelling, punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.flags.context import Context
from pipelines.record import Line, QualityFlag
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


def _possible(code: str, text: str) -> list[Defect]:
    """The patterns of a flag that match in lines of a text: most match in none, so most lines need no look."""
    return [defect for defect in defects(code) if defect.needs in text and defect.pattern.search(text)]


def listed_words(context: Context) -> Iterator[QualityFlag]:
    """Words of `defects.toml` in body lines; glued headings in headings; rewritten titles in the list below."""
    sought = [(code, possible) for code in _BODY_CODES if (possible := _possible(code, context.text))]
    for line in context.body:
        for code, possible in sought:
            yield from _found(context, code, possible, line)
        if line.role == "heading":
            yield from _found(context, "concatenated_heading", defects("concatenated_heading"), line)
    titles = "\n".join(link.title for link in context.record.related_links)
    in_titles = _possible("term_substituted", titles)
    for link in context.record.related_links if in_titles else ():
        yield from _in_link(context, in_titles, link.title)


def _found(context: Context, code: str, sought: Iterable[Defect], line: Line) -> Iterator[QualityFlag]:
    seen: set[tuple[int, int]] = set()
    for defect in sought:
        for match in defect.pattern.finditer(line.text):
            if _excused(defect, match) or any(start < match.end() and match.start() < end for start, end in seen):
                continue
            seen.add(match.span())
            yield context.flag(code, line, match.group(), match.expand(defect.meant) if defect.meant else None)


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
