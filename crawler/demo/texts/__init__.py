"""The words of the made-up site: TOML and CSV files, and the functions that read them.

A file in `procedures/` holds the texts of one procedure. Its `titles`, `headings`, `summaries`, `lead` and the
pieces in `lines` are lists of pieces; a piece is one wording or a list of wordings to choose from. A wording is a
string or a table: `t` is the text, and the other keys are what the text says, so that text and truth stand together.

- in a text: `{city}` is a slot, and a wording whose slot has no value for a city is passed over; `[[...]]` is a tap
  path, its labels the words in “”.
- leaves: `leaf` (step, rule, note, coverage, material, time_limit, intro, filler or none; a step if not said) with
  its `role`, `actor`, `rule`, `trigger`, `note`, `group`, `polarity`, `label`; and beside it the lists `m` (materials),
  `limits` (time limits), `h` (hotlines), `cost`, `place` and `law`. `parts` are the sentences of one line.
- `trap`: the wording or block stands only in articles in which that defect is planted; `flags` are the defects.
- a `block` may set leaf keys for all its lines, open a `channel` or a sub-procedure (`sub`), come by `chance`, or be
  the place where a paragraph of another subject goes in (`splice`).
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def load_toml(name: str) -> dict[str, Any]:
    """`name` without its ending -> the file's tables. Cached: never write to what it returns."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_rows(name: str) -> tuple[dict[str, str], ...]:
    """`name` without its ending -> the rows of the CSV file."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def load_procedures() -> dict[str, dict[str, Any]]:
    """All procedure files -> their tables by type, in order of file name."""
    names = sorted(path.stem for path in (HERE / "procedures").glob("*.toml"))
    return {name: load_toml(f"procedures/{name}") for name in names}
