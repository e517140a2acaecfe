"""``scrapy status``: crawl.db in, how it goes out, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.command_line import ProjectCommand, reject, show_examples, standard_output
from crawler.config import config_file, entries
from crawler.options import data_file
from crawler.room import room_of
from crawler.status_view import show, show_config
from db.clock import CHINA, now, stamp
from db.crawl_store import CrawlStore
from db.sqlite_file import clear_errors
from db.status import status

EXAMPLES = """
  scrapy status              runs, checks, what waits, coverage
  scrapy status --json       the same and more, for programs
  scrapy status --config     what you set in atlas.toml and on the command line, and what you could set
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
        parser.add_argument("--config", action="store_true", help="show the configuration instead")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Show it."""
        reject(args)
        assert self.settings
        if opts.config:
            settings = [asdict(entry) for entry in entries(self.settings)]
            config = {"file": str(config_file() or "none"), "settings": settings}
            return _print(config, show_config, as_json=opts.json)
        crawl_db, public_db = (data_file(self.settings, name) for name in ("crawl.db", "procedures.db"))
        with CrawlStore(crawl_db, create=False) as store, clear_errors(crawl_db):
            found: dict[str, Any] = status(store.db, now())
            room = room_of(self.settings, store)
        found |= {"archive": {"said": str(room), **room.as_dict()}}
        found |= {"public_db": str(public_db), "published": _published(public_db)}
        return _print(found, show, as_json=opts.json)


def _print(found: dict[str, Any], show: Callable[[dict[str, Any]], None], *, as_json: bool) -> int:
    with standard_output():
        if as_json:
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
