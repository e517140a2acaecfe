"""``scrapy publish``: crawl.db in, the public database out, whole or not at all."""

from __future__ import annotations

import argparse

from crawler.command_line import ProjectCommand, reject, say, say_findings, show_examples, telling
from crawler.heartbeat import check_addresses, telling_failure
from crawler.options import data_file
from crawler.room import warn_of_room
from db.publish import PublishReport, publish

EXAMPLES = """
  scrapy publish                              data/crawl.db -> data/procedures.db
  scrapy publish -s DATA_DIR=/srv/shebao      the same in another folder
  scrapy publish --despite-errors             although the last run of a site broke a bound
"""


class Command(ProjectCommand):
    """Builds procedures.db beside the old one, checks it, and puts it in its place."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Build the public database from crawl.db, whole or not at all"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Compares the last run of each site with the bounds of db/bounds.toml and with the runs before, builds "
            "DATA_DIR/procedures.db from DATA_DIR/crawl.db beside the one that is there, checks it and swaps it in at "
            "once. Where a check finds an error, the old one stays and the exit status is not 0; warnings are shown."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The global ones, and whether errors of the last runs are in the way."""
        super().add_options(parser)
        despite = "publish although the checks of the last runs found errors"
        parser.add_argument("--despite-errors", action="store_true", help=despite)
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Publish; tell the monitor where that failed."""
        reject(args)
        assert self.settings
        check_addresses(self.settings)
        with telling_failure(self.settings, "publish"):
            report = self._publish(despite_errors=opts.despite_errors)
        say_findings(report.findings)
        warn_of_room(self.settings)
        articles, procedures = report.rows["article"], report.rows["procedure"]
        say(f"{articles} articles with {procedures} procedures published: {report.path}, {report.size:,} bytes")
        return 0

    def _publish(self, *, despite_errors: bool) -> PublishReport:
        assert self.settings
        crawl_db, public_db = (data_file(self.settings, name) for name in ("crawl.db", "procedures.db"))
        with telling("publishing") as tell:
            return publish(crawl_db, public_db, despite_errors=despite_errors, progress=tell)
