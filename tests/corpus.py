"""The labelled corpus: pages written one by one by hand, with what a careful reader would write down."""

import json
from pathlib import Path

from pipelines.normalise import normalise
from pipelines.page import decode, read_html, read_text
from tests.facts import ARTICLE

HERE = Path(__file__).with_name("corpus")
STYLES = ("shebaowang", "other")
# What a label leaves out where it is empty.
LISTS = (
    "channels",
    "materials",
    "time_limits",
    "rules",
    "hotlines",
    "coverage",
    "notes",
    "costs",
    "locations",
    "legal_refs",
)
LEAF = {
    "materials": ("name", "name_raw", "requirement", "condition", "substitute", "alternative_group", "channel_mode"),
    "time_limits": ("kind", "channel_mode", "instant", "min", "max", "unit", "text"),
    "rules": ("kind", "text"),
    "hotlines": ("number", "name"),
    "coverage": ("polarity", "text"),
    "notes": ("text",),
    "costs": ("amount", "text"),
    "locations": ("address", "hours", "text"),
    "legal_refs": ("title", "number", "text"),
}


def cases(style):
    """The folders of one style, each a page with its label."""
    return sorted(path.parent for path in (HERE / style).glob("*/record.json"))


def label(folder):
    """The label of a page, with every key that a record has."""
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    record["article"] = {key: record["article"].get(key) for key in ARTICLE}
    for procedure in record.setdefault("procedures", []):
        procedure.setdefault("region_code", None)
        for name in LISTS:
            procedure[name] = [whole(name, leaf) for leaf in procedure.get(name) or []]
    for link in record.setdefault("related_links", []):
        for key in ("listed_at", "region_code", "type"):
            link.setdefault(key, None)
    for flag in record.setdefault("quality_flags", []):
        flag.setdefault("quote", None)
    return record


def whole(name, leaf):
    if name == "channels":
        return leaf | {"steps": [{"role": "action", "ui_paths": []} | step for step in leaf.get("steps") or []]}
    return {key: leaf.get(key, False if key == "instant" else None) for key in LEAF[name]} | leaf


def page(folder):
    """The page of a case as the reader gets it."""
    file = next(folder.glob("page.*"))
    text = decode(file.read_bytes()).text
    return read_text(text) if file.suffix == ".txt" else read_html(text)


def read(folder):
    """What the reader makes of a page, as a dict."""
    return normalise([page(folder)]).as_dict()
