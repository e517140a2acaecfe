"""How fast a page is read, bytes to record with flags, beside what others take for the same bytes.

The readers take turns, so that a busy machine slows all alike, and every round has pages of its own, so that no
cache knows them. The median of the rounds counts. `make bench`; exit status 1 where the reader misses the goal.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from time import perf_counter

import lxml.html
import trafilatura
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pipelines.normalise import normalise
from pipelines.page import decode, read_html
from tests.demo_pages import live_articles, the_site

GOAL = 3.0


def read(body):
    """Bytes -> a record with flags."""
    return normalise([read_html(decode(body).text)])


READERS = {
    "shebao-atlas": read,
    "lxml.html.fromstring": lxml.html.fromstring,
    "trafilatura.extract": trafilatura.extract,
}


def shares(rounds):
    """The first page of every demo article, dealt out to the rounds; both markups in each."""
    bodies = [the_site().page(plan.path).body for plan in live_articles()]
    return [bodies[n::rounds] for n in range(rounds)]


def measure(rounds):
    """Lists of pages in, milliseconds a page of each reader out: one number per round."""
    for reader in READERS.values():
        reader(rounds[0][0])
    times = {name: [] for name in READERS}
    for bodies in track(rounds, "Reading", console=Console(stderr=True)):
        for name, reader in READERS.items():
            start = perf_counter()
            for body in bodies:
                reader(body)
            times[name].append((perf_counter() - start) / len(bodies) * 1000)
    return times


def main():
    """Measure, print the table, say whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds that share the pages (default: 9)")
    rounds = shares(parser.parse_args().rounds)
    times = measure(rounds)
    ours, _, theirs = (statistics.median(found) for found in times.values())
    bodies = [body for share in rounds for body in share]
    size = sum(map(len, bodies)) / len(bodies) / 1024
    table = Table(title=f"{len(bodies)} pages of {size:.1f} KiB in {len(rounds)} rounds: ms a page")
    for column in ("reader", "median", "fastest", "slowest", "times ours"):
        table.add_column(column, justify="left" if column == "reader" else "right")
    for name, found in times.items():
        median = statistics.median(found)
        table.add_row(name, f"{median:.2f}", f"{min(found):.2f}", f"{max(found):.2f}", f"{median / ours:.2f}")
    Console().print(table)
    print(f"{theirs / ours:.2f} times as fast as trafilatura; the goal is {GOAL:g}")
    return 0 if theirs >= GOAL * ours else 1


if __name__ == "__main__":
    sys.exit(main())
