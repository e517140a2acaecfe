"""``scrapy backup``: crawl.db copied while it is in use, and the list of what the archive holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.command_line import ProjectCommand, reject, say, show_examples, telling
from crawler.options import OptionError, data_file
from db.backup import back_up

EXAMPLES = """
  scrapy backup                              data/backups/2026-11-22T034400/
  scrapy backup --out /mnt/nas --keep 14     on another disk; only the newest 14 stay
"""


class Command(ProjectCommand):
    """Makes a folder that `scrapy restore` can go on from."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Copy crawl.db safely, also while a crawl runs, and list the archive"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Copies DATA_DIR/crawl.db into a new folder by SQLite's online backup, checks the copy, and lists the "
            "files of the archive with size and digest. The archive itself only grows: copy DATA_DIR/archive/ "
            "with any tool, such as rsync; `scrapy restore` says whether it is all there. procedures.db and "
            "exports are made again from crawl.db."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where to, and how many."""
        super().add_options(parser)
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the backups (default: DATA_DIR/backups)")
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N backups in that folder")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Back up."""
        reject(args)
        assert self.settings
        if opts.keep is not None and opts.keep < 1:
            raise OptionError(f"--keep must be at least 1, not {opts.keep}")
        out = opts.out or data_file(self.settings, "backups")
        with telling("backing up") as tell:
            backup = back_up(data_file(self.settings, ""), out, keep=opts.keep, tell=tell)
        say(f"{backup.folder}: crawl.db, {backup.size:,} bytes, and a list of {len(backup.archive)} archive files")
        if backup.removed:
            say(f"{len(backup.removed)} older backups deleted")
        return 0
