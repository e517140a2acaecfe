"""Telling a monitor how a run ended: the addresses of the settings in, one short request out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from threading import Thread
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from crawler.command_line import warn
from crawler.options import OptionError
from db.clock import now, stamp
from db.runs import RunHeldError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

# No monitor holds up the work for longer, whatever it does: not a name that does not resolve, not an endless answer.
SECONDS = 10
NAMES = ("HEARTBEAT_URL", "FAILURE_URL")


def check_addresses(settings: BaseSettings) -> None:
    """`OptionError` where an address to be told is none: better said before the run than after."""
    for name in NAMES:
        if settings[name] and not settings[name].startswith(("http://", "https://")):
            raise OptionError(f"{name} must be a web address, http:// or https://, not {settings[name]!r}")


def tell_success(settings: BaseSettings) -> None:
    """All went well -> the heartbeat address is asked once."""
    if settings["HEARTBEAT_URL"]:
        _ask(settings["HEARTBEAT_URL"], None, settings)


def tell_failure(settings: BaseSettings, what: str, why: str) -> None:
    """Something failed -> the failure address is sent what, when, and why in one line; `text` is both, for a chat."""
    if settings["FAILURE_URL"]:
        message = {"what": what, "why": why, "at": stamp(now()), "text": f"{what}: {why}"}
        _ask(settings["FAILURE_URL"], json.dumps(message, ensure_ascii=False).encode(), settings)


@contextmanager
def telling_failure(settings: BaseSettings, what: str) -> Iterator[None]:
    """What goes wrong in the block is told, and raised; that another run has the site is no failure."""
    try:
        yield
    except RunHeldError:
        raise
    except Exception as error:
        tell_failure(settings, what, str(error) or type(error).__name__)
        raise


def _ask(url: str, body: bytes | None, settings: BaseSettings) -> None:
    """Ask once, briefly: a monitor that does not answer changes nothing in how the run went."""
    problem = [f"no answer within {SECONDS} seconds"]
    thread = Thread(target=_send, args=(url, body, settings["BOT_NAME"], problem), daemon=True)
    thread.start()
    thread.join(SECONDS)
    for why in problem.copy():
        warn(f"{url} was not told: {why}")


def _send(url: str, body: bytes | None, user_agent: str, problem: list[str]) -> None:
    """Make the request; `problem` holds why it failed, or nothing."""
    headers = {"User-Agent": user_agent, "Content-Type": "application/json; charset=utf-8"}
    try:
        with urlopen(Request(url, body, headers), timeout=SECONDS):  # noqa: S310 - checked
            problem.clear()
    except (OSError, ValueError, HTTPException) as error:
        problem[:] = [str(getattr(error, "reason", error) or type(error).__name__)]
