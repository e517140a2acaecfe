"""How well the reader reads the labelled corpus: by field and style, the worst pages, the misses of one.

`make score`, and `make score PAGE=shebaowang/36` for what was missed and made up on a page; PAGE may be a style too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests import scores
from tests.corpus import STYLES
from tests.facts import ALL, FIELDS, Tally, facts

# What the reader is asked for over all fields.
GOALS = {"shebaowang": 0.95, "other": 0.85}
WORST = 12


def table_of_fields(found: dict[str, dict[str, Tally]]) -> Table:
    """style -> field -> tally in; a row for each field and one for all out."""
    table = Table(title="Facts in the labels, precision, recall and F1 of what is read")
    table.add_column("field")
    for style in found:
        for column in (style, "P", "R", "F1"):
            table.add_column(column, justify="right")
    for field in (*FIELDS, ALL):
        table.add_section() if field == ALL else None
        table.add_row(field, *(part for tallies in found.values() for part in row(tallies[field])))
    return table


def row(tally: Tally) -> list[str]:
    """Facts, precision, recall, F1; nothing where there is no fact and none was read."""
    if not tally.wanted and not tally.got:
        return ["", "", "", ""]
    colour = "green" if tally.f1 >= 0.95 else "yellow" if tally.f1 >= 0.85 else "red"
    shares = f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"[{colour}]{tally.f1:.3f}[/]"
    return [str(tally.wanted), *shares]


def table_of_pages(names: Iterable[str]) -> Table:
    """Pages in; those read worst out, with the fields that cost them most."""
    table = Table(title="Pages read worst")
    for column in ("page", "facts", "F1", "wrong in"):
        table.add_column(column, justify="right" if column in ("facts", "F1") else "left")
    for name in sorted(names, key=lambda name: scores.of(name)[ALL].f1)[:WORST]:
        tallies = scores.of(name)
        wrong = {field: max(tallies[field].wanted, tallies[field].got) - tallies[field].hits for field in FIELDS}
        worst = sorted(filter(wrong.get, FIELDS), key=lambda field: -wrong[field])[:4]
        costs = ", ".join(f"{field} {wrong[field]}" for field in worst)
        table.add_row(name, str(tallies[ALL].wanted), f"{tallies[ALL].f1:.3f}", costs)
    return table


def misses(name: str) -> Table:
    """A page in; what was missed and made up on it out."""
    truth, read = map(facts, scores.pages()[name])
    table = Table("", "field", "fact", title=f"{name}: F1 {scores.of(name)[ALL].f1:.3f}")
    for field in FIELDS:
        for mark, wrong in (("[yellow]missed", truth - read), ("[red]made up", read - truth)):
            for key in sorted((key for key in wrong.elements() if key[0] == field), key=str):
                table.add_row(mark, field, escape(" · ".join(str(part) for part in key[1:])))
    return table


def main() -> int:
    """Read the corpus, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", metavar="STYLE/NAME", help="show the misses of the pages that begin so")
    wanted = parser.parse_args().page
    console = Console(width=None if sys.stdout.isatty() else 120)
    if wanted:
        named = [name for name in scores.pages() if name.startswith(wanted)]
        if not named:
            print(f"no page of the corpus begins with {wanted!r}; name one like shebaowang/36", file=sys.stderr)
            return 1
        console.print(*map(misses, named))
        return 0
    console.print(table_of_fields({style: scores.of(style) for style in STYLES}))
    console.print(table_of_pages(scores.pages()))
    for style, goal in GOALS.items():
        console.print(f"{style}: F1 {scores.of(style)[ALL].f1:.4f} over all fields; the goal is {goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
