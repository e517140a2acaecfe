"""``scrapy publish``: crawl.db in, the public database out, whole or not at all."""

from __future__ import annotations

import argparse

from crawler.command_line import ProjectCommand, reject, say, show_examples, telling
from crawler.options import data_file
from db.publish import publish

EXAMPLES = """
  scrapy publish                              data/crawl.db -> data/procedures.db
  scrapy publish -s DATA_DIR=/srv/shebao      the same in another folder
"""


class Command(ProjectCommand):
    """Builds procedures.db beside the old one, checks it, and puts it in its place."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Build the public database from crawl.db, whole or not at all"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Builds DATA_DIR/procedures.db from DATA_DIR/crawl.db beside the one that is there, checks it "
            "and swaps it in at once. Where a check fails, the old one stays and the exit status is not 0."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Only the global ones."""
        super().add_options(parser)
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 - Scrapy's signature
        """Publish."""
        reject(args)
        assert self.settings
        crawl_db, public_db = (data_file(self.settings, name) for name in ("crawl.db", "procedures.db"))
        with telling("publishing") as tell:
            report = publish(crawl_db, public_db, progress=tell)
        articles, procedures = report.rows["article"], report.rows["procedure"]
        say(f"{articles} articles with {procedures} procedures published: {report.path}, {report.size:,} bytes")
        return 0
