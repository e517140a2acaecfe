"""The outline of one procedure to its record: each section is read by what it is, sentence by sentence.

Pages of one site share most of their sections word for word, so what was read once is remembered.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.assembly import Assembly
from pipelines.fields import coverage
from pipelines.fields.channels import Mention, find_channels
from pipelines.findings import Before, Reading
from pipelines.headings import clean_heading, kind_of_words
from pipelines.labels import parts_of
from pipelines.lines import BodyLine, body_line
from pipelines.listed import ListedLines
from pipelines.memory import LONGEST, remember
from pipelines.reasons import Reason, Reasons
from pipelines.record import Line, Mode, Procedure
from pipelines.sections import Part, Section
from pipelines.vocabulary import says

# Sections whose lines are steps, where nothing says otherwise.
_DOING = frozenset({"plain", "group", "channel", "unknown", "steps"})
_OF_WAYS = _DOING | {"where"}
# Sections whose lines keep their labels: 线上办理:... among time limits is no section of its own.
_LABELLED = frozenset({"time_limits", "materials", "notes", "coverage"})
# What a label announces even there.
_PARTICULARS = frozenset({"costs", "locations", "hotlines", "legal_refs"})


def read_procedure(
    part: Part, seq: int, parent_seq: int | None, region_code: str | None, reasons: Reasons | None
) -> Procedure:
    """The outline of a procedure in, its record out; sets the role of every line it reads and notes its reasons.

    `region_code` is what the procedure's heading or, failing that, the article says.
    """
    heading = part.heading.line
    procedure = Procedure(seq, parent_seq, part.type, heading.text, heading.no, region_code)
    if reasons is not None:
        reasons.note(procedure, Reason(part.by, heading.no))
    assembly = Assembly(procedure, reasons)
    named = tuple(find_channels(heading.text))
    announced = polarity = coverage.polarity_of_intro(heading.text) or "included"
    for section in part.sections:
        if part.type == "reimbursement-scope" and section.kind in ("plain", "unknown"):
            section.kind = "coverage"
        lent = section.kind == "unknown"
        goes_on = assembly.open if lent or (section.kind == "steps" and section.title is None) else None
        still_open = (goes_on.mode, goes_on.kind) if goes_on else None
        lines = [line.line for line in section.all_lines()]
        reading = _reading(section, lines, Before(part.type, named, announced, polarity, still_open, lent))
        assembly.add(reading, lines)
        polarity = reading.polarity
    return procedure


def _reading(section: Section, lines: list[Line], before: Before) -> Reading:
    """A section, its lines and what came before in, its reading out; remembered unless the section is a long one."""
    texts = tuple([line.text for line in lines])
    read = _read_section if sum(map(len, texts)) <= LONGEST else _read_section.__wrapped__
    return read(
        before,
        section.kind,
        section.title,
        section.mode,
        tuple(section.channels),
        section.condition,
        section.columns,
        section.heading is not None,
        texts,
    )


@remember
def _read_section(
    before: Before,
    kind: str,
    title: str | None,
    mode: Mode | None,
    channels: tuple[Mention, ...],
    condition: str | None,
    columns: tuple[str, ...],
    has_heading: bool,  # noqa: FBT001 - private, and a memory goes by place
    texts: tuple[str, ...],
) -> Reading:
    """The section anew from nothing but what is given, so that the reading can hang on nothing else."""
    lines = [body_line(Line(n, "other", text)) for n, text in enumerate(texts)]
    heading = lines[0] if has_heading else None
    section = Section(kind, title, heading, mode, list(channels), lines[has_heading:], condition, columns)
    return _Reader(section, before).read([line.line for line in lines])


class _Reader(ListedLines):
    """Walks the lines of one section and reads each as the section, or its own label, says."""

    def __init__(self, section: Section, before: Before) -> None:
        super().__init__(section, before)
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

    def read(self, lines: list[Line]) -> Reading:
        """The reading of the section, whose lines these are, heading and all."""
        self._open()
        for line in self.section.lines:
            for part in parts_of(line, of_doing=self.section.kind in _OF_WAYS) if self._may_part(line) else [line]:
                self._read_line(part)
        channel = self.channel.seq if self.channel else None
        return Reading(tuple(self.draft.findings), tuple(line.role for line in lines), channel, self.polarity)

    def _may_part(self, line: BodyLine) -> bool:
        """Whether labels inside a line may open something: not where the section keeps its lines whole."""
        return self.section.kind not in _LABELLED and line.form not in ("filler", "intro")

    def _open(self) -> None:
        section = self.section
        if section.heading is None:
            return
        section.heading.line.role = "intro" if section.heading.form == "intro" else "heading"
        if section.kind == "coverage":
            self.polarity = coverage.polarity_of_intro(section.title or "") or self.before.announced
        if section.kind in ("channel", "group", "unknown", "steps") and self.channel is None:
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
        self.draft.laws(line)
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
        if says("law_label", line.label) and says("only_laws", line.value or ""):
            return self.legal_line
        if says("fee_label", line.label) and "元" in (line.value or ""):
            return self.cost_line
        known = kind_of_words(clean_heading(line.label))
        return self.by_kind.get(known[0]) if known and known[0] != "notes" else None

    def _particular(self, line: BodyLine) -> Callable[[BodyLine], None] | None:
        """A fee, an office, a number or a law among notes is still one."""
        if line.label and says("law_label", line.label) and says("only_laws", line.value or ""):
            return self.legal_line
        known = kind_of_words(clean_heading(line.label or ""))
        return self.by_kind[known[0]] if known and known[0] in _PARTICULARS else None
