"""Flags on places: apps and banks of another region, names of other regions in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.flags.context import Context
from pipelines.memory import remember
from pipelines.record import Line, QualityFlag
from pipelines.regions import by_code, find_regions, related
from pipelines.vocabulary import regional_channels, regions, table
from pipelines.words import any_of

_DOCUMENT_NUMBER = re.compile(r"^(?:局?[发规办函字]+)[〔\[(（]")
# <place>医保, <place>银行, <place>税务: the place says whose they are.
_PLACE_CHANNEL = re.compile(
    r"^(?P<what>(?:省|市)?(?:医保|医疗保障|税务))(?:”|APP|小程序|公众号|微信|平台|服务)|"
    r"^(?P<bank>(?:省|市)?(?:银行|农商银行|农商行))"
)
# No county's short name has more characters before its last: 布尔|津.
_LONGEST_TAIL = 3
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIST_WORDS = re.compile(r"(?:[、,(“/]|或|和|及|如|通过|登录|登陆|使用|打开|下载|关注|到|去|在|安装)$")


@dataclass(frozen=True)
class Named:
    """A channel's name at text[start:end] and the region it carries; `place` is the part that names the region."""

    name: str
    code: str
    start: int
    end: int
    place: str = ""


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str], dict[str, re.Pattern[str]]]:
    codes = {row.name: row.region_code for row in regional_channels()}
    after = {row["name"]: re.compile(row["followed_by"]) for row in table("channel_names.toml")["not_this_channel"]}
    return re.compile(any_of(codes)), codes, after


@remember
def named_channels(text: str) -> tuple[Named, ...]:
    """The channels in a text whose names carry a region.

    >>> [(n.name, n.code) for n in named_channels("登录“皖事通”或黑龙江医保APP,见津医保发〔2023〕72号")]
    [('皖事通', '340000'), ('黑龙江医保', '230000')]
    """
    pattern, codes, after = _names()
    places = find_regions(text)
    found = []
    for match in pattern.finditer(text):
        rest = text[match.end() :]
        part_of_place = any(m.start < match.start() < m.end or m.start < match.end() < m.end for m in places)
        longer = match.group() in after and after[match.group()].match(rest)
        part_of_place = part_of_place or _inside_a_county(text, match.start())
        if not part_of_place and not longer and not _DOCUMENT_NUMBER.match(rest):
            found.append(Named(match.group(), codes[match.group()], match.start(), match.end()))
    taken = {n for named in found for n in range(named.start, named.end)}
    for mention in places:
        follows = _PLACE_CHANNEL.match(text[mention.end :])
        if not follows or mention.start in taken or _inside_a_county(text, mention.start):
            continue
        if follows["bank"] and not _begins_word(text[: mention.start]):
            continue
        end = mention.end + len(follows["what"] or follows["bank"])
        place = text[mention.start : mention.end]
        found.append(Named(text[mention.start : end], mention.region.code, mention.start, end, place))
    return tuple(sorted(found, key=lambda named: named.start))


@cache
def _bearers() -> dict[str, tuple[str, ...]]:
    """The codes of all regions that bear a name."""
    found: dict[str, tuple[str, ...]] = {}
    for region in regions():
        for name in {region.name, region.short_name}:
            found[name] = (*found.get(name, ()), region.code)
    return found


def _inside_a_county(text: str, start: int) -> bool:
    """Whether a name begins within the name of a county, which alone is none in a text: 江津医保 is no 津医保."""
    begins = range(max(0, start - _LONGEST_TAIL), start)
    return any(text[begin:end] in _bearers() for begin in begins for end in range(start + 1, start + 4))


def _elsewhere(code: str, place: str, here: str) -> bool:
    """Whether a region has nothing to do with the one at hand, and no other of its name has: 朝阳 in Beijing."""
    return not any(related(one, here) for one in (code, *_bearers().get(place, ())))


def _begins_word(before: str) -> bool:
    """A bank's name begins a word of its own: not the middle of another bank's."""
    return not _HAN.search(before[-1:]) or bool(_LIST_WORDS.search(before))


def wrong_region_channel(context: Context) -> Iterator[QualityFlag]:
    """Channels of a region that has nothing to do with the procedure's."""
    for line in context.striking:
        channels = named_channels(line.text)
        here = context.region(line) if channels else None
        for named in channels:
            if here and _elsewhere(named.code, named.place, here):
                region = by_code()[named.code].name
                yield context.flag("wrong_region_channel", line, named.name, named.code, f"属于{region}")


def foreign_region_mention(context: Context) -> Iterator[QualityFlag]:
    """Other regions named in the text, outside headings and channel names."""
    for line in context.striking:
        here = context.region(line) if line.role != "heading" and find_regions(line.text) else None
        if here:
            yield from _foreign(context, line, here)


def _foreign(context: Context, line: Line, here: str) -> Iterator[QualityFlag]:
    taken = [(named.start, named.end) for named in named_channels(line.text)]
    for mention in find_regions(line.text):
        inside = any(start < mention.end and mention.start < end for start, end in taken)
        words = line.text[mention.start : mention.end]
        inside = inside or _inside_a_county(line.text, mention.start)
        if not inside and _elsewhere(mention.region.code, words, here):
            yield context.flag("foreign_region_mention", line, words, mention.region.code)
