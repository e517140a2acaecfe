"""What `scrapy status` shows: the status of crawl.db in, tables on a terminal or plain lines in a pipe out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.record_tree import SEVERITY_STYLE

Row = dict[str, Any]

OUTCOME_STYLE = {"finished": "green", "running": "cyan", "stopped": "yellow", "failed": "bold red", "died": "bold red"}
COUNTS = ("new", "changed", "unchanged", "dead", "failed")
# In a pipe a line is as long as what it says.
PIPE_WIDTH = 1000


def show_config(config: Row) -> None:
    """Print the configuration on standard output, key by key."""
    console = _console()
    _line(console, f"Configuration file: {config['file']}")
    table = _table(console, "key", "value", "default", "from", "what it is for")
    for entry in config["settings"]:
        value, default = (json.dumps(entry[name], ensure_ascii=False) for name in ("value", "default"))
        style = "" if entry["source"] == "default" else "bold"
        table.add_row(*(Text(cell, style) for cell in (entry["key"], value, default, entry["source"], entry["about"])))
    console.print(table)


def show(status: Row) -> None:
    """Print the status on standard output."""
    console = _console()
    for site in status["sites"]:
        _site(console, site)
    if not status["sites"]:
        console.print("No run yet; start with `scrapy crawl articles`.")
    _coverage(console, status["coverage"])
    archive = status["archive"]
    _line(console, f"Archive: {archive['said']}")
    if archive["warning"]:
        _line(console, f"  warning: {archive['warning']}", SEVERITY_STYLE["warning"])
    published = status["published"]
    said = f"published {published['at']}, {published['bytes']:,} bytes" if published else "nothing is published yet"
    _line(console, f"{status['public_db']}: {said}")


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def _site(console: Console, site: Row) -> None:
    _line(console, site["site"], "bold")
    for check in site["checks"]:
        text = f"  {check['severity']}: {check['text']} (run {check['run_id']})"
        _line(console, text, SEVERITY_STYLE[check["severity"]])
    _line(console, f"  articles: {_listed(site['articles'])}; {site['due']} due now")
    if freshest := site["freshest"]:
        _line(console, f"  freshest: {freshest['published_at']}  {freshest['title']}  {freshest['url']}")
    for problem in site["problems"]:
        example = f", e.g. {problem['example']}" if problem["example"] else ""
        _line(console, f"  {problem['problem']}: {problem['pages']}{example}")
    console.print(_runs(console, site["runs"]))


def _runs(console: Console, runs: Iterable[Row]) -> Table:
    table = _table(console, "run", "began", "ended", "reason", "outcome", *COUNTS, "rules", "why")
    for run in runs:
        counts = run["counts"] or {}
        table.add_row(
            str(run["id"]),
            run["started_at"],
            run["finished_at"] or "",
            run["reason"],
            Text(run["outcome"], OUTCOME_STYLE.get(run["outcome"], "")),
            *(str(counts.get(name, "")) for name in COUNTS),
            run["rules_version"],
            Text(run["error"] or ""),
        )
    return table


def _coverage(console: Console, coverage: Row) -> None:
    _line(console, f"Coverage: {coverage['articles']} articles, {coverage['without_region']} of them without a region")
    regions = _table(console, "region", "places", "articles")
    for row in coverage["regions"]:
        regions.add_row(row["name"], str(row["places"]), str(row["articles"]))
    types = _table(console, "type", "", "articles", "places")
    for row in coverage["types"]:
        if row["articles"]:
            types.add_row(row["type"], row["name"], str(row["articles"]), str(row["places"]))
    console.print(regions, types, sep="\n")


def _table(console: Console, *headings: str) -> Table:
    """A table with lines on a terminal; in a pipe only columns."""
    table = Table(box=SIMPLE_HEAD if console.is_terminal else None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in (*COUNTS, "articles", "places") else "left")
    return table


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts.items()) or "none"


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)
