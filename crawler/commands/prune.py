"""``scrapy prune``: what was superseded and is older than the operator keeps it, out of the archive."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from crawler.command_line import TRY_LATER, ProjectCommand, complain, reject, say, show_examples, telling
from crawler.options import OptionError, data_file
from crawler.prune import prune
from crawler.room import FOLDER, room_of
from db import captures
from db.clock import now
from db.crawl_store import CrawlStore
from db.runs import RunHeldError

EXAMPLES = """
  scrapy prune --dry-run     what would go, by archive_keep_days of atlas.toml
  scrapy prune --days 400    what was superseded and is older than 400 days
"""


class Command(ProjectCommand):
    """Takes old, superseded answers out of the archive."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Take what was superseded and is old out of the archive"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Writes the files of earlier months in DATA_DIR/archive anew without what is older than archive_keep_days "
            "and was superseded: earlier contents of articles and lists, errors, notes that something was unchanged. "
            "Whatever its age, the pages that a record was read from stay, and the newest answer of each address. "
            "Records and their versions in crawl.db stay too. Make a new backup afterwards: files have new names."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """How old, and whether really."""
        super().add_options(parser)
        parser.add_argument("--days", type=int, metavar="N", help="keep N days (default: archive_keep_days)")
        parser.add_argument("--dry-run", action="store_true", help="only say about how much would go")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Prune the archive of each site."""
        reject(args)
        assert self.settings
        days = self.settings.getint("ARCHIVE_KEEP_DAYS") if opts.days is None else opts.days
        if days < 1:
            raise OptionError("all is kept; set archive_keep_days in atlas.toml, or give --days N, 1 or above")
        before = now() - timedelta(days=days)
        with CrawlStore(data_file(self.settings, "crawl.db"), create=False) as store:
            statuses = [self._prune(store, site, before, really=not opts.dry_run) for site in captures.sites(store.db)]
            say(f"the archive takes {room_of(self.settings, store)}")
        return max(statuses, default=0)

    def _prune(self, store: CrawlStore, site: str, before: datetime, *, really: bool) -> int:
        """Prune a site's files; one that a run has is left for another time, and the others are pruned."""
        assert self.settings
        try:
            with telling(f"pruning {site}"):
                done = prune(store, data_file(self.settings, FOLDER), site, before, really=really)
        except RunHeldError as error:
            complain(error)
            return TRY_LATER
        verb = "were" if really else "would be"
        say(f"{site}: {done.answers} answers, {done.size:,} bytes in {done.files} files, {verb} taken out; "
            f"fetched before {before:%Y-%m-%d} and superseded")  # fmt: skip
        return 0
