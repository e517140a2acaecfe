"""What came or changed since a day, overall, in a region or of a type: as a page and as feeds."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from db.metadata import CAVEAT_TEXT, LICENSE, TITLE
from db.pages import Row, answer
from pipelines.regions import by_code
from pipelines.vocabulary import procedure_types

_ATOM = "http://www.w3.org/2005/Atom"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# A feed without entries was changed when there was nothing.
_BEGINNING = "2020-01-01T00:00:00+08:00"

Absolute = Callable[[str], str]


def changes(connection: sqlite3.Connection, since: str = "", code: str = "", type: str = "") -> Row | None:  # noqa: A002 - as in the address
    """A date, a region and a type in, each of which may be empty; the newest changes out. None for an unknown name."""
    types = {one.slug: one.name_zh for one in procedure_types()}
    if (code and code not in by_code()) or (type and type not in types):
        return None
    since = since if _DATE.fullmatch(since) else ""
    named = (by_code()[code].name if code else "") + types.get(type, "")
    asked = {"since": since, "code": code, "type": type}
    return {
        "title": f"{named}的变化" if named else "最近的变化",
        "since": since,
        "code": code,
        "type": type,
        "asked": asked,
        "changes": answer(connection, "changes", "changes", **asked),
    }


def atom(page: Row, here: str, absolute: Absolute) -> bytes:
    """The changes as an Atom feed (RFC 4287); `here` is its own address, `absolute` makes addresses whole."""
    register_namespace("", _ATOM)
    feed = Element(f"{{{_ATOM}}}feed")
    _text(feed, "id", here)
    _text(feed, "title", f"{TITLE}：{page['title']}")
    _text(feed, "updated", max((one["changed_at"] for one in page["changes"]), default=_BEGINNING))
    _text(feed, "rights", LICENSE)
    _text(feed, "subtitle", CAVEAT_TEXT)
    SubElement(feed, f"{{{_ATOM}}}link", rel="self", href=here)
    _text(SubElement(feed, f"{{{_ATOM}}}author"), "name", TITLE)
    for one in page["changes"]:
        entry = SubElement(feed, f"{{{_ATOM}}}entry")
        address = absolute(f"/procedure/{one['id']}")
        _text(entry, "id", address)
        _text(entry, "title", _headline(one))
        _text(entry, "updated", one["changed_at"])
        if one["published_at"] and "T" in one["published_at"]:
            _text(entry, "published", one["published_at"])
        SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=address)
        SubElement(entry, f"{{{_ATOM}}}category", term=one["type"], label=one["type_name"])
        _text(entry, "summary", _summary(one))
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def json_feed(page: Row, here: str, absolute: Absolute) -> Row:
    """The changes as a JSON Feed (version 1.1), addresses as in the Atom feed."""
    items = [
        {
            "id": absolute(f"/procedure/{one['id']}"),
            "url": absolute(f"/procedure/{one['id']}"),
            "title": _headline(one),
            "content_text": _summary(one),
            "date_modified": one["changed_at"],
            "tags": [one["type_name"]],
        }
        for one in page["changes"]
    ]
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{TITLE}：{page['title']}",
        "description": CAVEAT_TEXT,
        "home_page_url": absolute("/"),
        "feed_url": here,
        "language": "zh-CN",
        "items": items,
    }


def _headline(one: Row) -> str:
    return f"{one['region_name'] or '未写明地区'} {one['type_name']}：{one['heading']}"


def _summary(one: Row) -> str:
    said = "新收录" if one["is_new"] else "内容有变"
    doubt = "这条内容有错误标记，请勿直接照办。" if one["errors"] else ""
    return f"{said}：文章《{one['title']}》的说法。{doubt}"


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}{tag}").text = "".join(sign for sign in text if sign.isprintable())
