"""``scrapy replay``: the archive again through today's rules, or WARC files of other tools taken in; no network."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from crawler.archive import FOLDER, Archive
from crawler.command_line import ProjectCommand, complain, say, show_examples, warn
from crawler.logs import is_json, run_log
from crawler.options import OptionError, data_file, make_data_dir
from crawler.replay import Job
from crawler.replay_run import ReplayTally, Tell, begin, jobs_of, new_jobs, replay, take_in
from crawler.room import budget_of
from crawler.sites import load_site
from crawler.summary import log_counts, name_each
from crawler.warc import is_warc
from db import captures
from db.crawl_store import CrawlStore

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

EXAMPLES = """
  scrapy replay                           what older rules read, again
  scrapy replay --all --site shebaowang   every article of a site, whatever rules read it
  scrapy replay wget-2026.warc.gz         take in the articles that wget, or a browser, has kept
"""


class Command(ProjectCommand):
    """Reads the archive again."""

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "[FILE.warc.gz ...] [--site NAME] [--all]"

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Read the archive again with today's rules, or take in WARC files of other tools"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Reads the articles in DATA_DIR/archive again, on all cores and without network: those whose record older "
            "rules made and those that no rules could read, or all. Prints in which fields how many records changed. "
            "Killed anywhere, the next replay goes on. FILE: a WARC or ARC file of another tool; the articles in it "
            "that are newer than what is known are copied into the archive and read. Pages of a mirror, whose host is "
            "none of the site's, are taken with --site."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Which articles."""
        super().add_options(parser)
        parser.add_argument("--site", metavar="NAME", help="only the articles of this site")
        parser.add_argument("--all", action="store_true", help="also what today's rules have read")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Replay each site, as a run of its own."""
        assert self.settings
        site = load_site(opts.site) if opts.site else None
        files = [Path(name) for name in args]
        if wrong := next((file for file in files if not is_warc(file.name) or not file.is_file()), None):
            raise OptionError(f"{wrong}: no such file, or none named .warc, .warc.gz, .arc or .arc.gz")
        if files:
            make_data_dir(self.settings)
        folder, budget = data_file(self.settings, FOLDER), budget_of(self.settings)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with CrawlStore(data_file(self.settings, "crawl.db"), create=bool(files)) as store:
            if files:
                archive_of = partial(_archive, folder, store, budget)
                found: dict[str, set[str]] = {}
                for file in files:
                    for name, article_ids in take_in(store, archive_of, site, file, warn).items():
                        found[name] = found.get(name, set()) | article_ids
                jobs = {name: new_jobs(store, sorted(article_ids)) for name, article_ids in found.items()}
                say(f"{sum(map(len, found.values()))} articles found, {sum(map(len, jobs.values()))} of them newer")
            else:
                names = [site.name] if site else captures.sites(store.db)
                jobs = {name: jobs_of(store, name, every=opts.all) for name in names}
            return max([_replay(self.settings, store, name, jobs[name]) for name in jobs], default=0)


def _archive(folder: Path, store: CrawlStore, budget: int, site: str) -> Archive:
    return Archive(folder, site, store, max_bytes=budget)


def _replay(settings: BaseSettings, store: CrawlStore, site: str, jobs: list[Job]) -> int:
    if not jobs:
        say(f"{site}: nothing to read again")
        return 0
    run_id = begin(store, site, jobs)
    with run_log(settings, site, run_id):
        with _progress(f"replay of {site}") as tell:
            tally = replay(store, run_id, data_file(settings, FOLDER), jobs, settings.getint("DOWNLOAD_MAXSIZE"), tell)
        _show(site, run_id, tally)
        outcome, error = tally.outcome()
        return complain(f"replay of {site}: {error}") if outcome == "failed" else 0


@contextmanager
def _progress(what: str) -> Iterator[Tell]:
    """What is being done -> a function that shows how far it is."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=is_json() or not console.is_terminal) as progress:
        task = progress.add_task(what)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _show(site: str, run_id: int, tally: ReplayTally) -> None:
    console = Console(stderr=True, quiet=is_json())
    if tally.fields:
        table = Table("field", title=f"Fields of {site} that changed", title_justify="left")
        table.add_column("records", justify="right")
        for name, number in sorted(tally.fields.items(), key=lambda field: (-field[1], field[0])):
            table.add_row(name, str(number))
        console.print(table)
    unreadable = (tally.failed | tally.unread).items()
    name_each(console, "Not readable", [f"{article_id}: {reason}" for article_id, reason in unreadable])
    log_counts(f"run {run_id}, replay, fields that changed", tally.counts() | {"fields": dict(tally.fields)})
    saved = ", ".join(f"{number} {how}" for how, number in sorted(tally.saved.items()))
    more = f"; {len(tally.unread)} still without a record" if tally.unread else ""
    kept = f"; {len(tally.failed)} not readable now, their records are kept as they were" if tally.failed else ""
    say(f"{site}: {saved or 'nothing read'}{kept}{more}")
