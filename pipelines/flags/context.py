"""What every flagger looks at: the record, its outline, and which procedure a line belongs to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import attrgetter

from pipelines.lines import BodyLine
from pipelines.outline import Outline
from pipelines.record import Line, Procedure, QualityFlag, Record
from pipelines.sections import Section
from pipelines.vocabulary import flag_kinds

_NOT_BODY = frozenset({"title", "byline", "site_disclaimer", "related"})
_NUMBER = attrgetter("no")
_OF_NO_PROCEDURE = frozenset({"disclaimer", "site_disclaimer", "related"})


class Context:
    """A record under inspection and its outline.

    `body` are the lines of the article itself, `text` these in one: what is not in it is in none of them. `striking`
    are those whose words a flag may be for: few, and the pages of a site share the others. `headings` has the title
    where that is the heading of a procedure, `labelled` the labelled lines of all sections with their section.
    """

    def __init__(self, record: Record, outline: Outline, is_striking: Callable[[str], bool]) -> None:
        self.record = record
        self.outline = outline
        self._owners = {procedure.line: procedure for procedure in record.procedures}
        self._starts = sorted(self._owners)
        self.body: list[Line] = [line for line in record.lines if line.role not in _NOT_BODY]
        self.striking: list[Line] = [line for line in self.body if is_striking(line.text)]
        self.headings: list[Line] = [line for line in record.lines if line.role == "heading" or line.no in self._owners]
        self.text = "\n".join([line.text for line in self.body])
        self.sections: list[Section] = [section for part in outline.parts for section in part.sections]
        self.labelled: list[tuple[Section, BodyLine]] = [
            (section, line) for section in self.sections for line in section.lines if line.label
        ]

    def line(self, no: int) -> Line:
        """The line of a number."""
        return self.record.lines[bisect_left(self.record.lines, no, key=_NUMBER)]

    def procedure(self, line: Line) -> Procedure | None:
        """The procedure a line belongs to; None for the lead, the disclaimers and the list."""
        above = bisect_right(self._starts, line.no)
        return self._owners[self._starts[above - 1]] if above and line.role not in _OF_NO_PROCEDURE else None

    def region(self, line: Line) -> str | None:
        """The region a line speaks for: its procedure's, else the article's."""
        owner = self.procedure(line)
        return owner.region_code if owner else self.record.article.region_code

    def flag(
        self,
        code: str,
        line: Line | None,
        quote: str | None,
        meant: str | None = None,
        detail: str | None = None,
    ) -> QualityFlag:
        """A flag of that code on a line, with the severity and scope its kind has."""
        kind = flag_kinds()[code]
        owner = self.procedure(line) if line else None
        return QualityFlag(
            code,
            kind.severity,
            kind.scope,
            line.no if line else None,
            quote,
            detail,
            meant,
            owner.seq if owner else None,
        )
