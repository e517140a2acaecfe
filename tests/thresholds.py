"""Every threshold of the reader, moved by a fifth: a reader that reads well only at one setting is overfitted.

Thresholds are the numbers of the vocabulary files and the numeric constants of the modules in `pipelines/`. Each is
moved alone, up and down, and the sample is scored again. `make thresholds`; exit status 1 where a score changes by
0.02 or more, or where no threshold is found.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import chain, count, takewhile
from math import isnan, nan
from multiprocessing import get_context
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import pipelines
from pipelines import vocabulary
from pipelines.normalise import normalise
from pipelines.page import decode, read_html
from tests.demo_pages import live_articles, the_site, the_truth
from tests.facts import facts

SHARE = 0.2
ALLOWED = 0.02
SAMPLE = 80
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


class Threshold(NamedTuple):
    """A number and where it stands: the name of a module or file, and the way to it from there."""

    place: str
    path: tuple[str | int, ...]
    value: float

    @property
    def name(self) -> str:
        """How the table calls it."""
        return ".".join(map(str, self.path))


def moved(value: float, sign: int) -> float:
    """A number a fifth higher or lower; a whole one stays whole and moves by at least 1."""
    return value + sign * max(1, round(abs(value) * SHARE)) if isinstance(value, int) else value * (1 + sign * SHARE)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def modules() -> list[Any]:
    """All modules of the reader."""
    names = [found.name for found in pkgutil.walk_packages(pipelines.__path__, "pipelines.")]
    return [importlib.import_module(name) for name in names]


def in_code() -> Iterator[Threshold]:
    """The numeric constants, each where it is defined or imported first."""
    seen = set()
    for module in modules():
        for name, value in vars(module).items():
            if CONSTANT.fullmatch(name) and is_number(value) and (name.startswith("_") or name not in seen):
                seen.add(name)
                yield Threshold(module.__name__, (name,), value)


def in_data() -> Iterator[Threshold]:
    """The numbers of the vocabulary."""
    for file in sorted(files(vocabulary).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield from (Threshold(file.name, path, value) for path, value in numbers(vocabulary.table(file.name)))


def numbers(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """Nested tables in, the way to each number and the number out."""
    if is_number(value):
        yield path, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(part, (*path, key))


def move(threshold: Threshold, value: float) -> None:
    """Set a threshold in this process, for every module that knows it; forget what was worked out with the old one."""
    *way, last = threshold.path
    if threshold.place.endswith(".toml"):
        table = vocabulary.table(threshold.place)
        for key in way:
            table = table[key]
        table[last] = value
    else:
        owners = [importlib.import_module(threshold.place)] if last.startswith("_") else modules()
        for module in owners:
            if last in vars(module):
                setattr(module, last, value)
    for module in modules():
        for name, found in vars(module).items():
            if hasattr(found, "cache_clear") and not (module is vocabulary and name == "table"):
                found.cache_clear()


@cache
def sample() -> list[tuple[Any, Any]]:
    """(true facts, pages as bytes) of articles spread over the made-up site."""
    plans = live_articles()
    return [(facts(the_truth()[plan.number]), bodies(plan.path)) for plan in plans[:: max(1, len(plans) // SAMPLE)]]


def bodies(path: str) -> list[bytes]:
    """The pages of the article at an address."""
    later = (path.replace(".html", f"_{number}.html") for number in count(2))
    return [page.body for page in takewhile(bool, map(the_site().page, chain([path], later)))]


def demo_score() -> float:
    """F1 over all facts of the sample."""
    hits = total = 0
    for true, pages in sample():
        found = facts(normalise([read_html(decode(page).text) for page in pages]).as_dict())
        hits += (true & found).total()
        total += true.total() + found.total()
    return 2 * hits / total


SCORES = {"demo": demo_score}


def scored(job: tuple[str, Threshold | None, float]) -> float:
    """The score with one threshold moved, in a process of its own; nan where the reader breaks."""
    name, threshold, value = job
    if threshold:
        move(threshold, value)
    try:
        return SCORES[name]()
    except Exception:  # a reader that breaks has no score
        return nan


def table_of(found: list[Threshold], scores: list[float], before: float) -> tuple[Table, int]:
    """Thresholds and their scores (lower, higher, lower, ...) in; the table and how many change too much out."""
    table = Table(title=f"Thresholds moved by {SHARE:.0%}; score before: {before:.4f}")
    for column in ("where", "threshold", "value", "lower", "higher", ""):
        table.add_column(column, justify="right" if column in ("value", "lower", "higher") else "left")
    failed = 0
    for threshold, lower, higher in zip(found, scores[::2], scores[1::2], strict=True):
        bad = not (abs(lower - before) < ALLOWED and abs(higher - before) < ALLOWED)
        failed += bad
        changes = ["breaks" if isnan(score) else f"{score - before:+.4f}" for score in (lower, higher)]
        table.add_row(threshold.place, threshold.name, f"{threshold.value:g}", *changes, "[red]too much" if bad else "")
    return table, failed


def main() -> int:
    """Find, move, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--on", choices=SCORES, default="demo", help="what is scored (default: demo)")
    on = parser.parse_args().on
    found = [*in_data(), *in_code()]
    if not found:
        print("no threshold found: the script looks in the wrong place", file=sys.stderr)
        return 1
    sample()
    jobs = [(on, threshold, moved(threshold.value, sign)) for threshold in found for sign in (-1, 1)]
    progress = Progress(console=Console(stderr=True))
    with progress, get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        before, *scores = progress.track(
            pool.imap(scored, [(on, None, 0), *jobs]), total=len(jobs) + 1, description="Scoring"
        )
    table, failed = table_of(found, scores, before)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    print(f"{len(found)} thresholds, {failed} change the score by {ALLOWED} or more")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
