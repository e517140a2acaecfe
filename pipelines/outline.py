"""Body lines to an outline: which procedures, and under each which sections, told by words alone.

Rank comes from what a heading says, not from its form: a group (线上办理) holds channels (支付宝), a procedure
holds groups, materials, time limits and notes, a notes section holds rule titles and sub-procedures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.fields.channels import Mention, heading_channels, plain
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import parse_materials
from pipelines.lines import BodyLine
from pipelines.record import Mode
from pipelines.regions import find_regions
from pipelines.titles import OTHER, types_of
from pipelines.vocabulary import heading_kinds, phrase

# Sections that stand for a procedure as a whole, whatever channel came before.
_GENERAL = frozenset({"time_limits", "costs", "locations", "hotlines", "legal_refs", "conditions", "notes"})
_HEADING_LENGTH = 45
# No article takes longer to come to its matter.
_LEAD_LINES = 4
_SHORT_HEADING = 30
_BARE_TITLE = 14
# 一、 and (一) number headings; figures number items as well.
_CHINESE_NUMERALS = 2
_STEP_MARKER = re.compile(r"^(?:第[一二三四五六七八九十]+步|步骤)")
_ENDS_OPEN = re.compile(r"[。:,;、]$")
_BRACKETS = re.compile(r"\([^()]*\)")
_CLAUSES = re.compile(r"[?!。;]")
_WORDS_ONLY = re.compile(r"[^\w]+")


@dataclass(slots=True)
class Section:
    """Lines under one heading. `kind` says how to read them; `mode` is the way of doing they belong to."""

    kind: str
    title: str | None = None
    heading: BodyLine | None = None
    mode: Mode | None = None
    channels: list[Mention] = field(default_factory=list)
    lines: list[BodyLine] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """One procedure of the article with its sections in order; `parent` is the part it stands under."""

    heading: BodyLine
    type: str
    parent: Part | None = None
    sections: list[Section] = field(default_factory=lambda: [Section("plain")])


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
        only = _Builder(Part(title, _type_of(title.text)))
        return Outline(body[:lead_end], only.build(body[lead_end:]), closing)
    starts = _after_lead(body, starts, title)
    lead_end, parts = _title_part(body[: starts[0]], title)
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        heading = body[start]
        parts += _Builder(Part(heading, _type_of(heading.text))).build(body[start + 1 : end])
    return Outline(body[:lead_end], parts, closing)


def _after_lead(body: list[BodyLine], starts: list[int], title: BodyLine) -> list[int]:
    """What asks without a region or a procedure before the first heading that names both belongs to the lead."""

    def full(n: int) -> bool:
        text = body[n].text
        return _words(text) == _words(title.text) or bool(find_regions(text) and types_of(text))

    first = next((n for n in starts if full(n)), None)
    return starts if first is None else [n for n in starts if n >= first]


def _title_part(head: list[BodyLine], title: BodyLine) -> tuple[int, list[Part]]:
    """Where sections stand above the first heading of a procedure, they belong to the title's."""
    if not any(heading_kind(line) for line in head if line.form in ("colon", "bare", "question")):
        return len(head), []
    end = _lead_end(head)
    return end, _Builder(Part(title, _type_of(title.text))).build(head[end:])


def _type_of(heading: str) -> str:
    return (types_of(heading) or (OTHER,))[0]


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
        if line.form == "bare" and _stands_above(line, None, following):
            return n
    return min(1, max(len(lines) - 1, 0))


def is_procedure_heading(line: BodyLine, title: str) -> bool:
    """Whether a line is the heading of a procedure: the title again, or a short question or name of one.

    It speaks of medical insurance and either names a region or asks, and is no sentence.
    """
    text = line.text
    if _words(text) == _words(title) or (types_of(text) and _words(text) in map(_words, _CLAUSES.split(title))):
        return True
    if len(text) > _HEADING_LENGTH or "。" in text or line.label or text.count(",") > 1:
        return False
    if phrase("no_heading").search(text):
        return False
    named = bool(find_regions(text)) and bool(types_of(text))
    if line.form == "question" and line.marker:
        return named
    if text.endswith(("?", "!")):
        return named or (
            bool(phrase("insurance").search(text)) and bool(types_of(text) or phrase("medical_insurance").search(text))
        )
    words = clean_heading(text)
    if heading_channels(words) or kind_of_words(words):
        return False
    return named and (text.endswith(":") or not _ENDS_OPEN.search(text))


def _speaks_of_insurance(text: str) -> bool:
    return bool(phrase("medical_insurance").search(text))


@lru_cache(maxsize=1 << 12)
def _words(text: str) -> str:
    return _WORDS_ONLY.sub("", text)


@lru_cache(maxsize=1 << 12)
def clean_heading(text: str) -> str:
    """A heading without colon, brackets and rewritten words, as the patterns know it.

    >>> clean_heading("医疗保险经办机构(窗口):")
    '医保经办机构'
    """
    return plain(_BRACKETS.sub("", text)).strip(":?!。 ")


def heading_kind(line: BodyLine) -> tuple[str, Mode | None] | None:
    """The kind of section and its mode that a short line announces; None where no pattern knows it."""
    return kind_of_words(clean_heading(line.text)) if len(line.text) <= _SHORT_HEADING else None


@lru_cache(maxsize=1 << 12)
def kind_of_words(words: str) -> tuple[str, Mode | None] | None:
    """The kind of section that cleaned words announce.

    >>> kind_of_words("线上办理"), kind_of_words("所需材料"), kind_of_words("支付宝")
    (('group', 'online'), ('materials', None), None)
    """
    for kind in heading_kinds():
        if kind.pattern.search(words) and not (kind.unless and kind.unless.search(words)):
            return kind.kind, kind.mode
    return None


class _Builder:
    """Takes the lines of one procedure in order and opens a section at each heading."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.parts = [part]
        self.group: Section | None = None
        self.group_level = 0
        self.under_notes = False

    @property
    def section(self) -> Section:
        return self.part.sections[-1]

    def build(self, lines: list[BodyLine]) -> list[Part]:
        before: BodyLine | None = None
        for n, line in enumerate(lines):
            following = lines[n + 1] if n + 1 < len(lines) else None
            if self._opens(line, before, following):
                before = None
            else:
                self.section.lines.append(line)
                before = line
        return self.parts

    def _opens(self, line: BodyLine, before: BodyLine | None, following: BodyLine | None) -> bool:
        """Open the section that the line is the heading of; False where it is no heading.

        `before` is the content line above it, None where that was a heading.
        """
        if " | " in line.text:
            return self._opens_by_table(line)
        if line.form in ("filler", "labelled", "sentence"):
            return False
        if line.form == "intro":
            return self._opens_by_intro(line)
        if len(line.text) > _SHORT_HEADING or self._is_item(line):
            return False
        stands = line.form in ("colon", "question") or _stands_above(line, before, following)
        known = heading_kind(line)
        if known and (stands or known[0] != "steps"):
            return self._open_known(line, *known)
        if self._is_sub_procedure(line):
            return self._open_sub_procedure(line)
        if self.under_notes and self._is_rule_title(line, following):
            return self._open(Section("rule", _bare(line), line))
        if self.part.type == "reimbursement-scope":
            return self._open_coverage(line, following)
        channels = heading_channels(clean_heading(line.text))
        if channels and not phrase("opening_verb").match(line.text):
            return self._open_channel(line, channels)
        if stands and not phrase("opening_verb").match(line.text):
            return self._open_unknown(line)
        return False

    def _is_item(self, line: BodyLine) -> bool:
        """In a list of documents or numbers a short line is one of them, whatever else it names."""
        if self.section.kind == "hotlines":
            return bool(parse_hotlines(f"电话:{line.text}"))
        return self.section.kind == "materials" and line.form == "bare" and bool(parse_materials(line.text))

    def _open_unknown(self, line: BodyLine) -> bool:
        """A heading no pattern knows; 第二步 ... goes on with the steps."""
        if _STEP_MARKER.match(line.marker):
            return self._open_steps(line)
        return self._open(Section("unknown", _bare(line), line, self._mode()))

    def _opens_by_table(self, line: BodyLine) -> bool:
        """The head of a table of documents opens their section where no heading did."""
        if self.section.kind != "materials" and phrase("materials_table").search(line.text):
            return self._open(Section("materials", None, line, self._materials_mode(line)))
        return False

    def _opens_by_intro(self, line: BodyLine) -> bool:
        """An intro that asks for documents opens a materials section; others announce what is already open."""
        if phrase("materials_intro").search(line.text):
            return self._open(Section("materials", None, line, self._materials_mode(line)))
        if phrase("conditions_intro").search(line.text) and self.part.type != "reimbursement-scope":
            return self._open(Section("conditions", None, line))
        return False

    def _open(self, section: Section) -> bool:
        self.under_notes = section.kind == "notes" or (section.kind == "rule" and self.under_notes)
        self.part.sections.append(section)
        return True

    def _open_known(self, line: BodyLine, kind: str, mode: Mode | None) -> bool:
        if kind == "group":
            self.group = Section("group", _bare(line), line, mode, heading_channels(clean_heading(line.text)))
            self.group_level = line.level
            return self._open(self.group)
        if kind == "steps":
            return self._open_steps(line)
        if kind == "materials":
            return self._open(Section(kind, _bare(line), line, self._materials_mode(line)))
        if kind == "rule" or (
            kind in ("conditions", "time_limits") and self.section.kind in ("rule", "notes") and line.form == "bare"
        ):
            return self._open(Section("rule", _bare(line), line))
        if kind in _GENERAL:
            self.group = None if kind != "notes" else self.group
        return self._open(Section(kind, _bare(line), line))

    def _open_steps(self, line: BodyLine) -> bool:
        """A heading like 办理流程 goes on with the channel that is open, if one is."""
        before = self.section
        if before.kind in ("channel", "unknown") and not before.lines:
            return False
        if before.kind in ("channel", "group", "unknown", "materials") and self.group is not None:
            return self._open(Section("group", None, line, self.group.mode, self.group.channels))
        if before.kind == "steps":
            return self._open(Section("steps", None, line, before.mode, before.channels))
        return self._open(Section("steps", _bare(line), line, self._mode()))

    def _materials_mode(self, line: BodyLine) -> Mode | None:
        """Materials belong to the group they stand in; at the group's own level they are general."""
        if self.group is None or (line.level and line.level == self.group_level):
            return None
        online_done = self.group.mode == "online" and self.section.kind in ("channel", "unknown")
        return None if online_done else self.group.mode

    def _mode(self) -> Mode | None:
        return self.group.mode if self.group else None

    def _open_channel(self, line: BodyLine, channels: list[Mention]) -> bool:
        return self._open(Section("channel", _bare(line), line, self._mode(), channels))

    def _is_sub_procedure(self, line: BodyLine) -> bool:
        """Under notes, a heading that names another procedure and no rule opens that procedure."""
        if not self.under_notes or line.form != "colon":
            return False
        found = types_of(clean_heading(line.text))
        return bool(found) and found[0] != self.part.type and bool(phrase("doing").search(line.text))

    def _open_sub_procedure(self, line: BodyLine) -> bool:
        parent = self.part if self.part.parent is None else self.part.parent
        self.part = Part(line, _type_of(clean_heading(line.text)), parent)
        self.parts.append(self.part)
        self.group = None
        return True

    def _is_rule_title(self, line: BodyLine, following: BodyLine | None) -> bool:
        """A bare short line above a sentence is that sentence's title; above another bare one it is an item."""
        if line.form == "colon":
            return True
        return len(line.text) <= _BARE_TITLE and following is not None and following.form in ("sentence", "labelled")

    def _open_coverage(self, line: BodyLine, following: BodyLine | None) -> bool:
        """In a list of what is covered, headings name groups; a bare line among bare lines is an item."""
        if line.form == "bare" and not line.level and (following is None or following.form == "bare"):
            return False
        return self._open(Section("coverage", _bare(line), line))


def _stands_above(line: BodyLine, before: BodyLine | None, following: BodyLine | None) -> bool:
    """Whether a bare short line stands above sentences like a heading, and not among bare lines like an item."""
    if len(line.text) > _BARE_TITLE or following is None:
        return False
    if line.level and (line.level <= _CHINESE_NUMERALS or following.level > line.level):
        return True
    if following.form not in ("sentence", "labelled", "intro"):
        return False
    return before is None or before.form != "bare" or line.level < before.level or bool(line.level and not before.level)


def _bare(line: BodyLine) -> str:
    return line.text.strip().rstrip(":")
