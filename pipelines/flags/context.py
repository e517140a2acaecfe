"""What every flagger looks at: the record, its outline, and which procedure a line belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipelines.outline import Outline
from pipelines.record import Line, Procedure, QualityFlag, Record
from pipelines.sections import Section
from pipelines.vocabulary import flag_kinds

_NOT_BODY = frozenset({"title", "byline", "site_disclaimer", "related"})


@dataclass
class Context:
    """A record under inspection."""

    record: Record
    outline: Outline
    is_striking: Callable[[str], bool]

    @cached_property
    def body(self) -> list[Line]:
        """The lines of the article itself."""
        return [line for line in self.record.lines if line.role not in _NOT_BODY]

    @cached_property
    def striking(self) -> list[Line]:
        """The lines of the article whose words a flag may be for: few, and the pages of a site share the others."""
        return [line for line in self.body if self.is_striking(line.text)]

    @cached_property
    def headings(self) -> list[Line]:
        """The headings of the article, its title where that is the heading of a procedure."""
        return [line for line in self.record.lines if line.role == "heading" or line.no in self._starts]

    @cached_property
    def text(self) -> str:
        """The lines of the article in one: what is not in it is in none of them."""
        return "\n".join(line.text for line in self.body)

    @cached_property
    def lines(self) -> dict[int, Line]:
        """All lines by number."""
        return {line.no: line for line in self.record.lines}

    @cached_property
    def sections(self) -> list[Section]:
        """All sections in order."""
        return [section for part in self.outline.parts for section in part.sections]

    @cached_property
    def _starts(self) -> dict[int, Procedure]:
        return {procedure.line: procedure for procedure in self.record.procedures}

    @cached_property
    def _owners(self) -> dict[int, Procedure]:
        owners: dict[int, Procedure] = {}
        current = None
        for line in self.record.lines:
            current = self._starts.get(line.no, current)
            if current and line.role not in ("disclaimer", "site_disclaimer", "related"):
                owners[line.no] = current
        return owners

    def procedure(self, line_no: int) -> Procedure | None:
        """The procedure a line belongs to; None for the lead, the disclaimers and the list."""
        return self._owners.get(line_no)

    def region(self, line_no: int) -> str | None:
        """The region a line speaks for: its procedure's, else the article's."""
        owner = self.procedure(line_no)
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
        owner = self.procedure(line.no) if line else None
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
