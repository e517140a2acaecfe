"""Broken pages by the thousand: the reader gives a sound record or a clear refusal, never anything else.

`python -m tests.fuzz --pages N --seed S` reads the cases S to S+N-1. A failing case is written to a file, and its
number repeats it: `python -m tests.fuzz --seed CASE --pages 1`. Exit status 1 where any case fails.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from traceback import format_exc

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler.sites import load_site
from pipelines.charset import UndecodableError, decode
from pipelines.listing import parse_listing
from pipelines.mojibake import damage_in
from pipelines.normalise import normalise
from pipelines.page import NotAnArticle, read_html, read_text
from tests.demo_pages import CHARSETS as DEMO_CHARSETS
from tests.demo_pages import live_articles, the_site
from tests.facts import leaves
from tests.mutations import CHARSETS, ON_BYTES, ON_TEXT, TAGS, WORDS

URL = "https://demo.example/yiliao/1.html"
BASES = 60
MOST_MUTATIONS = 4
# Nothing that ends takes so long: a page that does is a hang.
HANG_SECONDS = 120


@cache
def bases():
    """Texts of demo pages to start from."""
    plans = live_articles()
    chosen = plans[:: len(plans) // BASES]
    return [the_site().page(plan.path).body.decode(DEMO_CHARSETS[plan.markup]) for plan in chosen]


def made_up(random):
    """A page of random elements around random words."""
    parts = ["<title>无锡医保余额怎么查?</title><h1>无锡医保余额怎么查?</h1>"]
    for _ in range(random.choice((1, 20, 200))):
        tag = random.choice(TAGS)
        words = "".join(random.choices(WORDS, k=random.randint(0, 12)))
        parts.append(f"<{tag}>{words}" + random.choice((f"</{tag}>", "", "\n")))
    return "".join(parts)


def case(seed):
    """The number of a case in, its page as bytes out."""
    random = Random(seed)
    text = made_up(random) if random.random() < 0.3 else random.choice(bases())
    for change in random.choices(ON_TEXT, k=random.randint(0, MOST_MUTATIONS)):
        text = change(random, text)
    charset = random.choice(CHARSETS) if random.random() < 0.3 else random.choice(("utf-8", "gb18030"))
    body = text.encode(charset, random.choice(("ignore", "replace")))
    for change in random.choices(ON_BYTES, k=random.choice((0, 0, 0, 1, 2))):
        body = change(random, body)
    return body


def read(body, seed):
    """Bytes in, the record out as a dict; None where the page is refused. Cases take turns in how they are read."""
    markups = load_site("demo").markups if seed % 3 == 0 else ()
    try:
        decoded = decode(body)
        parse_listing(decoded.text, URL, lambda url: url.endswith(".html"))
        page = read_text(decoded.text) if seed % 10 == 0 else read_html(decoded.text, markups, URL)
        return normalise([page] * (1 + (seed % 7 == 0)), url=URL).as_dict()
    except (NotAnArticle, UndecodableError) as refusal:
        assert str(refusal), "a refusal without a reason"
        return None


def check(record):
    """Raise AssertionError where a record is not sound."""
    lines = {line["no"]: line["text"] for line in record["lines"]}
    assert len(lines) == len(record["lines"]), "two lines of one number"
    for words, line in leaves(record):
        assert words in lines[line], f"line {line} does not say {words!r}"
    for flag in record["quality_flags"]:
        assert flag["line"] is None or flag["line"] in lines, f"flag on no line: {flag}"
    assert not damage_in("\n".join(lines.values())), "mojibake in the record"
    json.dumps(record, allow_nan=False).encode()


def run(seed):
    """The number of a case in, (number, outcome) out; the outcome of a failure is its traceback."""
    try:
        with no_hang():
            record = read(case(seed), seed)
            if record is None:
                return seed, "refused"
            check(record)
            return seed, "read"
    except Exception:  # whatever it is, it is what we look for
        return seed, format_exc()


@contextmanager
def no_hang():
    """Break off what never ends."""

    def stop(*_):
        raise TimeoutError("the page takes for ever")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fuzz(seeds, console=None):
    """Numbers of cases in, (outcome -> count, number -> traceback of those that failed) out; all cores work."""
    counts, failures = Counter(), {}
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with get_context("fork").Pool(os.cpu_count()) as pool, Progress(*columns, console=console) as progress:
        task = progress.add_task("Fuzzing", total=len(seeds))
        for seed, outcome in pool.imap_unordered(run, seeds, chunksize=20):
            counts[outcome if outcome in ("read", "refused") else "failed"] += 1
            if outcome not in ("read", "refused"):
                failures[seed] = outcome
            progress.update(task, advance=1, description=f"Fuzzing, {len(failures)} failed")
    return counts, failures


def report(failures, folder, console):
    """Write the failing pages and say how to repeat each kind of failure once."""
    kinds = {}
    for seed, trace in sorted(failures.items()):
        (folder / f"{seed}.page").write_bytes(case(seed))
        kinds.setdefault(trace.splitlines()[-3:][0] + trace.splitlines()[-1][:80], (seed, trace))
    for seed, trace in kinds.values():
        console.print(f"case {seed}: page in {folder / f'{seed}.page'}; repeat with", style="bold", highlight=False)
        console.print(f"  python -m tests.fuzz --seed {seed} --pages 1\n{trace}", markup=False, highlight=False)


def main():
    """Fuzz, report, say by the exit status whether all went well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100_000, help="how many pages (default: 100000)")
    parser.add_argument("--seed", type=int, default=0, help="number of the first case (default: 0)")
    options = parser.parse_args()
    console = Console(stderr=True, soft_wrap=True)
    counts, failures = fuzz(range(options.seed, options.seed + options.pages), console)
    if failures:
        report(failures, Path(tempfile.mkdtemp(prefix="fuzz-")), console)
    print(", ".join(f"{counts[name]} {name}" for name in ("read", "refused", "failed")))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
