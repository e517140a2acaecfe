"""The words the reader knows, as data: each function reads one file of this folder and returns its rows.

The files are what an editor changes; nothing here guesses and nothing is spelt out in code elsewhere.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from pipelines.record import Mode, Scope, Severity


@dataclass(frozen=True, slots=True)
class Region:
    """One administrative division (GB/T 2260 code). `parent_code` is None for a province."""

    code: str
    name: str
    short_name: str
    level: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class ProcedureType:
    """One kind of procedure; the words that name it in a title or heading are read by titles.py."""

    slug: str
    name_zh: str
    name_en: str
    schemes: tuple[str, ...]
    official_item: str | None
    official_code: str | None
    certainty: str | None


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One kind of channel and the words articles use for it."""

    kind: str
    name_zh: str
    name_en: str
    mode: Mode
    aliases: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionalChannel:
    """An app or account that belongs to one region; `certainty` V: seen in a public source, K: from memory."""

    name: str
    region_code: str
    kind: str
    certainty: str
    source: str


@dataclass(frozen=True, slots=True)
class MaterialName:
    """A document under its canonical name, with other ways to write it."""

    name: str
    aliases: tuple[str, ...]
    is_form: bool


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rule; `title` matches a rule's heading, `text` its sentence.

    Where neither tells: `hint` matches its heading, `types` are the procedures whose statements are of this kind.
    """

    kind: str
    name_zh: str
    name_en: str
    title: re.Pattern[str] | None
    text: re.Pattern[str] | None
    hint: re.Pattern[str] | None
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class FlagKind:
    """A quality flag with the words readers see."""

    code: str
    severity: Severity
    scope: Scope
    title_zh: str
    title_en: str
    explanation_zh: str


@dataclass(frozen=True, slots=True)
class HeadingKind:
    """What a heading announces: `pattern` matches its cleaned text, unless `unless` does too."""

    kind: str
    mode: Mode | None
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class NationalHotline:
    """A service number; `medical` is None where the line serves everything."""

    number: str
    owner: str
    medical: bool | None


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """How the reader comes to a fact: what it saw, and the places, as "file: name", to change it in.

    A `left_over` is a note for want of better: worth a look.
    """

    slug: str
    what: str
    where: tuple[str, ...]
    left_over: bool


@cache
def table(name: str) -> dict[str, Any]:
    """The TOML file `name` of this folder, parsed."""
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    """The CSV file `name` of this folder, a dict per row."""
    return list(csv.DictReader(files(__name__).joinpath(name).read_text(encoding="utf-8").splitlines()))


def _pattern(row: dict[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(row[key]) if key in row else None


@cache
def regions() -> tuple[Region, ...]:
    """All divisions known, provinces before their cities."""
    return tuple(
        Region(r["code"], r["name"], r["short_name"], r["level"], r["parent_code"] or None) for r in rows("regions.csv")
    )


@cache
def procedure_types() -> tuple[ProcedureType, ...]:
    """All procedure types in matching order; `other` is last."""
    return tuple(
        ProcedureType(
            r["slug"],
            r["name_zh"],
            r["name_en"],
            tuple(r["schemes"]),
            r.get("official_item"),
            r.get("official_code"),
            r.get("certainty"),
        )
        for r in table("procedure_types.toml")["type"]
    )


@cache
def channel_kinds() -> tuple[ChannelKind, ...]:
    """All channel kinds."""
    return tuple(
        ChannelKind(r["kind"], r["name_zh"], r["name_en"], r["mode"], tuple(r["aliases"]), tuple(r.get("labels", ())))
        for r in table("channels.toml")["kind"]
    )


@cache
def regional_channels() -> tuple[RegionalChannel, ...]:
    """Apps and accounts that carry a region by their name, longest name first."""
    found = [RegionalChannel(**r) for r in rows("regional_channels.csv")]
    return tuple(sorted(found, key=lambda c: -len(c.name)))


@cache
def materials() -> tuple[MaterialName, ...]:
    """All documents with a canonical name."""
    return tuple(
        MaterialName(r["name"], tuple(r["aliases"]), r.get("is_form", False))
        for r in table("materials.toml")["material"]
    )


@cache
def rule_kinds() -> tuple[RuleKind, ...]:
    """All rule kinds in matching order; `other` is last."""
    return tuple(
        RuleKind(
            r["kind"],
            r["name_zh"],
            r["name_en"],
            _pattern(r, "title"),
            _pattern(r, "text"),
            _pattern(r, "hint"),
            frozenset(r.get("types", ())),
        )
        for r in table("rule_kinds.toml")["kind"]
    )


@cache
def flag_kinds() -> dict[str, FlagKind]:
    """All quality flags by code."""
    return {r["code"]: FlagKind(**r) for r in table("flags.toml")["flag"]}


@cache
def national_hotlines() -> dict[str, NationalHotline]:
    """All national service numbers by number."""
    return {
        r["number"]: NationalHotline(r["number"], r["owner"], r.get("medical"))
        for r in table("hotlines.toml")["hotline"]
    }


@cache
def heading_kinds() -> tuple[HeadingKind, ...]:
    """All kinds of headings in matching order."""
    return tuple(
        HeadingKind(r["kind"], r.get("mode"), re.compile(r["pattern"]), _pattern(r, "except"))
        for r in table("headings.toml")["heading"]
    )


@cache
def reading_rules() -> dict[str, ReadingRule]:
    """All reading rules by slug, in the order of the record."""
    return {
        r["slug"]: ReadingRule(r["slug"], r["what"], tuple(r["where"]), r.get("left_over", False))
        for r in table("reading_rules.toml")["rule"]
    }


@cache
def phrase(name: str) -> re.Pattern[str]:
    """The pattern of `phrases.toml` called `name`."""
    return re.compile(table("phrases.toml")[name])


@lru_cache(maxsize=1 << 14)
def says(name: str, text: str) -> bool:
    """Whether a line has words of the phrase called `name`; the pages of a site share most of their lines."""
    return phrase(name).search(text) is not None
