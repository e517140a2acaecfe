"""The outline of one procedure to its record: each section is read by what it is, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.draft import Draft
from pipelines.fields import coverage
from pipelines.headings import clean_heading, kind_of_words
from pipelines.lines import BodyLine
from pipelines.listed import ListedLines
from pipelines.reasons import Reason, Reasons
from pipelines.record import Procedure
from pipelines.sections import Part, Section
from pipelines.vocabulary import says

# Sections whose lines are steps, where nothing says otherwise.
_DOING = frozenset({"plain", "group", "channel", "unknown", "steps"})
# Sections whose lines keep their labels: 线上办理:... among time limits is no section of its own.
_LABELLED = frozenset({"time_limits", "materials", "notes", "coverage"})
# What a label announces even there.
_PARTICULARS = frozenset({"costs", "locations", "hotlines", "legal_refs"})


def read_procedure(
    part: Part, seq: int, parent_seq: int | None, region_code: str | None, reasons: Reasons
) -> Procedure:
    """The outline of a procedure in, its record out; sets the role of every line it reads and notes its reasons.

    `region_code` is what the procedure's heading or, failing that, the article says.
    """
    heading = part.heading.line
    procedure = Procedure(seq, parent_seq, part.type, heading.text, heading.no, region_code)
    reasons.note(procedure, Reason(part.by, heading.no))
    _Reader(Draft(procedure, reasons)).read(part.sections)
    return procedure


class _Reader(ListedLines):
    """Walks the sections of one procedure and reads each line as its section, or its own label, says."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.by_kind: dict[str, Callable[[BodyLine], None]] = {
            "materials": self.material_line,
            "time_limits": self.time_line,
            "notes": self.note_line,
            "rule": self.rule_line,
            "conditions": self.condition_line,
            "coverage": self.coverage_line,
            "costs": self.cost_line,
            "locations": self.location_line,
            "hotlines": self.hotline_line,
            "legal_refs": self.legal_line,
            "where": self.where_line,
            "table": self.row_line,
        }

    def read(self, sections: list[Section]) -> None:
        for section in sections:
            self._open(section)
            for line in section.lines:
                self._read_line(line)

    def _open(self, section: Section) -> None:
        goes_on = section.kind == "steps" and section.title is None
        self.section, self.channel = section, self.channel if goes_on else None
        if section.heading:
            section.heading.line.role = "intro" if section.heading.form == "intro" else "heading"
        if self.procedure.type == "reimbursement-scope" and section.kind in ("plain", "unknown"):
            section.kind = "coverage"
        if section.kind == "coverage" and section.heading:
            self.polarity = coverage.polarity_of_intro(section.title or "") or self.announced
        if section.heading and section.kind in ("channel", "group", "unknown", "steps") and self.channel is None:
            self.open_channel(section.heading)

    def _read_line(self, line: BodyLine) -> None:
        if line.form in ("filler", "intro"):
            line.line.role = line.form
            if self.section.kind == "coverage":
                self.polarity = coverage.polarity_of_intro(line.text) or self.polarity
            return
        if self.section.kind in _DOING and self.channel is None and says("definition", line.text):
            line.line.role = "definition"
            return
        typed = self._typed_label(line)
        reader = typed or self.by_kind.get(self.section.kind)
        self.draft.told_by = line if typed else self.section.heading if reader else None
        (reader or self.doing_line)(line)
        self.draft.told_by = None
        named = bool(self.channel and self.channel.mode == "phone")
        self.draft.hotlines(line, line.text, "number-in-line", named=named)

    def _typed_label(self, line: BodyLine) -> Callable[[BodyLine], None] | None:
        """所需材料:..., 办理时限:... on one line read as that section would."""
        if not line.label or self.section.kind in _LABELLED:
            return self._particular(line)
        if says("aside_label", line.label):
            return self.note_line
        if says("guide_label", line.label):
            return self.guide_line
        if says("fee_label", line.label) and "元" in (line.value or ""):
            return self.cost_line
        known = kind_of_words(clean_heading(line.label))
        return self.by_kind.get(known[0]) if known and known[0] != "notes" else None

    def _particular(self, line: BodyLine) -> Callable[[BodyLine], None] | None:
        """A fee, an office, a number or a law among notes is still one."""
        known = kind_of_words(clean_heading(line.label or ""))
        return self.by_kind[known[0]] if known and known[0] in _PARTICULARS else None
