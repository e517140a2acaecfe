"""An article while it is written: each line goes in together with what it says, so that neither can drift."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from crawler.demo.texts import load_toml

TAPS = re.compile(r"\[\[(.*?)\]\]")
LABEL = re.compile("“(.*?)”")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
LEAF_LISTS = (
    "channels",
    "materials",
    "time_limits",
    "rules",
    "hotlines",
    "coverage",
    "notes",
    "costs",
    "locations",
    "legal_refs",
)


def fold(text: str) -> str:
    """Text as a page shows it -> text as a record holds it: NFKC, and a circled number becomes `1. `."""
    for number, sign in enumerate(CIRCLED, start=1):
        text = text.replace(sign, f"{number}. ")
    return unicodedata.normalize("NFKC", text)


def plain(text: str) -> str:
    """Text with the marks `[[...]]` around tap paths -> the text a reader sees."""
    return TAPS.sub(r"\1", text)


def taps(text: str) -> list[list[str]]:
    """Text with marks -> its tap paths, each the quoted labels within one pair of marks."""
    return [LABEL.findall(path) for path in TAPS.findall(text)]


@dataclass(slots=True)
class Draft:
    """Lines as shown (`shown`) and the record that grows with them (`lines`, `procedures`, `flags`)."""

    shown: list[str] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    procedures: list[dict[str, Any]] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    procedure: dict[str, Any] | None = None

    def add(self, text: str, role: str, flags: list[dict[str, Any]] | None = None) -> int:
        """Write one line and the defects planted in it; give its number."""
        number = len(self.lines) + 1
        self.shown.append(text)
        self.lines.append({"no": number, "role": role, "text": fold(text)})
        for flag in flags or []:
            self.flag(line=number, **flag)
        return number

    def flag(self, code: str, line: int, quote: str, normalised: str | None = None, detail: str | None = None) -> None:
        """Note a defect of the line, in the procedure that is being written."""
        severity, scope = load_toml("flags")[code]
        seq = self.procedure["seq"] if self.procedure and scope != "article" else None
        self.flags.append(
            {
                "code": code,
                "severity": severity,
                "scope": scope,
                "line": line,
                "quote": fold(quote),
                "detail": detail,
                "normalised": normalised,
                "procedure_seq": seq,
            }
        )

    def open_procedure(self, kind: str, heading: str, line: int, region_code: str | None) -> dict[str, Any]:
        """Begin a procedure of its own."""
        self.procedure = {
            "seq": len(self.procedures) + 1,
            "parent_seq": None,
            "type": kind,
            "heading": fold(heading),
            "line": line,
            "region_code": region_code,
            "schemes": [],
            **{name: [] for name in LEAF_LISTS},
        }
        self.procedures.append(self.procedure)
        return self.procedure

    def open_channel(self, mode: str, kind: str, name: str, *, generic: bool = False) -> None:
        """Begin a channel of the procedure that is being written."""
        channels = self.current["channels"]
        channels.append(
            {
                "seq": len(channels) + 1,
                "mode": mode,
                "kind": kind,
                "name": name,
                "is_generic": generic,
                "steps": [],
            }
        )

    @property
    def current(self) -> dict[str, Any]:
        """The procedure that is being written."""
        assert self.procedure is not None, "a leaf before the first procedure"
        return self.procedure
