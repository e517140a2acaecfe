"""The thresholds of the reader: the numbers in its code and vocabulary, and the bounds in patterns, as 12 in `.{0,12}`.

They are found by walking the syntax trees and the files, so that none can be forgotten.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
READER = ROOT / "pipelines"
VOCABULARY = READER / "vocabulary"
# The checker of the vocabulary reads no page.
NOT_READING = {"vocabulary/check.py"}
# How long caches get, and where characters stand in Unicode.
CACHE = "maxsize"
CODE_POINT = re.compile(r"0[xX]")
# A bound in a pattern. After a digit it is how a number is written, as in \d{4}.
BOUND = re.compile(r"(?<!\\d)(?<!\\d\))(?<!十\])(?<!\\)\{(\d*)(,?)(\d*)\}")
REPEATED = 2
GIVEN = Path(__file__).with_name("no_thresholds.toml")


class Threshold(NamedTuple):
    """A number: the file it stands in, the way to it there, what it is now, how to show where that is.

    `place` is where it stands in its pattern; None for a number of its own.
    """

    file: str
    path: tuple[str | int, ...]
    value: float
    shown: str
    place: int | None = None

    @property
    def in_data(self) -> bool:
        """Whether it stands in a vocabulary file."""
        return self.file.endswith(".toml")


@cache
def source_of(file: str) -> str:
    """A module as it was when first asked for, whatever happens to its file meanwhile."""
    return Path(file).read_text(encoding="utf-8")


def is_number(value: object) -> bool:
    """Whether a value counts or measures; True and False do not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def replaced(old: Any, threshold: Threshold, value: float) -> Any:
    """What stands at a threshold in, the same with the threshold moved out."""
    return value if threshold.place is None else with_bound(old, threshold.place, int(value))


def in_code() -> Iterator[Threshold]:
    """The numbers and bounds in the modules of the reader."""
    for file in sorted(READER.rglob("*.py")):
        name = file.relative_to(READER).as_posix()
        if name not in NOT_READING:
            yield from in_source(source_of(str(file)), name)


def in_source(source: str, name: str) -> Iterator[Threshold]:
    """Those of one module; 0, 1 and -1 count things unless they have a name of their own."""
    tree = ast.parse(source)
    lines = source.splitlines()
    named = {id(node.value) for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)}
    left_out = {id(node) for node in no_thresholds(tree)}
    for n, node in enumerate(constants(tree)):
        if id(node) in left_out or CODE_POINT.match(lines[node.lineno - 1], node.col_offset):
            continue
        shown = f"{node.lineno}: {lines[node.lineno - 1].strip()}"
        if is_number(node.value) and (node.value not in (0, 1) or id(node) in named):
            yield Threshold(name, (n,), node.value, shown)
        elif isinstance(node.value, str):
            where = f"{node.lineno}: "
            yield from (
                Threshold(name, (n,), bound, where + around(node.value, place), place)
                for place, bound in bounds(node.value)
            )


def constants(tree: ast.AST) -> list[ast.Constant]:
    """The literals of a module in a fixed order."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def no_thresholds(tree: ast.AST) -> Iterator[ast.AST]:
    """The literals that measure nothing a reader does: sizes of caches, docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == CACHE:
            yield from ast.walk(node.value)
        elif isinstance(node, ast.Expr):
            yield node.value


def in_data() -> Iterator[Threshold]:
    """The numbers and bounds of the vocabulary."""
    for file in sorted(VOCABULARY.glob("*.toml")):
        for path, value in values(tomllib.loads(file.read_text(encoding="utf-8"))):
            where = ".".join(map(str, path))
            if is_number(value):
                yield Threshold(file.name, path, value, where)
            elif isinstance(value, str):
                yield from (
                    Threshold(file.name, path, bound, f"{where}: {around(value, place)}", place)
                    for place, bound in bounds(value)
                )


def values(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Nested tables in, the way to each value and the value out."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from values(part, (*path, key))
    else:
        yield path, value


def bounds(pattern: str) -> Iterator[tuple[int, int]]:
    """A pattern in, the place and value of each bound out: the upper one where there are two.

    Two or more of something is something repeated, and not a bound.
    """
    for match in BOUND.finditer(pattern):
        if match[3] or int(match[1] or 0) > REPEATED:
            yield match.start(), int(match[3] or match[1])


def around(pattern: str, place: int) -> str:
    """The piece of a pattern that ends with a bound."""
    return f"…{pattern[max(0, place - 16) : pattern.index('}', place) + 1]}"


def with_bound(pattern: str, place: int, value: int) -> str:
    """A pattern with the bound at a place set to another value; the lower one never lies above it."""
    match = BOUND.match(pattern, place)
    assert match
    lower = str(min(int(match[1]), value)) if match[1] and match[3] else match[1] and str(value)
    upper = match[3] and str(value)
    return f"{pattern[:place]}{{{lower}{match[2]}{upper}}}{pattern[match.end() :]}"


@cache
def given() -> list[dict[str, str]]:
    """The numbers that are no thresholds, each with its file, some words of its place, and the reason."""
    return list(tomllib.loads(GIVEN.read_text(encoding="utf-8"))["number"])


def why_given(one: Threshold) -> str | None:
    """Why a number is no threshold; None where it is one."""
    reasons = (number["reason"] for number in given() if number["file"] == one.file and number["where"] in one.shown)
    return next(reasons, None)
