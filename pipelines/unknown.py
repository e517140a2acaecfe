"""What the reader met and did not know, so that an editor sees what to add to the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from pipelines.fields.channels import find_channels, plain
from pipelines.record import Procedure, Record
from pipelines.titles import OTHER
from pipelines.vocabulary import channel_kinds

_NOT_BODY = frozenset({"title", "byline", "site_disclaimer", "related"})
_UNREAD = "other"
_AFTER = r"(?P<after>(?:手机|微信|支付宝)?(?:APP|客户端|小程序|公众号|服务号))"
_NAMED = re.compile(
    rf"[“「【](?P<name>[^”」】]{{2,20}})[”」】](?:的)?{_AFTER}|"
    r"(?P<before>APP|客户端|小程序|公众号|服务号)[“「【](?P<called>[^”」】]{2,20})[”」】]",
    re.IGNORECASE,
)


class Unknown(NamedTuple):
    """Words that no list knows: a heading of no type, a channel of no list, a line in no record."""

    kind: Literal["heading", "channel", "line"]
    words: str
    line: int


def unknown_words(record: Record) -> list[Unknown]:
    """A record in, what it has of no list out, in the order of its lines.

    >>> from pipelines.record import Article, Line
    >>> lines = [Line(1, "step", "打开“灵锡”APP,或搜索小程序“某某易办”。"), Line(2, "other", "某某。")]
    >>> [tuple(found) for found in unknown_words(Record(Article(), lines))]
    [('channel', '某某易办', 1), ('line', '某某。', 2)]
    """
    found = {*_headings(record.procedures), *_other_channels(record.procedures), *_names_and_lines(record)}
    return sorted(found, key=lambda one: (one.line, one.kind, one.words))


def _headings(procedures: list[Procedure]) -> Iterator[Unknown]:
    for procedure in procedures:
        if procedure.type == OTHER:
            yield Unknown("heading", procedure.heading, procedure.line)


def _other_channels(procedures: list[Procedure]) -> Iterator[Unknown]:
    """A channel has no line of its own: its first step's, else its procedure's."""
    for procedure in procedures:
        for channel in procedure.channels:
            if channel.kind == OTHER and channel.name:
                line = channel.steps[0].line if channel.steps else procedure.line
                named = _NAMED.search(channel.name)
                yield Unknown("channel", _name(named) if named else channel.name, line)


def _names_and_lines(record: Record) -> Iterator[Unknown]:
    for line in record.lines:
        if line.role in _NOT_BODY:
            continue
        if line.role == _UNREAD:
            yield Unknown("line", line.text, line.no)
        for match in _NAMED.finditer(line.text):
            if not _is_listed(_name(match), match["after"] or match["before"]):
                yield Unknown("channel", _name(match), line.no)


def _name(match: re.Match[str]) -> str:
    return match["name"] or match["called"]


@cache
def _labels() -> frozenset[str]:
    return frozenset(plain(label) for row in channel_kinds() for label in row.labels)


def _is_listed(name: str, after: str) -> bool:
    """Whether a list has the name, or a place in it says whose app it is; a bare 小程序 behind it is no name."""
    if plain(name) in _labels():
        return True
    within = len(plain(name))
    return any(mention.mode == "online" and mention.start < within for mention in find_channels(name + after))
