"""Body lines to an outline: which procedures, and under each which sections, told by words alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from pipelines.fields.channels import heading_channels
from pipelines.fields.going import opens_channel
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import parse_carried
from pipelines.fields.rules import is_rule
from pipelines.headings import (
    clean_heading,
    heading_kind,
    kind_of_words,
    names_procedure,
    procedure_headings,
    stands_above,
    type_of,
    words_of,
)
from pipelines.labels import parts_of
from pipelines.lines import BodyLine, split_sentences
from pipelines.regions import find_regions, region_of
from pipelines.sections import Part, build_sections
from pipelines.titles import OTHER, types_of
from pipelines.vocabulary import says

# 一、 and 问: number procedures; what is numbered below them are their sections.
_QUESTION = 5
_SERIES_LEVELS = (1, _QUESTION)
_BY_WORDS = frozenset({"heading-names-procedure", "heading-asks", "heading-of-another"})
_HEADS = frozenset({"bare", "colon", "question"})
# No article takes longer to come to its matter.
_LEAD_LINES = 4
_SEVERAL = 3
# So many numbered sections make a guide of one procedure.
_SECTIONS = 3
# So many sections that a guide has make one, and so many guides stand beside each other.
_GUIDES = 2
_OF_A_GUIDE = frozenset({"conditions", "materials", "steps", "time_limits"})
# So many rules before the first heading are no lead.
_STATEMENTS = 2


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
    headings = _with_unnamed(body, title, procedure_headings(body, title.text))
    headings = _without_sections(body, title, headings)
    if not headings:
        lead_end = _lead_end(body)
        return Outline(body[:lead_end], _parts(_of_title(title), body[lead_end:]), closing)
    starts = _after_lead(body, headings, title)
    heads = [Part(body[start], type_of(body[start].text), headings[start]) for start in starts]
    lead_end, parts = _title_part(body[: starts[0]], title, {part.type for part in heads})
    for part, start, end in zip(heads, starts, [*starts[1:], len(body)], strict=True):
        parts += _parts(part, body[start + 1 : end])
    return Outline(body[:lead_end], parts, closing)


def _parts(part: Part, lines: list[BodyLine]) -> list[Part]:
    """A part and the lines below its heading in; itself with its sections out, then its sub-procedures.

    Among its numbered sections one may be a procedure of its own: 五、参保登记 in a notice about paying.
    """
    numbered = [n for n, line in enumerate(lines) if line.level == 1 and line.form in ("bare", "colon", "question")]
    ends = dict(pairwise([*numbered, len(lines)]))
    guides = [n for n in numbered if _is_guide(lines[n : ends[n]])]
    if len(guides) >= _GUIDES:
        return _guides(part, lines, guides)
    inner = [n for n in numbered if names_procedure(lines[n])]
    alone = len(inner) == 1 and type_of(lines[inner[0]].text) != part.type
    if not alone or len(numbered) < _SECTIONS or not says("doing", lines[inner[0]].text):
        return build_sections(part, lines)
    start = inner[0]
    end = ends[start]
    found = build_sections(part, lines[:start] + lines[end:])
    below = Part(lines[start], type_of(lines[start].text), "heading-of-section", part)
    return found + build_sections(below, lines[start + 1 : end])


def _is_guide(lines: list[BodyLine]) -> bool:
    """Whether a numbered heading, no way of doing, has its own papers and steps below it: 一、转入, 二、转出."""
    words = clean_heading(lines[0].text)
    if kind_of_words(words) or heading_channels(words):
        return False
    known = {kind[0] for line in lines[1:] if line.level > 1 and line.form in _HEADS and (kind := heading_kind(line))}
    return len(known & _OF_A_GUIDE) >= _GUIDES


def _guides(part: Part, lines: list[BodyLine], starts: list[int]) -> list[Part]:
    """Each guide is a procedure with all lines down to the next one; what stands above the first is the title's."""
    found = build_sections(part, lines[: starts[0]]) if starts[0] else []
    for start, end in pairwise([*starts, len(lines)]):
        named = type_of(lines[start].text)
        guide = Part(lines[start], part.type if named == OTHER else named, "heading-of-guide")
        found += build_sections(guide, lines[start + 1 : end])
    return found


def _with_unnamed(body: list[BodyLine], title: BodyLine, headings: dict[int, str]) -> dict[int, str]:
    """The headings found by name, and those that name a procedure without a place.

    These are numbered in a series of several, or ask how another procedure than the one above them is done.
    """
    series = _series(body, type_of(title.text))
    found = headings | (dict.fromkeys(series, "heading-of-series") if headings.keys() <= set(series) else {})
    current = type_of(title.text)
    for n, line in enumerate(body):
        if line.form in ("sentence", "labelled"):
            continue
        named = names_procedure(line)
        if n in found:
            current = named or current
        elif named and named != current and _asks_how(body, n):
            found[n], current = "heading-of-another", named
    return dict(sorted(found.items()))


def _without_sections(body: list[BodyLine], title: BodyLine, headings: dict[int, str]) -> dict[int, str]:
    """The headings without those of the title's own procedure that are numbered among others that name no other one."""
    kind, place = type_of(title.text), region_of(title.text)
    named: dict[int, list[str | None]] = {}
    for line in body:
        if line.level and line.form in _HEADS:
            named.setdefault(line.level, []).append(names_procedure(line))

    def is_section(n: int) -> bool:
        line, others = body[n], named.get(body[n].level, [])
        own = headings[n] in _BY_WORDS and type_of(line.text) == kind and region_of(line.text) in (None, place)
        return own and len(others) >= _SECTIONS and all(one in (None, kind) for one in others)

    return {n: by for n, by in headings.items() if not is_section(n)}


def _series(body: list[BodyLine], kind: str) -> list[int]:
    """The numbered headings of one style that name three procedures or more; questions below 常见问题 are notes.

    Below a title that names a procedure, its `kind`, a question that names no insurance asks about that one.
    """
    if not any(line.level in _SERIES_LEVELS for line in body):
        return []
    notes = next((n for n, line in enumerate(body) if (heading_kind(line) or ("",))[0] == "notes"), len(body))
    for level in _SERIES_LEVELS:
        numbered = [
            n
            for n, line in enumerate(body[: notes if level == _QUESTION else None])
            if line.level == level and "步" not in line.marker
        ]
        if level == _QUESTION and kind != OTHER:
            numbered = [n for n in numbered if says("insurance", body[n].text)]
        named = {n: other for n in numbered if (other := names_procedure(body[n]))}
        if len(set(named.values())) >= _SEVERAL:
            return list(named)
    return []


def _asks_how(body: list[BodyLine], n: int) -> bool:
    """Whether a line without number asks how something is done, above sentences or headings of its own."""
    line, before, following = body[n], body[n - 1] if n else None, body[n + 1] if n + 1 < len(body) else None
    if line.level or line.form == "colon" or following is None or not says("asks_how", line.text):
        return False
    if heading_channels(clean_heading(line.text)) or not says("insurance", line.text):
        return False
    return line.form == "question" or before is None or before.form != "bare"


def _of_title(title: BodyLine) -> Part:
    return Part(title, type_of(title.text), "title-as-heading")


def _after_lead(body: list[BodyLine], headings: dict[int, str], title: BodyLine) -> list[int]:
    """What asks before the first heading that names a place and a procedure, or that is the title, is of the lead."""

    def full(n: int) -> bool:
        text = body[n].text
        return (
            headings[n] == "heading-of-series"
            or words_of(text) == words_of(title.text)
            or bool(find_regions(text) and types_of(text))
        )

    first = next((n for n in headings if full(n)), 0)
    again = next((n for n, by in headings.items() if by == "heading-repeats-title"), first)
    first = again if first < again <= _LEAD_LINES else first
    return [n for n in headings if n >= first]


def _title_part(head: list[BodyLine], title: BodyLine, announced: set[str]) -> tuple[int, list[Part]]:
    """What stands above the first heading of a procedure beside the lead belongs to the title's."""
    sections = any(heading_kind(line) for line in head if line.form in ("colon", "bare", "question"))
    stated = type_of(title.text) not in announced and _statements(head) >= _STATEMENTS
    if not sections and not stated and not any(map(_tells, head[1:])):
        return len(head), []
    end = _lead_end(head)
    return end, build_sections(_of_title(title), head[end:])


def _tells(line: BodyLine) -> bool:
    """Whether a line above the first heading says more than an invitation: a fee, a paper, a number, where to go."""
    if line.form in ("filler", "intro") or says("teaser", line.text):
        return False
    if line.form == "sentence" and opens_channel(line.whole) and "?" not in line.text:
        return True
    if line.label is None and parts_of(line, of_doing=False)[0].label:
        return True
    return says("figures", line.text) or bool(parse_carried(line.text) or parse_hotlines(line.text))


def _statements(lines: list[BodyLine]) -> int:
    return sum(is_rule(sentence) for line in lines for sentence in split_sentences(line.text))


def _cut_closing(lines: list[BodyLine]) -> tuple[list[BodyLine], list[BodyLine]]:
    """The article's own disclaimer and farewell stand at its end; a hedge under a heading is that section's."""
    end = len(lines)
    while end and _closes(lines[end - 1]) and not (end > 1 and lines[end - 2].form in ("colon", "bare")):
        end -= 1
    return lines[:end], lines[end:]


def _closes(line: BodyLine) -> bool:
    return line.form == "filler" or (says("closing", line.line.text) and not says("figures", line.line.text))


def _lead_end(lines: list[BodyLine]) -> int:
    """Where a page without headings of procedures begins its matter: at the first heading, intro or numbered line."""
    if lines and is_rule(lines[0].text) and any(sign.isdigit() for sign in lines[0].text):
        return 0
    for n, line in enumerate(lines[: _LEAD_LINES + 1]):
        following = lines[n + 1] if n + 1 < len(lines) else None
        if says("teaser", line.text) and line.form != "question":
            continue
        if n and _tells(line):
            return n
        if line.form in ("colon", "intro") or line.level or line.label or heading_kind(line):
            return n
        if line.form == "bare" and stands_above(line, None, following):
            return n
    return min(1, max(len(lines) - 1, 0))
