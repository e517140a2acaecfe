"""Channels: which app, counter or phone line a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pipelines.memory import remember, remember_list
from pipelines.record import Mode
from pipelines.regions import find_regions
from pipelines.vocabulary import channel_kinds, regional_channels, table
from pipelines.words import any_of

OTHER = "other"
_OF_WECHAT = frozenset({"wechat", "wechat-account", "wechat-miniprogram"})
# Kinds that mean "whatever your city has" unless the article gives a name.
_LOCAL = frozenset({"local-yibao-app", "local-yibao-account", "local-yibao-web", "gov-app", "gov-web", "hotline-local"})
_QUOTED = re.compile(r"[“「【]([^”」】]{1,20})[”」】]")
# After a quoted name these say that it is an app and not a button.
_APP_AFTER = r"(?:手机)?(?:APP|客户端|小程序|微信小程序|支付宝小程序|公众号|微信公众号|服务号|官网|网站)"
_NAMED = re.compile(
    rf"[“「【《](?P<name>[^”」】》]{{1,20}})[”」】》](?P<after>{_APP_AFTER})|"
    rf"(?P<before>{_APP_AFTER})[“「](?P<called>[^”」]{{1,20}})[”」]",
    re.IGNORECASE,
)
_EXAMPLES = re.compile(r"[如例]如?(?P<names>(?:[“「][^”」]+[”」][、或和]?)+)")
_ACCOUNT_AFTER = re.compile(r"(?:微信|支付宝)?(?:小程序|公众号|服务号)")
_DIALLED = re.compile(r"(?:拨打?|致电|打)[^,。;]{0,12}?(?P<number>0\d{2,3}-?\d{7,8})")
_GLUE = re.compile(r"的|\s")


class Mention(NamedTuple):
    """A channel that a text names, in order of appearance; `region_code` where its name carries one."""

    kind: str
    mode: Mode
    name: str
    start: int
    region_code: str | None = None


@remember
def plain(text: str) -> str:
    """Text in the spelling of the alias lists.

    >>> plain("当地医疗保险局的app")
    '当地医保局APP'
    """
    short = text.replace("医疗保险", "医保").replace("医疗保障", "医保")
    return re.sub("app", "APP", _GLUE.sub("", short), flags=re.IGNORECASE)


@cache
def mode_of(kind: str) -> Mode:
    """The way of doing things a kind of channel belongs to."""
    return next(row.mode for row in channel_kinds() if row.kind == kind)


@cache
def name_of(kind: str) -> str:
    """The Chinese name of a kind."""
    return next(row.name_zh for row in channel_kinds() if row.kind == kind)


@cache
def _aliases() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds = {plain(alias): row.kind for row in channel_kinds() for alias in row.aliases}
    names = {plain(row.name): row.kind for row in regional_channels()}
    known = names | kinds
    return re.compile(any_of(known)), known


@cache
def _labels() -> dict[str, str]:
    return {plain(label): row.kind for row in channel_kinds() for label in row.labels}


@cache
def _regional() -> dict[str, str]:
    return {plain(row.name): row.region_code for row in regional_channels()}


@remember_list
def find_channels(text: str) -> list[Mention]:
    """The channels a text names, left to right, each kind once; quoted buttons are not channels.

    >>> [m.kind for m in find_channels("登录“国家医保服务平台”APP,或到当地医保局的窗口办理")]
    ['nhsa-app', 'agency-counter']
    >>> find_channels("依次点击“城市服务”“微信”")
    []
    """
    found = [_of_named(match) for match in _NAMED.finditer(text)]
    pattern, known = _aliases()
    bare = plain(_QUOTED.sub(_without_buttons, text))
    of_places = _of_patterns(bare)
    spans = [(mention.start, mention.start + len(mention.name)) for mention in of_places]
    for match in _whole_names(pattern, bare):
        name = match.group()
        if any(start <= match.start() and match.end() <= end for start, end in spans):
            continue
        kind = known[name]
        if kind == "local-yibao-app" and _ACCOUNT_AFTER.match(bare, match.end()):
            kind = "local-yibao-account"
        found.append(Mention(kind, mode_of(kind), name, match.start(), _regional().get(name)))
    found += of_places
    if not any(mention.mode == "phone" for mention in found):
        found += [Mention("hotline-local", "phone", m["number"], m.start()) for m in _DIALLED.finditer(bare)]
    found.sort(key=lambda mention: mention.start)
    return list({mention.kind: mention for mention in reversed(found)}.values())[::-1]


def _without_buttons(quoted: re.Match[str]) -> str:
    """A quoted button is blanked; the quoted name of a region's own app stays."""
    return quoted.group() if is_own_app(quoted.group(1)) else "□" * len(quoted.group())


def is_own_app(name: str) -> bool:
    """Whether a quoted name is that of a region's own app or account.

    >>> is_own_app("闽政通"), is_own_app("市民中心")
    (True, False)
    """
    return plain(name) in _regional()


@cache
def _longer_words() -> dict[str, re.Pattern[str]]:
    return {row["name"]: re.compile(row["followed_by"]) for row in table("channel_names.toml")["not_this_channel"]}


def _goes_on(match: re.Match[str]) -> bool:
    """Whether a name is part of a longer word or number: 北京通州, 合肥通过, 医院等级, 0512-12345678."""
    word, before, after = match.group(), match.string[: match.start()], match.string[match.end() :]
    longer = _longer_words().get(word)
    in_number = (word[0].isdigit() and before[-1:].isdigit()) or (word[-1].isdigit() and after[:1].isdigit())
    return in_number or bool(longer and longer.match(after))


def _whole_names(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches that neither begin inside the name of a place (天津医保电话 is no 津医保) nor go on as another word."""
    places = [(mention.start, mention.end) for mention in find_regions(text)]
    match = pattern.search(text)
    while match:
        inside = any(start < match.start() < end for start, end in places) or _goes_on(match)
        if not inside:
            yield match
        match = pattern.search(text, match.start() + 1 if inside else match.end())


def _of_named(match: re.Match[str]) -> Mention:
    """“灵锡”APP, 公众号“无锡医保”: known by its name, else by what its name and the word beside it say."""
    name, after = plain(match["name"] or match["called"]), (match["after"] or match["before"]).upper()
    pattern, known = _aliases()
    kind = known.get(plain(name + after)) or known.get(name) or _kind_by_words(name, after)
    if kind == "local-yibao-app" and _ACCOUNT_AFTER.search(after):
        kind = "local-yibao-account"
    inner = pattern.search(name)
    if kind == "other" and inner:
        kind = known[inner.group()]
    return Mention(kind, mode_of(kind), match.group(), match.start(), _region_in(name))


def _kind_by_words(name: str, after: str) -> str:
    for rule in table("channel_names.toml")["rule"]:
        if re.search(rule["name"], name) and re.search(rule["after"], after):
            return str(rule["kind"])
    return "other"


def _region_in(name: str) -> str | None:
    mentions = find_regions(name)
    return _regional().get(name) or (mentions[0].region.code if mentions else None)


def _of_patterns(text: str) -> list[Mention]:
    """<place>医保APP, <place>银行APP, <place>税务公众号: the place says whose it is; and what its words tell alone."""
    found = [
        Mention(kind, mode_of(kind), match.group(), match.start())
        for kind, words in _words_alone()
        for match in words.finditer(text)
    ]
    for place in find_regions(text):
        for kind, after in _after_place():
            match = after.match(text, place.end)
            if match:
                name = text[place.start : match.end()]
                found.append(Mention(kind, mode_of(kind), name, place.start, place.region.code))
    return found


@cache
def _words_alone() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = table("channel_names.toml")["words"]
    return tuple((rule["kind"], re.compile(rule["pattern"])) for rule in rules)


@cache
def _after_place() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = table("channel_names.toml")["place"]
    return tuple((rule["kind"], re.compile(rf"(?:省|市)?{rule['after']}")) for rule in rules)


def label_channel(label: str, heading_kind: str | None) -> Mention | None:
    """The channel an inline label (城市服务:...) stands for, under a heading of `heading_kind`.

    >>> label_channel("城市服务", "wechat").kind
    'wechat-city-service'
    >>> label_channel("登录平台", "wechat")
    """
    text = plain(label)
    kind = _labels().get(text)
    if kind and (heading_kind is None or same_family(kind, heading_kind)):
        return Mention(kind, mode_of(kind), name_of(kind), 0)
    mentions = find_channels(label)
    left = text
    for mention in mentions:
        left = left.replace(plain(mention.name), "")
    return mentions[0] if mentions and len(_filler().sub("", left)) <= _LEFT_OVER else None


# So many characters may stand beside the names in a heading of channels.
_LEFT_OVER = 4


@cache
def _filler() -> re.Pattern[str]:
    return re.compile(str(table("channel_names.toml")["beside_a_name"]))


@remember_list
def heading_channels(heading: str) -> list[Mention]:
    """The channels a heading is about; empty where it says more than their names.

    >>> [m.kind for m in heading_channels("通过支付宝或微信办理")]
    ['alipay', 'wechat']
    >>> heading_channels("登录支付宝后点击市民中心")
    []
    """
    label = _labels().get(plain(heading))
    if label:
        return [Mention(label, mode_of(label), name_of(label), 0)]
    mentions = find_channels(heading)
    pattern, _ = _aliases()
    left = plain(_NAMED.sub("", re.sub(r"\([^)]*\)", "", heading)))
    for mention in mentions:
        left = left.replace(mention.name, "")
    left = pattern.sub("", left)
    return mentions if len(_filler().sub("", left)) <= _LEFT_OVER else []


def same_family(kind: str, heading_kind: str) -> bool:
    """Whether two kinds are parts of one app or one house: wechat and wechat-miniprogram."""
    return kind == heading_kind or kind.split("-")[0] == heading_kind.split("-")[0]


def refine(kind: str, text: str) -> str:
    """A bare 微信 says more where the sentence names the account or mini program, or city services.

    >>> refine("wechat", "搜索“我的医保凭证”小程序")
    'wechat-miniprogram'
    """
    if kind not in _OF_WECHAT:
        return kind
    named = next((_of_named(match).kind for match in _NAMED.finditer(text)), OTHER)
    if named not in (OTHER, "nhsa-app", "gov-app", "hrss-app", "wechat-account"):
        return named
    for rule in table("channel_names.toml")["wechat"]:
        if re.search(rule["words"], plain(text)):
            return str(rule["kind"])
    return kind


def is_generic(kind: str, text: str) -> bool:
    """Whether a channel has neither a proper name nor a number nor an example in `text`."""
    if kind not in _LOCAL:
        return False
    return not (_NAMED.search(text) or _EXAMPLES.search(text) or any(m.region_code for m in find_channels(text)))
