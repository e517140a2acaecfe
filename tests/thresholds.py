"""Every threshold of the reader, moved by a fifth: a reader that reads well only at one setting is overfitted.

Each is moved alone, up and down, in a process that imports the reader anew, and the corpus is scored again.
`make thresholds`; exit status 1 where the score of a style changes by 0.02 or more, or where no threshold is found.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from math import isnan, nan
from multiprocessing import get_context
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tests import corpus
from tests.facts import ALL, Tally, facts, tally
from tests.threshold_search import READER, Threshold, constants, in_code, in_data, replaced, source_of, why_given

SHARE = 0.2
ALLOWED = 0.02


class Job(NamedTuple):
    """One scoring: a threshold moved to a value (None: nothing moved), over pages of the corpus."""

    threshold: Threshold | None
    value: float
    pages: tuple[str, ...]


def moved(value: float, sign: int) -> float:
    """A number a fifth higher or lower; a whole one stays whole and moves by at least 1."""
    return value + sign * max(1, round(abs(value) * SHARE)) if isinstance(value, int) else value * (1 + sign * SHARE)


@cache
def code_of(file: str) -> Any:
    """A module compiled as it is."""
    return compile(source_of(file), file, "exec")


class Loader(SourceFileLoader):
    """Loads a module of the reader, with one of its literals moved where that stands in it."""

    def __init__(self, name: str, file: str, threshold: Threshold, value: float) -> None:
        super().__init__(name, file)
        self.threshold, self.value = threshold, value

    def get_code(self, fullname: str) -> Any:
        file = self.get_filename(fullname)
        if file != str(READER / self.threshold.file):
            return code_of(file)
        tree = ast.parse(source_of(file))
        node = constants(tree)[int(self.threshold.path[0])]
        node.value = replaced(node.value, self.threshold, self.value)
        return compile(tree, file, "exec")


class Finder:
    """Finds the modules of the reader for the loader; all others are found as ever."""

    def __init__(self, threshold: Threshold, value: float) -> None:
        self.threshold, self.value = threshold, value

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if is_of_reader(name) else None
        if spec and spec.origin:
            spec.loader = Loader(name, spec.origin, self.threshold, self.value)
        return spec


def is_of_reader(module: str) -> bool:
    """Whether a module's name is that of the reader or of one of its parts."""
    return module.split(".")[0] == READER.name


def move(threshold: Threshold, value: float) -> None:
    """Import the reader anew in this process, with a threshold moved before any other module can have read it."""
    for name in [name for name in sys.modules if is_of_reader(name) or name == corpus.__name__]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder(threshold, value))
    if threshold.in_data:
        table = importlib.import_module("pipelines.vocabulary").table(threshold.file)
        *way, last = threshold.path
        for key in way:
            table = table[key]
        table[last] = replaced(table[last], threshold, value)


@cache
def truth(page: str) -> Any:
    """The facts of a label."""
    return facts(corpus.label(corpus.HERE / page))


def scored(job: Job) -> dict[str, float]:
    """F1 of each style, in a process of its own; nan where the reader breaks."""
    try:
        if job.threshold:
            move(job.threshold, job.value)
        read = importlib.import_module(corpus.__name__).read
        found: dict[str, list[Tally]] = {}
        for page in job.pages:
            found.setdefault(page.split("/")[0], []).append(tally(truth(page), facts(read(corpus.HERE / page)))[ALL])
    except Exception:  # a reader that breaks has no score
        return dict.fromkeys({page.split("/")[0] for page in job.pages}, nan)
    return {style: Tally(*map(sum, zip(*tallies, strict=True))).f1 for style, tallies in found.items()}


def every_page() -> tuple[str, ...]:
    """The names of all pages of the corpus."""
    return tuple(f"{style}/{folder.name}" for style in corpus.STYLES for folder in corpus.cases(style))


def moves(
    found: Sequence[Threshold], pages: tuple[str, ...], progress: Progress
) -> tuple[dict[str, float], list[tuple[float, float]]]:
    """Thresholds in; the scores with nothing moved, and how they change with each one lower and higher, out."""
    jobs = [Job(one, moved(one.value, sign), pages) for one in found for sign in (-1, 1)]
    for module in READER.rglob("*.py"):
        code_of(str(module))
    before = scored(Job(None, 0, pages))
    with progress, get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        after = list(progress.track(pool.imap(scored, jobs), total=len(jobs), description="Scoring"))
    changes = [change(before, scores) for scores in after]
    return before, list(zip(changes[::2], changes[1::2], strict=True))


def change(before: dict[str, float], after: dict[str, float]) -> float:
    """The change of the style that changes most; nan where the reader breaks."""
    return max((after[style] - before[style] for style in before), key=lambda value: (isnan(value), abs(value)))


def is_too_much(value: float) -> bool:
    """Whether a score may not change so much."""
    return isnan(value) or abs(value) >= ALLOWED


def table_of(found: Sequence[Threshold], changes: Sequence[tuple[float, float]]) -> Table:
    """Thresholds and how much the score changes with each one lower and higher in, the table out."""
    table = Table(title=f"Thresholds moved by {SHARE:.0%}: change of F1 in the style that changes most")
    for column in ("file", "where"):
        table.add_column(column, no_wrap=True)
    for column in ("value", "lower", "higher"):
        table.add_column(column, justify="right", min_width=7)
    table.add_column("", min_width=8)
    for one, pair in zip(found, changes, strict=True):
        shown = ["breaks" if isnan(value) else f"{value:+.4f}" if value else "0" for value in pair]
        bad = "[red]too much" if any(map(is_too_much, pair)) else ""
        table.add_row(one.file, escape(one.shown[:60]), f"{one.value:g}", *shown, bad)
    return table


def main() -> int:
    """Find, move, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", help="only the thresholds of this file, as headings.py or phrases.toml")
    only = parser.parse_args().file
    numbers = [one for one in (*in_data(), *in_code()) if only in (None, one.file)]
    found = [one for one in numbers if not why_given(one)]
    if not found:
        print("no threshold found: the script looks in the wrong place", file=sys.stderr)
        return 1
    before, changes = moves(found, every_page(), Progress(console=Console(stderr=True)))
    Console(width=None if sys.stdout.isatty() else 140).print(table_of(found, changes))
    for one in numbers:
        if reason := why_given(one):
            print(f"not moved: {one.file} {one.shown[:60]}: {reason}")
    failed = sum(any(map(is_too_much, pair)) for pair in changes)
    scores = ", ".join(f"{style} {score:.4f}" for style, score in before.items())
    print(f"{len(found)} thresholds, {failed} change the score ({scores}) by {ALLOWED} or more")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
