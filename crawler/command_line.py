"""What the commands share: a mistake in, one clear line on standard error and an exit status out."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from textwrap import fill

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand

from crawler.config import configure
from crawler.logs import TOLD, is_json, show_logs
from crawler.options import OptionError
from crawler.sites import SiteError
from db.backup import BackupError
from db.crawl_store import StoreError
from db.export import ExportError
from db.publish import PublishError
from db.run_checks import Finding
from db.runs import RunHeldError

HELP_WIDTH = 100
# What a shell reports for a program that ended on Ctrl-C.
INTERRUPTED = 130
# EX_TEMPFAIL of sysexits.h: not now, another run of the site is under way.
TRY_LATER = 75
# What goes wrong outside of this program: its message is all the operator needs.
EXPECTED = (OptionError, SiteError, StoreError, PublishError, ExportError, BackupError)


def complain(error: Exception | str) -> int:
    """What went wrong -> one line on standard error; returns the exit status."""
    _tell(logging.ERROR, f"Error: {' '.join(str(error).split())}", "bold red")
    return 1


def status_of(work: Callable[[], int]) -> int:
    """Work that gives an exit status -> that status, or the one of what went wrong."""
    try:
        return work()
    except RunHeldError as error:
        complain(error)
        return TRY_LATER
    except EXPECTED as error:
        return complain(error)
    except KeyboardInterrupt:
        return INTERRUPTED


def say(line: str) -> None:
    """A result in words -> one line on standard error; standard output is for data."""
    _tell(logging.INFO, line, "")


def warn(line: str) -> None:
    """What is not as it should be, and was got on with -> one line on standard error."""
    _tell(logging.WARNING, f"Warning: {line}", "yellow")


def say_findings(findings: Iterable[Finding]) -> None:
    """What checks found -> a line each on standard error."""
    for finding in findings:
        if finding.severity == "error":
            complain(str(finding))
        else:
            warn(str(finding))


def _tell(level: int, line: str, style: str) -> None:
    """A line into the log, and, where that is not what is shown, onto standard error."""
    TOLD.log(level, line)
    if not is_json():
        Console(stderr=True).print(Text(line, style), soft_wrap=True)


@contextmanager
def standard_output() -> Iterator[None]:
    """While the block writes results; `OptionError` where standard output cannot be written."""
    try:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Chinese shows what it can
        yield
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer cannot be written either, not even when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OptionError(f"cannot write to standard output: {error.strerror}") from error


@contextmanager
def telling(what: str) -> Iterator[Callable[[str], None]]:
    """What is being done -> a function that shows how far it is, on a terminal."""
    with Console(stderr=True, quiet=is_json()).status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


def reject(args: list[str]) -> None:
    """Arguments of a command that takes none -> `OptionError` if there are any."""
    if args:
        raise OptionError(f"{args[0]!r} is not understood; see --help")


def show_examples(parser: argparse.ArgumentParser, examples: str) -> None:
    """Put examples, line by line, at the end of a command's help."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = fill(parser.description or "", HELP_WIDTH)
    parser.epilog = f"examples:\n{examples.strip(chr(10))}"


class Configured(ScrapyCommand):
    """A command that heeds atlas.toml, and writes our log."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's global ones, and ours."""
        super().add_options(parser)
        parser.add_argument("--log-json", action="store_true", help="say all on standard error as JSON, a line each")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """What Scrapy calls before anything else."""
        super().process_options(args, opts)
        assert self.settings
        if opts.log_json:
            self.settings.set("LOG_JSON", value=True, priority="cmdline")
        try:
            configure(self.settings)
            show_logs(self.settings)
        except OptionError as error:
            sys.exit(complain(error))


class ProjectCommand(Configured):
    """A command of this project that runs no spider."""

    requires_project = True
    requires_crawler_process = False

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """What Scrapy calls."""
        self.exitcode = status_of(lambda: self.act(args, opts))

    @abstractmethod
    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do the work; returns the exit status."""
