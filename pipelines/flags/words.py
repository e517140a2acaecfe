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
# 掌上12333 is an app; for a lost card of social security the line is the right one.
_HUMAN_RESOURCES_LINE = re.compile(r"(?<!\d)(?<!掌上)12333(?!\d|[”」]?(?:APP|官网|网站|公众号|小程序|微信|平台))")
_LOST_CARD = re.compile(r"(?:社保卡|社会保障卡)(?:的?事|丢|遗失|补[办领换]|密码|激活)|挂失")


@dataclass(frozen=True)
class Defect:
    """A pattern of one flag, words it never matches without, what was meant and where it does not count."""

    pattern: re.Pattern[str]
    needs: str
    meant: str | None
    unless: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
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
            re.compile(row["unless_after"]) if "unless_after" in row else None,
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
    for line in context.striking:
        for found in in_body(line.text):
            yield context.flag(found.code, line, found.quote, found.meant)
    for line in context.headings:
        for found in _in_heading(line.text):
            yield context.flag(found.code, line, found.quote, found.meant)
    for link in context.record.related_links:
        if found_in_title := _in_title(link.title):
            yield from _in_link(context, found_in_title, link.title)


@remember
def in_body(text: str) -> tuple[Found, ...]:
    """The words of `defects.toml` in a line of the body."""
    return tuple(found for code in _BODY_CODES for found in _found(code, text))


@remember
def _in_heading(text: str) -> tuple[Found, ...]:
    return tuple(found._replace(quote=_placeless(found.quote)) for found in _found("concatenated_heading", text))


def _placeless(heading: str) -> str:
    """A heading without the place that it begins with."""
    return next((heading[mention.end :] for mention in find_regions(heading) if mention.start == 0), heading)


def _found(code: str, text: str) -> Iterator[Found]:
    """What the patterns of a flag find in a line, the same words once."""
    seen: list[re.Match[str]] = []
    for defect in defects(code):
        for match in defect.pattern.finditer(text) if defect.needs in text else ():
            if _excused(defect, match) or any(_is_known(match, other) for other in seen):
                continue
            seen.append(match)
            yield Found(code, quote_of(match), match.expand(defect.meant) if defect.meant else None)


def quote_of(match: re.Match[str]) -> str:
    """The words that a flag quotes: the group `quote`, else the whole match."""
    return match["quote"] if "quote" in match.re.groupindex else match.group()


def _is_known(match: re.Match[str], other: re.Match[str]) -> bool:
    return match.group() == other.group() or (other.start() < match.end() and match.start() < other.end())


def _excused(defect: Defect, match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 8) : match.end()]
    if defect.unless and defect.unless.search(before):
        return True
    if defect.unless_after and defect.unless_after.match(match.string, match.end()):
        return True
    lead = match.string[: match.start()]
    return defect.unless_region_before and any(mention.end == len(lead) for mention in find_regions(lead))


@remember
def _in_title(title: str) -> tuple[Found, ...]:
    return tuple(
        Found("term_substituted", match.group(), match.expand(defect.meant or ""))
        for defect in defects("term_substituted")
        for match in (defect.pattern.finditer(title) if defect.needs in title else ())
        if not _excused(defect, match)
    )


def _in_link(context: Context, found: Iterable[Found], title: str) -> Iterator[QualityFlag]:
    line = next((line for line in context.record.lines if line.role == "related" and title in line.text), None)
    for one in found:
        flag = context.flag(one.code, line, one.quote, one.meant)
        flag.scope = "link"
        yield flag


def ui_label_altered(context: Context) -> Iterator[QualityFlag]:
    """Quoted labels that no app shows, as a whole."""
    for line in context.striking:
        for quote, meant in altered_labels(line.text):
            yield context.flag("ui_label_altered", line, quote, meant)


@remember
def altered_labels(text: str) -> tuple[tuple[str, str], ...]:
    """The quoted labels of a line that no app shows, each with what it shows."""
    labels = table("defects.toml")["ui_labels"]
    quoted = (match for match in _QUOTED.finditer(text) if match["label"] in labels)
    return tuple((match.group(), labels[match["label"]]) for match in quoted)


def hotline_mismatch(context: Context) -> Iterator[QualityFlag]:
    """The human-resources line given for a medical matter by an article that never names the right one."""
    if "12333" not in context.text or "12393" in context.text:
        return
    for line in context.body:
        if _HUMAN_RESOURCES_LINE.search(line.text) and not _LOST_CARD.search(line.text) and context.procedure(line):
            yield context.flag("hotline_mismatch", line, "12333", "12393")
