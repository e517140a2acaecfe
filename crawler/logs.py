"""Logs: what is told and what goes wrong, each line with time, run and site; on standard error and in DATA_DIR/logs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from crawler.options import OptionError, data_file
from db.clock import now, stamp

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)
FOLDER = "logs"
MEGABYTE = 10**6
# What the operator is told; without --log-json it is shown in words and colours, not as a line of the log.
TOLD = logging.getLogger("atlas")
TOLD.addHandler(logging.NullHandler())
FIELDS = "counts"  # of a record: numbers for programs


class Lines(logging.Formatter):
    """A record -> a line with the time in China, the level, and the run that it is of."""

    run: dict[str, object] = {}  # noqa: RUF012 - the process has one at a time

    def format(self, record: logging.LogRecord) -> str:
        """What logging calls."""
        said = super().format(record)
        run = "run {run} of {site} ".format_map(self.run) if self.run else ""
        return f"{stamp(now())} {record.levelname} {run}{record.name}: {said}"


class JsonLines(Lines):
    """A record -> one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """What logging calls."""
        row = {"at": stamp(now()), "level": record.levelname, **self.run, "logger": record.name}
        row |= {"message": record.getMessage(), **getattr(record, FIELDS, {})}
        if record.exc_info:
            row["traceback"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=str)


class LogFile(RotatingFileHandler):
    """A file that is begun anew when it is full. Where it cannot be written, that is said once."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's
        """What logging calls where a record could not be written: the work goes on without the file."""
        logging.getLogger().removeHandler(self)
        logger.warning("%s cannot be written (%s); this run goes on without it", self.baseFilename, sys.exc_info()[1])


def is_json() -> bool:
    """Whether what is shown is JSON."""
    return any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)


def show_logs(settings: BaseSettings) -> None:
    """From now on show what goes wrong on standard error, in our lines; Scrapy's --nolog and --logfile are kept."""
    level = logging.getLevelNamesMapping().get(settings["LOG_LEVEL"])
    if level is None:
        raise OptionError(f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {settings['LOG_LEVEL']!r}")
    if settings["LOG_FILE"] or not settings.getbool("LOG_ENABLED"):
        return
    settings.set("LOG_ENABLED", value=False, priority="cmdline")  # Scrapy's own lines know of no run
    handler = logging.StreamHandler()
    as_json = settings.getbool("LOG_JSON")
    handler.setFormatter(JsonLines() if as_json else Lines())
    handler.addFilter(lambda record: as_json if record.name == TOLD.name else record.levelno >= level)
    logging.getLogger().addHandler(handler)
    TOLD.setLevel(logging.INFO)


@contextmanager
def run_log(settings: BaseSettings, site: str, run_id: int) -> Iterator[None]:
    """While the block runs, what is logged is of this run, and goes to the site's file too."""
    handler = begin_run_log(settings, site, run_id)
    try:
        yield
    finally:
        _close(handler)


def begin_run_log(settings: BaseSettings, site: str, run_id: int) -> logging.Handler | None:
    """From now on what is logged is of this run, and goes to the site's file too; returns what writes it."""
    Lines.run = {"run": run_id, "site": site}
    path = data_file(settings, FOLDER) / f"{site}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size, kept = int(settings.getfloat("LOG_MAX_MB") * MEGABYTE), settings.getint("LOG_FILES")
        handler = LogFile(path, maxBytes=size, backupCount=kept, encoding="utf-8")
    except OSError as error:
        logger.warning("%s cannot be written (%s); this run goes on without it", path, error.strerror)
        return None
    handler.setLevel(logging.INFO)
    handler.setFormatter(Lines())
    logging.getLogger().setLevel(logging.NOTSET)
    logging.getLogger().addHandler(handler)
    return handler


def _close(handler: logging.Handler | None) -> None:
    Lines.run = {}
    if handler:
        logging.getLogger().removeHandler(handler)
        handler.close()
