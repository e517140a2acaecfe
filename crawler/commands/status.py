"""``scrapy status``: crawl.db in, how it goes out, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path

from crawler.command_line import ProjectCommand, reject, show_examples, standard_output
from crawler.options import data_file
from crawler.status_view import show
from db.clock import CHINA, now, stamp
from db.crawl_store import CrawlStore
from db.sqlite_file import clear_errors
from db.status import status

EXAMPLES = """
  scrapy status              runs, checks, what waits, coverage
  scrapy status --json       the same and more, for programs
"""


class Command(ProjectCommand):
    """Shows how it goes."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Show the last runs, failing checks, what waits and what is covered"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Shows for each site the checks that its last run failed, the articles by state and how many are due, "
            "the freshest article, what went wrong by kind, and the last runs; then what is covered by region and "
            "type, and when the public database was published."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Whether programs read it."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Show it."""
        reject(args)
        assert self.settings
        crawl_db, public_db = (data_file(self.settings, name) for name in ("crawl.db", "procedures.db"))
        with CrawlStore(crawl_db, create=False) as store, clear_errors(crawl_db):
            found = status(store.db, now())
        found |= {"public_db": str(public_db), "published": _published(public_db)}
        with standard_output():
            if opts.json:
                sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode() + b"\n")
            else:
                show(found)
        return 0


def _published(public_db: Path) -> dict[str, object] | None:
    """When the public database came into its place, and its size; None where there is none."""
    if not public_db.exists():
        return None
    file = public_db.stat()
    return {"at": stamp(datetime.fromtimestamp(file.st_mtime, CHINA)), "bytes": file.st_size}
