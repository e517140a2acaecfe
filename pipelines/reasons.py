"""Why a fact stands in a record: the rule that made it, the line it was read from, the heading that said how."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.dates import parse_byline
from pipelines.record import Record
from pipelines.regions import region_of


class Reason(NamedTuple):
    """A rule by its slug in `reading_rules.toml`. `told_by` is the line of the heading, or the label's own."""

    rule: str
    line: int | None
    told_by: int | None = None


class Reasons:
    """The reasons of a reading, by leaf. They are about the reader, not about the article: no part of the record."""

    def __init__(self) -> None:
        # With the leaf itself: while it lives, its identity is its own.
        self._by_identity: dict[int, tuple[object, Reason]] = {}

    def note(self, leaf: object, reason: Reason) -> None:
        """Remember what made a leaf."""
        self._by_identity[id(leaf)] = (leaf, reason)

    def of(self, leaf: object) -> Reason:
        """What made a leaf of this reading."""
        return self._by_identity[id(leaf)][1]


def reasons_of_article(record: Record) -> dict[str, Reason]:
    """A record in, the reason of each fact of its article out, by attribute; what is not stated has none."""
    article, title = record.article, record.lines[0].no
    byline = next((line.no for line in record.lines if line.role == "byline" and parse_byline(line.text)), None)
    heading = next((procedure.line for procedure in record.procedures if region_of(procedure.heading)), None)
    summary = next((line.no for line in record.lines if line.role == "summary"), None)
    in_title = article.region_source == "title"
    found = {
        "title": Reason("title-of-page", title),
        "title_date": Reason("date-in-title", title),
        "published_at": Reason("byline", byline),
        "source": Reason("byline", byline),
        "summary": Reason("summary-in-lead", summary),
        "region_code": Reason("region-in-title", title) if in_title else Reason("region-in-heading", heading),
        "schemes": Reason("scheme-named", None),
        "audience": Reason("retired-in-title", title),
    }
    return {name: reason for name, reason in found.items() if getattr(article, name)}
