"""How a host is asked: its name and the operator's contact in, pace and user agent set in the settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES

from crawler.options import OptionError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_CONTACT = re.compile(r"^\S+@\S+\.\S+$|^https?://\S+\.\S+")
# Loopback is nobody's server but our own.
LOOPBACK_CONCURRENCY = 8


def be_polite(settings: BaseSettings, hosts: Iterable[str], delay: float) -> None:
    """Set pace and user agent for the hosts to ask; `OptionError` where one may not be asked yet."""
    hosts = list(hosts)
    settings.set("USER_AGENT", _user_agent(settings, hosts), priority="spider")
    local = all(is_loopback(host) for host in hosts)
    by_hand = (settings.getpriority("DOWNLOAD_DELAY") or 0) >= SETTINGS_PRIORITIES["cmdline"]
    asked = settings.getfloat("DOWNLOAD_DELAY") if by_hand else 0.0
    settings.set(
        "DOWNLOAD_DELAY", 0 if local else max(delay, asked), priority="cmdline"
    )  # never faster than the site's
    if local:
        for name in ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"):
            settings.set(name, LOOPBACK_CONCURRENCY, priority="spider")


def is_loopback(host: str) -> bool:
    """Whether the host (with or without port) is this machine itself."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


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
