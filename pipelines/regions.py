"""Regions named in a title or heading, by GB/T 2260 code; body text is no place to look for the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.vocabulary import Region, regions, table

_EXAMPLE = re.compile(r"以(?P<name>[^()()以]{2,14}?)(?:市|省)?(?:的.{0,6})?为例")


@dataclass(frozen=True, slots=True)
class Mention:
    """A region named at text[start:end]."""

    region: Region
    start: int
    end: int


@cache
def by_code() -> dict[str, Region]:
    """All regions by code."""
    return {region.code: region for region in regions()}


@cache
def _names() -> dict[str, tuple[Region, ...]]:
    """Each full or short name with the regions that bear it, the highest level first."""
    found: dict[str, list[Region]] = {}
    for region in regions():
        for name in dict.fromkeys([region.name, region.short_name]):
            found.setdefault(name, []).append(region)
    return {name: tuple(owners) for name, owners in found.items()}


@cache
def name_pattern() -> re.Pattern[str]:
    """Any name of a region, longest first."""
    return re.compile("|".join(sorted(map(re.escape, _names()), key=len, reverse=True)))


@cache
def _traps() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = table("region_traps.toml")
    words = sorted(map(re.escape, data["words"]), key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(words)}))"), re.compile(data["smaller_place"])


# The same titles stand in the lists of many articles, and the same lines in many articles.
@lru_cache(maxsize=1 << 15)
def find_regions(text: str) -> tuple[Mention, ...]:
    """The regions that `text` names, left to right.

    A province before its own city gives the city alone. A name inside a longer word gives nothing.

    >>> [m.region.name for m in find_regions("江苏无锡手机上更改医保参保地")]
    ['无锡市']
    >>> find_regions("医保定点药店怎么查最新余额?")
    ()
    >>> [m.region.name for m in find_regions("天津市河北区医保")]
    ['天津市']
    """
    matches = list(name_pattern().finditer(text))
    if not matches:
        return ()
    words, smaller = _traps()
    covered = [match.span(1) for match in words.finditer(text)]
    found: list[Mention] = []
    for match in matches:
        start, end = match.span()
        if any(_overlaps_beyond(span, (start, end)) for span in covered):
            continue
        owners = _names()[match.group()]
        is_short = all(match.group() != owner.name for owner in owners)
        if is_short and smaller.match(text, end):
            continue
        before = found[-1] if found and found[-1].end == start else None
        region = _owner(owners, before.region if before else None)
        under_province = before is not None and region.parent_code == before.region.code
        # County-level units are named in full or after their province: 东方, 文昌 and 新星 are words.
        if is_short and region.level == "county_direct" and not under_province:
            continue
        if region.short_name == "朝阳" and "北京" in text:
            continue
        if before and under_province:
            found[-1] = Mention(region, before.start, end)
        else:
            found.append(Mention(region, start, end))
    return tuple(found)


def _overlaps_beyond(word: tuple[int, int], name: tuple[int, int]) -> bool:
    touches = word[0] < name[1] and name[0] < word[1]
    return touches and (word[0] < name[0] or name[1] < word[1])


def _owner(owners: tuple[Region, ...], before: Region | None) -> Region:
    """吉林 alone is the province; after its province it is the city."""
    under = [owner for owner in owners if before and owner.parent_code == before.code]
    return (under or list(owners))[0]


def region_of(text: str) -> Region | None:
    """The region a title or heading is about: the one given as an example, else the first one named.

    >>> region_of("居民医保线上缴费流程(以酒泉为例)").code
    '620900'
    >>> region_of("医保卡里的钱怎么取出来?")
    """
    example = _EXAMPLE.search(text)
    mentions = find_regions(example.group("name")) if example else ()
    mentions = mentions or find_regions(text)
    return mentions[0].region if mentions else None


def related(one: str, other: str) -> bool:
    """Whether two codes are equal or one is the other's province.

    >>> related("320200", "320000"), related("320200", "340000")
    (True, False)
    """
    return one == other or other in _line_of(one) or one in _line_of(other)


def _line_of(code: str) -> list[str]:
    region = by_code().get(code)
    return [region.parent_code] if region and region.parent_code else []


def unrelated(one: str, others: Iterable[str]) -> bool:
    """Whether a code is related to none of the others."""
    return not any(related(one, other) for other in others)
