"""A line of a page that is nothing but a link in, whether it is an advert out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from pipelines.blocks import Block
from pipelines.vocabulary import phrase

_ALMOST = 0.9
# Registries that sell names below com.cn, gov.cn and the like, not below cn alone.
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "net", "org"))
_COUNTRY = 2
_NO_HOST = re.compile(r"(?!//)[^:#?]+")


def is_advert(block: Block, url: str | None) -> bool:
    """Whether the line leads to somebody else's site and says nothing of the subject.

    `url` is the page's address, or that of a page of its site as the page writes it; None where neither is known.

    >>> link = Block("急用钱?点这里", link_share=1.0, href="https://dai.example.net/?k=9")
    >>> is_advert(link, "https://m.a.example.org/1.html"), is_advert(link, "https://www.example.net/1.html")
    (True, False)
    """
    ours, theirs = _owner(url), _owner(block.href)
    if url is None or not theirs or ours == theirs or block.link_share < _ALMOST:
        return False
    return not (theirs.endswith("gov.cn") or phrase("link_of_text").search(block.text))


def address_on_site(blocks: Iterable[Block]) -> str | None:
    """An address that the page writes without a host, so that one with a host is somebody else's; None if none."""
    addresses = (block.item.url if block.item else block.href for block in blocks)
    return next((url for url in addresses if url and _NO_HOST.fullmatch(url)), None)


def _owner(url: str | None) -> str:
    """The name that was registered for the host of an address: 12333.gov.cn of www.12333.gov.cn; "" for none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    names = host.split(".")
    if names[-1].isdigit():
        return host
    long = len(names[-1]) == _COUNTRY and names[-2:-1] and names[-2] in _SECOND_LEVEL
    return ".".join(names[-3:] if long else names[-2:])
