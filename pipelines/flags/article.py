"""Flags on the article as a whole: its regions, its title, its date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.dates import day_of
from pipelines.flags.context import Context
from pipelines.record import QualityFlag
from pipelines.regions import Mention, by_code, find_regions, related
from pipelines.titles import OTHER, type_named, types_of

# Two regions may be a slip of the pen; so many sections, each of a region of its own, are meant.
_COMPARED = 3
_COUNTIES = ("county", "county_direct")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BEFORE_A_PLACE = re.compile(r"^\(?[一二三四五六七八九十\d]{1,3}[)、.]|20\d\d年度?|最新")
_COMPLETE_DATE = re.compile(r"20\d\d(?:\D{1,2}\d{1,2}\D{1,2}\d{1,2}|\d{4})(?!\d)")


def title_scope_mismatch(context: Context) -> Iterator[QualityFlag]:
    """Procedures with a heading of their own that the title does not announce."""
    announced = types_of(context.record.article.title)
    for procedure in context.record.procedures:
        if announced and procedure.parent_seq is None and procedure.type not in announced:
            detail = f"标题没有提到“{type_named(procedure.type).name_zh}”"
            yield context.flag("title_scope_mismatch", context.line(procedure.line), procedure.heading, None, detail)


def unclassified_procedure(context: Context) -> Iterator[QualityFlag]:
    """Procedures of no known type."""
    for procedure in context.record.procedures:
        if procedure.type == OTHER:
            yield context.flag("unclassified_procedure", context.line(procedure.line), procedure.heading)


def region_flags(context: Context) -> Iterator[QualityFlag]:
    """Where the article says its region: nowhere, only in headings, or in ways that contradict each other."""
    article = context.record.article
    title = context.record.lines[0]
    if article.region_code is None:
        yield context.flag("region_none", title, article.title)
        return
    if article.region_source == "heading":
        yield context.flag("region_missing_in_title", title, article.title, article.region_code)
    yield from _conflicts(context)
    if not _in_body(context, article.region_code):
        yield from _only_in_headings(context, article.region_code)


def _only_in_headings(context: Context, code: str) -> Iterator[QualityFlag]:
    """The first place that names the region, a title or a heading, in its own words."""
    named = [(context.line(p.line), p.heading) for p in context.record.procedures]
    for line, text in [(context.record.lines[0], context.record.article.title), *named]:
        for mention in find_regions(text):
            if mention.region.code == code:
                words = text[mention.start : mention.end]
                yield context.flag("region_only_in_headings", line, words, None, "正文没有提到")
                return


def _conflicts(context: Context) -> Iterator[QualityFlag]:
    """Headings that begin with a region unrelated to those of the title; three regions or more are a comparison."""
    article = context.record.article
    if article.region_source != "title":
        return
    titled = [mention.region.code for mention in find_regions(article.title)]
    named = [(p, m.region.code) for p in context.record.procedures if (m := _region_in_front(p.heading))]
    if len(named) == len({code for _, code in named}) >= _COMPARED:
        return
    for procedure, code in named:
        if not any(related(code, one) for one in titled):
            yield context.flag("region_conflict", context.line(procedure.line), procedure.heading, code)


def _region_in_front(heading: str) -> Mention | None:
    """The region a heading begins with: 去成都看病 says where to go, not whose heading it is."""
    first = next(iter(find_regions(heading)), None)
    return first if first and not _HAN.search(_BEFORE_A_PLACE.sub("", heading[: first.start])) else None


def _in_body(context: Context, code: str) -> bool:
    """Whether the text below the headings names a region; in a text the short name of a county is no sure mention."""
    region = by_code()[code]
    texts = [line.text for line in context.body if line.role != "heading" and region.short_name in line.text]
    if region.level in _COUNTIES:
        return bool(texts)
    return any(region.short_name in text[m.start : m.end] for text in texts for m in find_regions(text))


def date_tag_mismatch(context: Context) -> Iterator[QualityFlag]:
    """A title with a whole date, year and all, on which its article was neither published nor listed."""
    article = context.record.article
    published = day_of(article.published_at)
    complete = _COMPLETE_DATE.search(article.title_raw)
    if article.title_date and complete and published and article.title_date != published.isoformat():
        yield context.flag("date_tag_mismatch", context.record.lines[0], article.title_raw, published.isoformat())
    for link in context.record.related_links:
        listed = (link.listed_at or "").replace("/", "-")[:10]
        if (
            link.title_date
            and listed[:4].isdigit()
            and link.title_date != listed
            and _COMPLETE_DATE.search(link.title_raw)
        ):
            flag = context.flag("date_tag_mismatch", None, link.title_raw, listed)
            flag.scope = "link"
            yield flag
