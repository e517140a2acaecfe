"""The sections of one procedure: its lines in, a section opened at each heading.

Rank comes from what a heading says, not from its form: a group (线上办理) holds channels (支付宝), a procedure
holds groups, materials, time limits and notes, a notes section holds rule titles and sub-procedures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from pipelines.fields.channels import Mention, heading_channels
from pipelines.fields.hotlines import parse_hotlines
from pipelines.fields.materials import parse_materials
from pipelines.headings import BARE_TITLE, SHORT_HEADING, bare, clean_heading, heading_kind, stands_above, type_of
from pipelines.lines import BodyLine
from pipelines.record import Mode
from pipelines.tables import CELL, columns_of
from pipelines.titles import types_of
from pipelines.vocabulary import phrase, says

# Sections that stand for a procedure as a whole, whatever channel came before.
_GENERAL = frozenset({"time_limits", "costs", "locations", "hotlines", "legal_refs", "conditions", "notes"})
_STEP_MARKER = re.compile(r"^(?:第[一二三四五六七八九十]+步|步骤)")


@dataclass(slots=True)
class Section:
    """Lines under one heading. `kind` says how to read them; `mode` is the way of doing they belong to.

    `condition` says for whom the documents of a list are, `columns` what the columns of a table hold.
    """

    kind: str
    title: str | None = None
    heading: BodyLine | None = None
    mode: Mode | None = None
    channels: list[Mention] = field(default_factory=list)
    lines: list[BodyLine] = field(default_factory=list)
    condition: str | None = None
    columns: tuple[str, ...] = ()

    def all_lines(self) -> list[BodyLine]:
        """The heading and the lines below it."""
        return [self.heading, *self.lines] if self.heading else self.lines


@dataclass(slots=True)
class Part:
    """One procedure of the article with its sections in order; `parent` is the part it stands under.

    `by` is the rule that took the heading for one of a procedure (`reading_rules.toml`).
    """

    heading: BodyLine
    type: str
    by: str
    parent: Part | None = None
    sections: list[Section] = field(default_factory=lambda: [Section("plain")])


def build_sections(part: Part, lines: list[BodyLine]) -> list[Part]:
    """A part without lines and its lines in; itself with its sections out, then its sub-procedures."""
    return _Builder(part).build(lines)


class _Builder:
    """Takes the lines of one procedure in order and opens a section at each heading."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.parts = [part]
        self.section = part.sections[-1]
        self.group: Section | None = None
        self.group_level = 0
        self.list_level = 0
        self.under_notes = False

    def build(self, lines: list[BodyLine]) -> list[Part]:
        before: BodyLine | None = None
        for line, following in zip_longest(lines, lines[1:]):
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
        if CELL in line.text:
            return self._opens_by_table(line)
        if line.form in ("filler", "labelled", "sentence"):
            return False
        if line.form == "intro":
            return self._opens_by_intro(line)
        if len(line.text) > SHORT_HEADING or self._is_item(line):
            return False
        stands = self._stands(line, before, following)
        known = heading_kind(line)
        if known and (stands or known[0] != "steps"):
            return self._open_known(line, *known)
        if self._says_for_whom(line, following):
            return self._open(Section("materials", bare(line), line, self.section.mode, condition=bare(line)))
        if self._is_sub_procedure(line):
            return self._open_sub_procedure(line)
        if self.under_notes and self._is_rule_title(line, following):
            return self._open(Section("rule", bare(line), line))
        if self.part.type == "reimbursement-scope":
            return self._open_coverage(line, following)
        channels = heading_channels(clean_heading(line.text))
        if channels and not phrase("opening_verb").match(line.text):
            return self._open_channel(line, channels)
        if stands and not phrase("opening_verb").match(line.text):
            return self._open_unknown(line)
        return False

    def _stands(self, line: BodyLine, before: BodyLine | None, following: BodyLine | None) -> bool:
        """Whether a short line is a heading by its form, its last words or its place."""
        if line.form in ("colon", "question") or stands_above(line, before, following):
            return True
        return says("heading_words", clean_heading(line.text))

    def _is_item(self, line: BodyLine) -> bool:
        """In a list of documents or numbers a short line is one of them, whatever else it names."""
        if self.section.kind == "hotlines":
            return bool(parse_hotlines(f"电话:{line.text}"))
        return self.section.kind == "materials" and line.form == "bare" and bool(parse_materials(line.text))

    def _says_for_whom(self, line: BodyLine, following: BodyLine | None) -> bool:
        """In a list of documents a short line above more of them says in which case they are needed."""
        if self.section.kind != "materials" or following is None or says("step_like", following.text):
            return False
        within = line.level > self.list_level if self.list_level else line.form == "bare" or not line.level
        listed = within and line.form in ("bare", "colon") and bool(parse_materials(following.text))
        return listed and not heading_channels(clean_heading(line.text))

    def _open_unknown(self, line: BodyLine) -> bool:
        """A heading no pattern knows; 第二步 ... goes on with the steps."""
        if _STEP_MARKER.match(line.marker):
            return self._open_steps(line)
        return self._open(Section("unknown", bare(line), line, self._mode()))

    def _opens_by_table(self, line: BodyLine) -> bool:
        """The head of a table of typed columns opens a section; that of a list of documents theirs."""
        columns = columns_of(line.text)
        if columns and (columns[0] == "case" or "materials" not in columns):
            return self._open(Section("table", self.section.title, line, self._mode(), columns=columns))
        if self.section.kind != "materials" and says("materials_table", line.text):
            return self._open(Section("materials", None, line, self._materials_mode(line)))
        return False

    def _opens_by_intro(self, line: BodyLine) -> bool:
        """An intro that asks for documents opens a materials section; others announce what is already open."""
        if says("materials_intro", line.text):
            return self._open(Section("materials", None, line, self._materials_mode(line)))
        if says("conditions_intro", line.text) and self.part.type != "reimbursement-scope":
            return self._open(Section("conditions", None, line))
        return False

    def _open(self, section: Section) -> bool:
        self.under_notes = section.kind == "notes" or (section.kind == "rule" and self.under_notes)
        self.part.sections.append(section)
        self.section = section
        return True

    def _open_known(self, line: BodyLine, kind: str, mode: Mode | None) -> bool:
        if kind == "group":
            self.group = Section("group", bare(line), line, mode, heading_channels(clean_heading(line.text)))
            self.group_level = line.level
            return self._open(self.group)
        if kind == "steps":
            return self._open_steps(line)
        if kind == "materials":
            self.list_level = line.level
            return self._open(Section(kind, bare(line), line, self._materials_mode(line)))
        if kind == "rule" or (
            kind in ("conditions", "time_limits") and self.section.kind in ("rule", "notes") and line.form == "bare"
        ):
            return self._open(Section("rule", bare(line), line))
        if kind in _GENERAL:
            self.group = None if kind != "notes" else self.group
        return self._open(Section(kind, bare(line), line))

    def _open_steps(self, line: BodyLine) -> bool:
        """A heading like 办理流程 goes on with the channel that is open, if one is."""
        before = self.section
        if before.kind in ("channel", "unknown") and not before.lines:
            return False
        if before.kind in ("channel", "group", "unknown", "materials") and self.group is not None:
            return self._open(Section("group", None, line, self.group.mode, self.group.channels))
        if before.kind == "steps":
            return self._open(Section("steps", None, line, before.mode, before.channels))
        return self._open(Section("steps", bare(line), line, self._mode()))

    def _materials_mode(self, line: BodyLine) -> Mode | None:
        """Materials belong to the group they stand in; at the group's own level they are general."""
        if self.group is None or (line.level and line.level == self.group_level):
            return None
        online_done = self.group.mode == "online" and self.section.kind in ("channel", "unknown")
        return None if online_done else self.group.mode

    def _mode(self) -> Mode | None:
        return self.group.mode if self.group else None

    def _open_channel(self, line: BodyLine, channels: list[Mention]) -> bool:
        return self._open(Section("channel", bare(line), line, self._mode(), channels))

    def _is_sub_procedure(self, line: BodyLine) -> bool:
        """Under notes, a heading that names another procedure and no rule opens that procedure."""
        if not self.under_notes or line.form != "colon":
            return False
        found = types_of(clean_heading(line.text))
        return bool(found) and found[0] != self.part.type and says("doing", line.text)

    def _open_sub_procedure(self, line: BodyLine) -> bool:
        parent = self.part if self.part.parent is None else self.part.parent
        self.part = Part(line, type_of(clean_heading(line.text)), "heading-under-notes", parent)
        self.parts.append(self.part)
        self.section = self.part.sections[-1]
        self.group = None
        return True

    def _is_rule_title(self, line: BodyLine, following: BodyLine | None) -> bool:
        """A bare short line above a sentence is that sentence's title; above another bare one it is an item."""
        if line.form == "colon":
            return True
        return len(line.text) <= BARE_TITLE and following is not None and following.form in ("sentence", "labelled")

    def _open_coverage(self, line: BodyLine, following: BodyLine | None) -> bool:
        """In a list of what is covered, headings name groups; a bare line among bare lines is an item."""
        if line.form == "bare" and not line.level and (following is None or following.form == "bare"):
            return False
        return self._open(Section("coverage", bare(line), line))
