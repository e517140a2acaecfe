"""``scrapy bounds``: the runs so far in, bounds for the checks before publishing out."""

from __future__ import annotations

import argparse

from crawler.command_line import ProjectCommand, reject, say, show_examples, standard_output
from crawler.options import data_file
from db.crawl_store import CrawlStore
from db.runs import sites
from db.suggest import suggest

EXAMPLES = """
  scrapy bounds                   print suggestions for each site
  scrapy bounds >> db/bounds.toml  and take them over; then read what was added
"""


class Command(ProjectCommand):
    """Prints lines for db/bounds.toml."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Suggest bounds for the checks before publishing, from the runs so far"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Prints lines for db/bounds.toml: for each site and measure what the last finished runs had, and bounds "
            "around it that an ordinary run will keep. Nothing is changed."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Only the global ones."""
        super().add_options(parser)
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 - Scrapy's signature
        """Print the suggestions."""
        reject(args)
        assert self.settings
        with CrawlStore(data_file(self.settings, "crawl.db"), create=False) as store, standard_output():
            for site in sites(store.db):
                lines = list(suggest(store.db, site))
                if lines:
                    print("\n".join(lines))  # noqa: T201 - the command's output
                else:
                    say(f"{site}: too few finished runs to suggest anything; crawl it some more times")
        return 0
