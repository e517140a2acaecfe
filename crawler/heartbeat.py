"""Telling a monitor how a run ended: the addresses of the settings in, one short request out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

from crawler.command_line import say
from crawler.options import OptionError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

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
        _ask(Request(settings["HEARTBEAT_URL"]), settings)  # noqa: S310 - checked


def tell_failure(settings: BaseSettings, what: str, why: str) -> None:
    """Something failed -> the failure address is sent what, and why in one line."""
    if settings["FAILURE_URL"]:
        message = {"what": what, "why": why}
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        _ask(Request(settings["FAILURE_URL"], body, headers), settings)  # noqa: S310 - checked


def _ask(request: Request, settings: BaseSettings) -> None:
    """Ask once, briefly: a monitor that does not answer changes nothing in how the run went."""
    request.add_header("User-Agent", settings["BOT_NAME"])
    try:
        with urlopen(request, timeout=SECONDS):  # noqa: S310 - checked
            pass
    except (URLError, OSError) as error:
        say(f"Warning: {request.full_url} was not told: {getattr(error, 'reason', error)}")
