"""Body lines to an outline: which procedures, and under each which sections, told by words alone."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.headings import heading_kind, is_procedure_heading, stands_above, type_of, words_of
from pipelines.lines import BodyLine
from pipelines.regions import find_regions
from pipelines.sections import Part, build_sections
from pipelines.titles import types_of
from pipelines.vocabulary import phrase

# No article takes longer to come to its matter.
_LEAD_LINES = 4


@dataclass(slots=True)
class Outline:
    """The lead before the first procedure, the procedures, and the lines that close the article."""

    lead: list[BodyLine]
    parts: list[Part]
    closing: list[BodyLine]


def outline(lines: list[BodyLine], title: BodyLine) -> Outline:
    """Body lines and the title line in, the outline out.

    Without headings of procedures in the body the title is the heading of the only one.
    """
    body, closing = _cut_closing(lines)
    starts = [n for n, line in enumerate(body) if is_procedure_heading(line, title.text)]
    if not starts:
        lead_end = _lead_end(body)
        return Outline(body[:lead_end], build_sections(Part(title, type_of(title.text)), body[lead_end:]), closing)
    starts = _after_lead(body, starts, title)
    lead_end, parts = _title_part(body[: starts[0]], title)
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        heading = body[start]
        parts += build_sections(Part(heading, type_of(heading.text)), body[start + 1 : end])
    return Outline(body[:lead_end], parts, closing)


def _after_lead(body: list[BodyLine], starts: list[int], title: BodyLine) -> list[int]:
    """What asks without a region or a procedure before the first heading that names both belongs to the lead."""

    def full(n: int) -> bool:
        text = body[n].text
        return words_of(text) == words_of(title.text) or bool(find_regions(text) and types_of(text))

    first = next((n for n in starts if full(n)), None)
    return starts if first is None else [n for n in starts if n >= first]


def _title_part(head: list[BodyLine], title: BodyLine) -> tuple[int, list[Part]]:
    """Where sections stand above the first heading of a procedure, they belong to the title's."""
    if not any(heading_kind(line) for line in head if line.form in ("colon", "bare", "question")):
        return len(head), []
    end = _lead_end(head)
    return end, build_sections(Part(title, type_of(title.text)), head[end:])


def _cut_closing(lines: list[BodyLine]) -> tuple[list[BodyLine], list[BodyLine]]:
    """The article's own disclaimer and farewell stand at its end; a hedge under a heading is that section's."""
    end = len(lines)
    while end and _closes(lines[end - 1]) and not (end > 1 and lines[end - 2].form in ("colon", "bare")):
        end -= 1
    return lines[:end], lines[end:]


def _closes(line: BodyLine) -> bool:
    return line.form == "filler" or bool(phrase("closing").search(line.line.text))


def _lead_end(lines: list[BodyLine]) -> int:
    """Where a page without headings of procedures begins its matter: at the first heading, intro or numbered line."""
    for n, line in enumerate(lines[: _LEAD_LINES + 1]):
        following = lines[n + 1] if n + 1 < len(lines) else None
        if phrase("teaser").search(line.text) and line.form != "question":
            continue
        if line.form in ("colon", "intro") or line.level or line.label or heading_kind(line):
            return n
        if line.form == "bare" and stands_above(line, None, following):
            return n
    return min(1, max(len(lines) - 1, 0))
