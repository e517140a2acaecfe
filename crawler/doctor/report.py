"""What a doctor tells: sentences by heading, and lines for the site file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["good", "note", "bad"]


@dataclass
class Report:
    """Sentences by heading, and the lines that the site file should hold."""

    sections: list[tuple[str, list[tuple[Level, str]]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def section(self, heading: str) -> None:
        """Begin the next heading."""
        self.sections.append((heading, []))

    def say(self, level: Level, text: str) -> None:
        """A sentence below the last heading."""
        self.sections[-1][1].append((level, text))

    @property
    def bad(self) -> int:
        """How many sentences tell of something that must be mended."""
        return sum(level == "bad" for _, said in self.sections for level, _ in said)
