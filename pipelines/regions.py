"""Regions named in a title or heading, by GB/T 2260 code; body text is no place to look for the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.memory import remember
from pipelines.vocabulary import Region, regions, table
from pipelines.words import any_of

_EXAMPLE = re.compile(r"以(?P<name>[^()()以]{2,14}?)(?:市|省)?(?:的.{0,6})?为例")
# No number and no 外地人在 before a county is longer.
_LONGEST_OPENING = 8
_RANK = {"province": 0, "municipality": 0, "prefecture": 1, "county_direct": 2, "county": 2}


@dataclass(frozen=True, slots=True)
class Mention:
    """A region named at text[start:end]."""

    region: Region
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A full or short name, the regions that bear it, the highest level first, and whom it means by itself."""

    text: str
    owners: tuple[Region, ...]
    alone: tuple[Region, ...]
    is_short: bool


@dataclass(frozen=True, slots=True)
class _Traps:
    """region_traps.toml, ready for use."""

    words: re.Pattern[str]
    longest: int
    smaller_place: re.Pattern[str]
    longer_word: re.Pattern[str]
    after_wordlike: re.Pattern[str]
    needs_room: re.Pattern[str]
    opens: re.Pattern[str]
    stays_in: re.Pattern[str]
    after_opening: re.Pattern[str]
    after_stay: re.Pattern[str]
    never_short: frozenset[str]
    never_alone: frozenset[str]


@cache
def by_code() -> dict[str, Region]:
    """All regions by code."""
    return {region.code: region for region in regions()}


@cache
def _above() -> dict[str, tuple[str, ...]]:
    """Each region's parent and its parent's parent."""
    above: dict[str, tuple[str, ...]] = {}
    for region in regions():
        above[region.code] = (region.parent_code, *above[region.parent_code]) if region.parent_code else ()
    return above


@cache
def _traps() -> _Traps:
    data = table("region_traps.toml")
    return _Traps(
        re.compile(f"(?=({any_of(data['words'])}))"),
        max(map(len, data["words"])),
        re.compile(data["smaller_place"]),
        re.compile(data["longer_word"]),
        re.compile(data["after_wordlike"]),
        re.compile(data["needs_room"]),
        re.compile(data["opens"]),
        re.compile(data["stays_in"]),
        re.compile(data["after_opening"]),
        re.compile(data["after_stay"]),
        frozenset(data["never_short"]),
        frozenset(data["never_alone"]),
    )


@cache
def _names() -> dict[str, tuple[_Name, ...]]:
    """The names that begin with two characters, the longest first."""
    bearers: dict[str, list[Region]] = {}
    for region in sorted(regions(), key=lambda region: _RANK[region.level]):
        for text in dict.fromkeys([region.name, region.short_name]):
            bearers.setdefault(text, []).append(region)
    for text, code in table("region_traps.toml")["also_called"].items():
        bearers[text] = [by_code()[code]]
    found: dict[str, list[_Name]] = {}
    for text in sorted(bearers, key=len, reverse=True):
        owners = tuple(bearers[text])
        alone = _highest([owner for owner in owners if _stands_alone(text, owner, bearers)])
        is_short = all(text != owner.name for owner in owners)
        # No name is shorter than two characters.
        found.setdefault(text[:2], []).append(_Name(text, owners, alone, is_short))
    return {head: tuple(names) for head, names in found.items()}


@cache
def _starts() -> re.Pattern[str]:
    """Where a name may begin: one search in place of a look at every character."""
    first, second = ("".join(sorted({head[n] for head in _names()})) for n in range(2))
    return re.compile(f"[{first}](?=[{second}])")


def _stands_alone(text: str, region: Region, bearers: dict[str, list[Region]]) -> bool:
    """Whether a name means this region with nothing before it: names of counties are words too (东方, 文昌, 新星)."""
    if _RANK[region.level] < _RANK["county"]:
        return True
    if text != region.name or text in _traps().never_alone:
        return False
    # 河北区 is no district of 河北, 荆州区 is one of 荆州.
    namesakes = [owner for owner in bearers.get(text[:-1], ()) if _RANK[owner.level] < _RANK["county"]]
    return not text.endswith("区") or all(owner.code in _above()[region.code] for owner in namesakes)


def _highest(owners: Iterable[Region]) -> tuple[Region, ...]:
    found = tuple(owners)
    best = min((_RANK[owner.level] for owner in found), default=0)
    return tuple(owner for owner in found if _RANK[owner.level] == best)


# The same titles stand in the lists of many articles, and the same lines in many articles.
@remember
def find_regions(text: str) -> tuple[Mention, ...]:
    """The regions that `text` names, left to right.

    A region before one of its own gives the smaller alone. A name inside a longer word gives nothing, and so does
    one that several regions of a level bear, unless what stands before it tells which.

    >>> [m.region.name for m in find_regions("江苏无锡手机上更改医保参保地")]
    ['无锡市']
    >>> find_regions("医保定点药店怎么查最新余额?")
    ()
    >>> [m.region.name for m in find_regions("天津市河北区医保")]
    ['河北区']
    >>> [[m.region.name for m in find_regions(text)] for text in ("宁波慈溪医保", "慈溪市医保", "慈溪医保")]
    [['慈溪市'], ['慈溪市'], ['慈溪市']]
    >>> find_regions("请到慈溪医保窗口")
    ()
    """
    found: list[Mention] = []
    match = _starts().search(text)
    while match:
        mention = next(_mentions(text, match.start(), found), None)
        if mention and mention.start < match.start():
            found.pop()
        if mention:
            found.append(mention)
        match = _starts().search(text, mention.end if mention else match.end())
    return tuple(found)


def _mentions(text: str, start: int, found: list[Mention]) -> Iterator[Mention]:
    """What a name at `start` means, the longest name first; before it stand the mentions `found`."""
    for name in _names().get(text[start : start + 2], ()):
        if not text.startswith(name.text, start) or _is_part_of_word(text, start, name):
            continue
        before = found[-1] if found and found[-1].end == start else None
        under = _under(name, before.region) if before else None
        region = under or _alone(text, start, name, found)
        if region:
            yield Mention(region, before.start if before and under else start, start + len(name.text))


def _is_part_of_word(text: str, start: int, name: _Name) -> bool:
    traps, end = _traps(), start + len(name.text)
    goes_on = traps.smaller_place if name.is_short else traps.longer_word
    if goes_on.match(text, end) or (_is_wordlike(name) and traps.after_wordlike.match(text, end)):
        return True
    near = traps.words.finditer(text, max(0, start - traps.longest), end + traps.longest)
    return any(_overlaps_beyond(word.span(1), (start, end)) for word in near)


def _is_wordlike(name: _Name) -> bool:
    """赵县, 和县 and 城区, or a word and what it is: 延长县."""
    return not name.is_short and (len(name.text) == 2 or name.text[:-1] in _traps().never_short)


def _overlaps_beyond(word: tuple[int, int], name: tuple[int, int]) -> bool:
    touches = word[0] < name[1] and name[0] < word[1]
    return touches and (word[0] < name[0] or name[1] < word[1])


def _under(name: _Name, before: Region) -> Region | None:
    """The one meant right after a region it is part of: 吉林 after 吉林 is the city, 昆山 after 江苏 the county."""
    owners = _highest(owner for owner in name.owners if before.code in _above()[owner.code])
    if len(owners) != 1:
        return None
    region = owners[0]
    if region.level != "county" or (name.text == region.name and name.text not in _traps().never_alone):
        return region
    if name.text in _traps().never_short:
        return None
    # Before a district that has namesakes stands its own city: 杭州西湖 but not 浙江西湖, 阳泉郊区 but not 山西郊区.
    is_clear = len(name.owners) == 1 and name.text != region.name
    return region if is_clear or not region.name.endswith("区") or before.code == region.parent_code else None


def _alone(text: str, start: int, name: _Name, found: list[Mention]) -> Region | None:
    """The one meant with no region right before it; `found` stands somewhere before."""
    if _is_example(text, start, name) or _opens(text, start, name):
        return name.owners[0]
    if _traps().needs_room.search(name.text) and text[start - 1 : start].isalpha():
        return None
    earlier = [owner for owner in name.owners if any(m.region.code in _above()[owner.code] for m in found)]
    if len(name.alone) == 1:
        # 朝阳 in a text on 北京 is neither the city in 辽宁 nor surely the district.
        strange = name.is_short and not all(related(owner.code, name.alone[0].code) for owner in earlier)
        return None if strange else name.alone[0]
    is_known = len(earlier) == 1 and not name.is_short and name.text not in _traps().never_alone
    return earlier[0] if is_known else None


def _opens(text: str, start: int, name: _Name) -> bool:
    """Whether the short name of a county that no other bears opens a title, or says where somebody stays."""
    if start > _LONGEST_OPENING or not _is_clear_county(name):
        return False
    traps, before, end = _traps(), text[:start], start + len(name.text)
    if traps.opens.match(before):
        return bool(traps.after_opening.match(text, end))
    return bool(traps.stays_in.match(before) and traps.after_stay.match(text, end))


def _is_clear_county(name: _Name) -> bool:
    """A short name of one county that is no word; of a district where only its parent is a municipality."""
    region = name.owners[0]
    if not name.is_short or len(name.owners) > 1 or region.level != "county" or name.text in _traps().never_short:
        return False
    return not region.name.endswith("区") or by_code()[region.parent_code or ""].level == "municipality"


def _is_example(text: str, start: int, name: _Name) -> bool:
    """Whether a name that one region alone bears stands in 以…为例, filling it."""
    example = _EXAMPLE.search(text) if "为例" in text else None
    filled = example is not None and example.span("name") == (start, start + len(name.text))
    return filled and len(name.owners) == 1 and name.text not in _traps().never_short


def region_of(text: str) -> Region | None:
    """The region a title or heading is about: the one given as an example, else the first one named.

    >>> region_of("居民医保线上缴费流程(以酒泉为例)").code
    '620900'
    >>> region_of("浙江居民医保线上缴费流程(以慈溪为例)").name
    '慈溪市'
    >>> region_of("医保卡里的钱怎么取出来?")
    """
    mentions = find_regions(text)
    example = _EXAMPLE.search(text)
    given = [m for m in mentions if example and example.start() <= m.start and m.end <= example.end()]
    return next((mention.region for mention in given or mentions), None)


def related(one: str, other: str) -> bool:
    """Whether two codes are equal or one lies in the other.

    >>> related("320200", "320000"), related("320583", "320000"), related("320583", "320582")
    (True, True, False)
    """
    return one == other or other in _above().get(one, ()) or one in _above().get(other, ())
