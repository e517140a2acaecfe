"""``scrapy export``: procedures.db in, files for other programs out."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.command_line import ProjectCommand, reject, say, show_examples, telling
from crawler.heartbeat import check_addresses, telling_failure
from crawler.options import data_file
from db.export import export
from db.export.formats import FORMATS

EXAMPLES = """
  scrapy export                                    all formats into data/exports/
  scrapy export --format csv                       only CSV (Excel opens it)
  scrapy export --format json jsonl --out /tmp/shebao
"""


class Command(ProjectCommand):
    """Writes every public table, and a datapackage.json that describes them."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Write the public tables as CSV, JSON and JSON Lines"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Writes every table of DATA_DIR/procedures.db in each format, named after the table, and a "
            "datapackage.json with types, keys and hashes."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Formats and folder."""
        super().add_options(parser)
        parser.add_argument(
            "--format", dest="formats", nargs="+", choices=list(FORMATS), default=list(FORMATS),
            help=f"one or more of {', '.join(FORMATS)} (default: all)",
        )  # fmt: skip
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder (default: DATA_DIR/exports)")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Export."""
        reject(args)
        assert self.settings
        out = opts.out or data_file(self.settings, "exports")
        check_addresses(self.settings)
        with telling_failure(self.settings, "export"), telling("exporting") as tell:
            files = export(data_file(self.settings, "procedures.db"), out, opts.formats, progress=tell)
        say(f"{len(files)} files in {out}")
        return 0
