"""The one search box: what a reader types in; the procedures meant by it and everything that has its words out."""

from __future__ import annotations

import csv
import re
import sqlite3
from functools import cache
from importlib.resources import files

from db.pages import Row, answer
from db.search import NOTHING, match_query
from pipelines.fold import fold
from pipelines.regions import by_code, find_regions
from pipelines.titles import types_of
from pipelines.vocabulary import procedure_types, regions

_LATIN = re.compile(r"[a-z]+")
# More is no search but a text.
_LONGEST = 60


def search(connection: sqlite3.Connection, q: str) -> Row:
    """What stands in the search box in; the regions and types it means, the best procedures and all hits out.

    `meant` are procedures of these regions and types, the best to use first; `hits` are rows that have every word.
    """
    text = fold(q)[:_LONGEST]
    codes = regions_meant(text)
    slugs = types_meant(_without_regions(text))
    asked = {"codes": _as_list(codes), "types": _as_list(slugs), "match": match_query(text) if text else NOTHING}
    meant = answer(connection, "search", "meant", **{k: asked[k] for k in ("codes", "types")}) if codes or slugs else []
    return {
        "q": text,
        "words": text.split(),
        "regions": [{"code": code, "name": by_code()[code].name} for code in codes],
        "types": answer(connection, "search", "types", types=asked["types"]),
        "asked": asked,
        "meant": meant,
        "procedures": answer(connection, "search", "procedures", match=asked["match"]),
        "steps": answer(connection, "search", "steps", match=asked["match"]),
        "articles": answer(connection, "search", "articles", match=asked["match"]),
    }


def regions_meant(text: str) -> list[str]:
    """The codes of the regions that a search names, in full, by their short names alone or in pinyin.

    >>> regions_meant("无锡怎么查余额"), regions_meant("wuxi 余额"), regions_meant("昆山")
    (['320200'], ['320200'], ['320583'])
    """
    named = [mention.region.code for mention in find_regions(text)]
    short = [code for word in text.split() for code in _by_short_name().get(word, ())]
    latin = [code for word in _LATIN.findall(text.lower()) for code in _by_pinyin().get(word, ())]
    return list(dict.fromkeys(named + short + latin))


def types_meant(text: str) -> list[str]:
    """The procedure types that a search names, as a heading would, word by word, or by part of their names.

    >>> types_meant("怎么查余额"), types_meant("参保地")
    (['balance-query'], ['insured-place-change'])
    """
    words = text.split()
    found = [*types_of(text), *(slug for word in words for slug in types_of(word))]
    named = [one.slug for word in words if len(word) > 1 for one in procedure_types() if word in one.name_zh]
    return list(dict.fromkeys(found or named))


def _without_regions(text: str) -> str:
    """A search without the places it names: 无锡参保地 -> 参保地."""
    for mention in reversed(find_regions(text)):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return text


def _as_list(values: list[str]) -> str:
    return ",".join(values)


@cache
def _by_short_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for region in regions():
        for name in {region.short_name, region.name}:
            found.setdefault(name, []).append(region.code)
    return found


@cache
def _by_pinyin() -> dict[str, list[str]]:
    """Regions down to prefectures by their short name in pinyin, which was made by machine and looked through."""
    found: dict[str, list[str]] = {}
    with files("db").joinpath("pages", "pinyin.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["pinyin"], []).append(row["code"])
    return found
