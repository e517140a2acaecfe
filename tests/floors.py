"""The floors of the scores, in floors.csv: a row for each scope (demo, style, page), a column for each field.

`make floors` raises each floor to what the reader reaches now. It lowers none unless told (`make floors LOWER=1`):
where a score has fallen, it says which and writes nothing. A blank cell means that the scope has no such fact and
that none was read; a fact made up there is a fall.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Mapping
from math import floor
from pathlib import Path

from rich.console import Console

from tests.facts import ALL, FIELDS, Tally
from tests.scores import by_scope

FILE = Path(__file__).with_name("floors.csv")
COLUMNS = (ALL, *FIELDS)

# How far a score may rise above its floor before the floor must follow.
SLACK = 0.03

Floors = dict[str, dict[str, float]]
Scores = Mapping[str, Mapping[str, Tally]]


def read(file: Path = FILE) -> Floors:
    """The file of floors in, scope -> field -> floor out; a blank cell is 1: nothing may be missed or made up."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["scope"]: {field: float(row[field] or 1) for field in COLUMNS} for row in csv.DictReader(rows)}


def write(scores: Scores, file: Path = FILE) -> None:
    """Put the scores down as floors, each rounded down."""
    with file.open("w", encoding="utf-8", newline="") as rows:
        table = csv.writer(rows, lineterminator="\n")
        table.writerow(["scope", *COLUMNS])
        table.writerows([scope, *map(cell, (tallies[field] for field in COLUMNS))] for scope, tallies in scores.items())


def cell(tally: Tally) -> str:
    """A score as the file holds it: three digits rounded down, 1 for all right, blank for no fact."""
    if not tally.wanted and not tally.got:
        return ""
    return f"{rounded(tally):.3f}".rstrip("0").rstrip(".")


def rounded(tally: Tally) -> float:
    """F1 rounded down, so that a floor never lies above its score."""
    return floor(tally.f1 * 1000) / 1000


def falls(scores: Scores, floors: Floors) -> Iterator[tuple[str, str, float, float | None]]:
    """(scope, field, floor, score) where a score lies below its floor; no score where the scope is gone."""
    for scope, fields in floors.items():
        for field, lowest in fields.items():
            score = rounded(scores[scope][field]) if scope in scores else None
            if score is None or score < lowest:
                yield scope, field, lowest, score


def raise_floors(scores: Scores, file: Path = FILE, *, lower: bool, console: Console) -> bool:
    """Write the scores as floors and say so; False where that would lower one and nobody asked for it."""
    before = read(file) if file.exists() else {}
    fallen = list(falls(scores, before))
    for scope, field, lowest, score in fallen:
        now = "gone" if score is None else f"{score:.3f}"
        console.print(f"{scope} {field}: {lowest:.3f} -> {now}", highlight=False)
    if fallen and not lower:
        console.print(
            f"[red]{len(fallen)} scores lie below their floor: nothing written. Lower with: make floors LOWER=1"
        )
        return False
    write(scores, file)
    after = read(file)
    raised = sum(after[scope][field] > before[scope][field] for scope in after.keys() & before for field in COLUMNS)
    new = len(after.keys() - before)
    console.print(f"{file.name}: {raised} floors raised, {len(fallen)} lowered, {new} scopes new", highlight=False)
    return True


def complaint(tally: Tally, lowest: float) -> str | None:
    """A score and its floor in, what is wrong with them out."""
    facts = f"F1 {tally.f1:.4f} over {tally.wanted} facts, {tally.got} read; its floor is {lowest:.3f}"
    if tally.f1 < lowest:
        return f"{facts}: the reader has become worse; `make score` shows where"
    if tally.f1 > lowest + SLACK:
        return f"{facts}: the reader has become better; raise it with make floors"
    return None


def main() -> int:
    """Read every page, raise the floors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lower", action="store_true", help="also lower the floors of scores that have fallen")
    lower = parser.parse_args().lower
    return 0 if raise_floors(by_scope(), lower=lower, console=Console(soft_wrap=True)) else 1


if __name__ == "__main__":
    sys.exit(main())
