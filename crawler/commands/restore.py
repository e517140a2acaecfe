"""``scrapy restore FOLDER``: a backup in, a data folder that the next crawl goes on from out."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.command_line import ProjectCommand, complain, say, show_examples
from crawler.options import OptionError, data_file
from db.backup import restore

EXAMPLES = """
  scrapy restore data/backups/2026-11-22T034400
  scrapy restore /mnt/nas/2026-11-22T034400 -s DATA_DIR=/srv/shebao
"""


class Command(ProjectCommand):
    """Puts the crawl.db of a backup in its place and says whether the archive is all there."""

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "FOLDER"

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Put a backup's crawl.db in place and check the archive against it"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "FOLDER is one that `scrapy backup` made. A crawl.db that is there is never overwritten: move it away "
            "first. Afterwards run `scrapy publish`. An article withdrawn after the backup was made must be "
            "withdrawn again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Only the global ones."""
        super().add_options(parser)
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 - Scrapy's signature
        """Restore."""
        assert self.settings
        if len(args) != 1:
            raise OptionError("give one folder that `scrapy backup` made")
        missing = restore(Path(args[0]), data_file(self.settings, ""))
        say(f"{data_file(self.settings, 'crawl.db')} restored; `scrapy publish` makes the public database from it")
        for problem in missing:
            complain(f"archive: {problem}")
        return int(bool(missing))
