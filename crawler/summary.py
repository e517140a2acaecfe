"""How a crawl goes and went, for the operator: counts in, one line or a table on standard error out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.logs import FIELDS, TOLD, is_json

if TYPE_CHECKING:
    from crawler.spiders.articles import ArticlesSpider
    from crawler.tally import Tally

# So many dead links, failures and lists are named each; the rest is counted (all are in crawl.db).
NAMED = 40


def progress_line(site: str, tally: Tally, waiting: int, seconds: float) -> str:
    """Counts so far -> one line."""
    fetched = tally.saved.total() - tally.not_modified
    rate = tally.attempted / seconds if seconds else 0.0
    return (
        f"{site}: {len(tally.listed)} listed, {waiting} waiting, {fetched} fetched, "
        f"{tally.saved['unchanged']} unchanged, {len(tally.dead)} dead, {len(tally.failed)} failed, "
        f"{rate:.1f}/s"
    )


def print_summary(spider: ArticlesSpider) -> None:
    """A closed spider -> table of its counts, the names of what went wrong, and the outcome; all in the log too."""
    console, tally = Console(stderr=True, quiet=is_json()), spider.tally
    title = f"Crawl of {spider.site_name}, articles since {spider.options.since}"
    if tally.listing_pages:
        console.print(Text(title, "bold"), _table(tally), sep="\n")
        name_each(console, "Lists not read", tally.failed_listings)
    if tally.endless_listings:
        console.print("The lists went on after as many pages as are read: do they end?", style="yellow")
    if tally.left_alone and spider.outcome == "finished":
        console.print(Text(f"Ended early: {tally.left_alone}", "yellow"), soft_wrap=True)
    name_each(console, "Dead links", list(tally.dead.values()))
    name_each(console, "Not there today", list(tally.missing.values()))
    name_each(console, "Gone for days", list(tally.gone.values()))
    name_each(console, "Failed", list(tally.failed.values()))
    style = "green" if spider.outcome == "finished" else "bold red"
    why = f": {spider.error}" if spider.error else ""
    console.print(Text(f"Run {spider.run_id} {spider.outcome}{why}", style), soft_wrap=True)
    log_counts(f"run {spider.run_id} {spider.outcome}{why}", tally.counts())


def log_counts(what: str, counts: Mapping[str, object]) -> None:
    """The numbers of a run, for the log."""
    TOLD.info("%s: %s", what, ", ".join(f"{name} {n}" for name, n in counts.items() if n), extra={FIELDS: counts})


def name_each(console: Console, what: str, lines: Sequence[str]) -> None:
    """What went wrong, by name: some of it shown, all in the log."""
    if lines:
        console.print(Text(f"{what} ({len(lines)}):", "bold"))
    for line in lines[:NAMED]:
        console.print(Text(f"  {line}"), soft_wrap=True)
    if len(lines) > NAMED:
        console.print(f"  and {len(lines) - NAMED} more")
    for line in lines:
        TOLD.info("%s: %s", what, line)


def _table(tally: Tally) -> Table:
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    rows = {
        "pages of lists read": tally.listing_pages,
        "  not sent again by the site": tally.listings_not_modified,
        "articles listed": len(tally.listed),
        "  for the first time": tally.newly_listed,
        "articles new": tally.saved["new"],
        "articles changed": tally.saved["changed"],
        "articles unchanged": tally.saved["unchanged"],
        "  their pages not sent again": tally.not_modified,
        "  there again": tally.came_back,
        "dead links": len(tally.dead),
        "not there today": len(tally.missing),
        "gone": len(tally.gone),
        "another address of an article": len(tally.duplicates) + len(tally.other_addresses),
        "failed": len(tally.failed),
        **{f"  {kind}": number for kind, number in tally.problems.most_common()},
        "known, not due yet": tally.not_due,
        "listed, not asked: too old or beyond the limits": tally.waiting,
    }
    for label, number in rows.items():
        table.add_row(label, str(number))
    return table
