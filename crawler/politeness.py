"""How a host is asked: its name and the operator's contact in, pace and user agent set in the settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

from crawler.options import OptionError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings
    from twisted.internet.base import ReactorBase

_CONTACT = re.compile(r"^\S+@\S+\.\S+$|^https?://\S+\.\S+")
# Loopback is nobody's server but our own.
LOOPBACK_CONCURRENCY = 8
LOOPBACK_BACKOFF = 0.1


def be_polite(settings: BaseSettings, hosts: Iterable[str], delay: float, daily_requests: int = 0) -> None:
    """Set pace, daily budget (0: none) and user agent for the hosts; `OptionError` where one may not be asked yet."""
    hosts = list(hosts)
    settings.set("USER_AGENT", _user_agent(settings, hosts), priority="spider")
    local = all(is_loopback(host) for host in hosts)
    by_operator = (settings.getpriority("DOWNLOAD_DELAY") or 0) > SETTINGS_PRIORITIES["project"]
    asked = settings.getfloat("DOWNLOAD_DELAY") if by_operator else 0.0
    budgets = [budget for budget in (daily_requests, settings.getint("DAILY_REQUESTS")) if budget]
    settings.set(
        "DOWNLOAD_DELAY", 0 if local else max(delay, asked), priority="cmdline"
    )  # never faster than the site's
    settings.set("AUTOTHROTTLE_START_DELAY", settings.getfloat("DOWNLOAD_DELAY"), priority="spider")
    settings.set("DAILY_REQUESTS", 0 if local else min(budgets, default=0), priority="spider")
    if local:
        settings.set("AUTOTHROTTLE_ENABLED", value=False, priority="spider")
        settings.set("BACKOFF_SECONDS", LOOPBACK_BACKOFF, priority="spider")
        for name in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
            settings.set(name, LOOPBACK_CONCURRENCY, priority="spider")


def is_loopback(host: str) -> bool:
    """Whether the host (with or without port) is this machine itself."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def is_private(address: str) -> bool:
    """Whether a numeric address is not one of the open internet.

    >>> [is_private(text) for text in ("10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "1.1.1.1")]
    [True, True, True, True, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    return not (getattr(found, "ipv4_mapped", None) or found).is_global


async def address_of(url: str) -> str | None:
    """Address of a page -> the numeric address that will be asked; None where its host's name is not known.

    It is looked up where the downloader looks it up, which keeps it: a name cannot lead elsewhere a moment later.
    """
    host = urlsplit(url).hostname or ""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    from twisted.internet import reactor

    try:
        found: str = await maybe_deferred_to_future(cast("ReactorBase", reactor).resolve(host))
        return found
    except (OSError, DNSLookupError):
        return None  # the downloader will find that out too, and say so


def _user_agent(settings: BaseSettings, hosts: list[str]) -> str:
    name, contact = settings["BOT_NAME"], settings["CONTACT"]
    if contact and not _CONTACT.search(contact):
        raise OptionError(f"CONTACT={contact} is no mail address and no web address")
    if contact:
        return f"{name} (+{contact})"
    for host in hosts:
        if not is_loopback(host):
            raise OptionError(
                f"{host} is asked only with a contact its owner can write to: "
                "add -s CONTACT=you@example.org (or a web page's address)"
            )
    return str(name)
