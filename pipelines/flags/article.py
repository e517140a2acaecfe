"""Flags on the article as a whole: its regions, its title, its date."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.dates import day_of
from pipelines.flags.context import Context
from pipelines.record import QualityFlag
from pipelines.regions import by_code, find_regions, region_of, related
from pipelines.titles import OTHER, type_named, types_of


def title_scope_mismatch(context: Context) -> Iterator[QualityFlag]:
    """Procedures with a heading of their own that the title does not announce."""
    announced = types_of(context.record.article.title)
    for procedure in context.record.procedures:
        if announced and procedure.parent_seq is None and procedure.type not in (*announced, OTHER):
            detail = f"标题没有提到“{type_named(procedure.type).name_zh}”"
            yield context.flag("title_scope_mismatch", context.lines[procedure.line], procedure.heading, None, detail)


def unclassified_procedure(context: Context) -> Iterator[QualityFlag]:
    """Procedures of no known type."""
    for procedure in context.record.procedures:
        if procedure.type == OTHER:
            yield context.flag("unclassified_procedure", context.lines[procedure.line], procedure.heading)


def region_flags(context: Context) -> Iterator[QualityFlag]:
    """Where the article says its region: nowhere, only in headings, or in ways that contradict each other."""
    article = context.record.article
    title = context.record.lines[0]
    if article.region_code is None:
        yield context.flag("region_none", title, article.title)
        return
    if article.region_source == "heading":
        yield context.flag("region_missing_in_title", title, article.title, article.region_code)
    yield from _conflict(context)
    if not _in_body(context, article.region_code):
        words = next((article.title[m.start : m.end] for m in find_regions(article.title)), article.region_name)
        yield context.flag("region_only_in_headings", title, words, None, "正文没有提到")


def _conflict(context: Context) -> Iterator[QualityFlag]:
    """A heading of another region; sections that each have a region of their own are a comparison."""
    article = context.record.article
    named = [(p, region) for p in context.record.procedures if (region := region_of(p.heading))]
    if article.region_source != "title" or article.region_code is None:
        return
    other = [(p, region) for p, region in named if not related(region.code, article.region_code)]
    if other and len(other) < len(named):
        procedure, region = other[0]
        yield context.flag("region_conflict", context.lines[procedure.line], procedure.heading, region.code)


def _in_body(context: Context, code: str) -> bool:
    names = {by_code()[code].name, by_code()[code].short_name}
    return any(
        any(name in line.text for name in names) for line in context.body if line.role not in ("heading", "related")
    )


def date_tag_mismatch(context: Context) -> Iterator[QualityFlag]:
    """A title dated otherwise than its article was published, or than it was listed."""
    article = context.record.article
    published = day_of(article.published_at)
    if article.title_date and published and article.title_date != published.isoformat():
        yield context.flag("date_tag_mismatch", context.record.lines[0], article.title_date, published.isoformat())
    for link in context.record.related_links:
        listed = (link.listed_at or "").replace("/", "-")[:10]
        if link.title_date and listed and link.title_date != listed:
            flag = context.flag("date_tag_mismatch", None, link.title_raw, listed)
            flag.scope = "link"
            yield flag
