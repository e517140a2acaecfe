"""What a title says: the procedures it announces and the people it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.memory import remember
from pipelines.regions import find_regions
from pipelines.vocabulary import ProcedureType, procedure_types, table
from pipelines.words import any_of

_CLAUSE = re.compile(r"[?!。;？！；]")
_MARKS = r"[\s“”\"‘’'「」【】《》]"
_SET_ASIDE = "□"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A type, and the words that name it: one of each of `all_of` and none of `never`."""

    slug: str
    all_of: tuple[frozenset[str], ...]
    never: frozenset[str]

    def fits(self, found: set[str]) -> bool:
        for words in self.all_of:
            if words.isdisjoint(found):
                return False
        return self.never.isdisjoint(found)


@remember
def types_of(title: str) -> tuple[str, ...]:
    """A title or heading in, the procedure types it names, clause by clause, each once.

    >>> types_of("无锡医保缴费记录怎么查询?断缴了怎么补缴?")
    ('contribution-record-query', 'gap-backpay-waiting')
    >>> types_of("天气预报")
    ()
    """
    found = (type_of_clause(clause) for clause in _CLAUSE.split(title))
    return tuple(dict.fromkeys(slug for slug in found if slug))


def type_of_clause(clause: str) -> str | None:
    """The first procedure type, in priority order, that the words of the clause name.

    >>> type_of_clause("咋给孩子交医保,手机上能弄吗")
    'online-payment'
    """
    found = _words_in(_plain(_placeless(clause)))
    if not found or any(rule.fits(found) for rule in _none()):
        return None
    return next((rule.slug for rule in _rules() if rule.fits(found)), None)


def _placeless(text: str) -> str:
    """A text without the places it names: they stand between words that belong together.

    >>> _placeless("手机银行缴无锡居民医保")
    '手机银行缴居民医保'
    """
    for mention in reversed(find_regions(text)):
        text = text[: mention.start] + text[mention.end :]
    return text


def _plain(text: str) -> str:
    """A text in the words that the lists are read with.

    >>> _plain("如何交“医疗保险”,提交 什么")
    '怎么缴医保,□什么'
    """
    return _otherwise().sub(lambda match: _same().get(match[0], ""), text)


@cache
def _same() -> dict[str, str]:
    """Each way to say a word -> the word."""
    data = table("procedure_types.toml")
    same = dict.fromkeys(data["set_aside"], _SET_ASIDE)
    return same | {other: word for word, others in data["same"].items() for other in (word, *others)}


@cache
def _otherwise() -> re.Pattern[str]:
    return re.compile(f"{any_of(_same())}|{_MARKS}")


def _set_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_plain, words))


@cache
def _none() -> tuple[_Rule, ...]:
    """What names no procedure at all."""
    data = table("procedure_types.toml")
    return (
        _Rule(OTHER, (_set_of(data["never"]),), frozenset()),
        _Rule(OTHER, (_set_of(data["elsewhere"]),), _set_of(data["unless"])),
    )


@cache
def _rules() -> tuple[_Rule, ...]:
    """All rules in priority order."""
    return tuple(rule for row in table("procedure_types.toml")["type"] for rule in _rules_of(row))


def _rules_of(row: dict[str, Any]) -> Iterator[_Rule]:
    if "names" in row:
        yield _Rule(row["slug"], (_set_of(row["names"]),), frozenset())
    for when in row.get("when", ()):
        lists = tuple(_set_of(when[key]) for key in ("about", "doing") if key in when)
        yield _Rule(row["slug"], lists, _set_of(when.get("never", ())))


@cache
def _listed() -> dict[str, tuple[str, ...]]:
    """All words of the rules by their first two characters, or by their only one."""
    listed: dict[str, tuple[str, ...]] = {}
    for word in sorted({word for rule in (*_none(), *_rules()) for word in rule.never.union(*rule.all_of)}):
        listed[word[:2]] = (*listed.get(word[:2], ()), word)
    return listed


def _words_in(text: str) -> set[str]:
    """All listed words that a plain text holds, wherever they stand."""
    listed = _listed()
    found = {char for char in text if char in listed}
    for at in range(len(text) - 1):
        words = listed.get(text[at : at + 2], ())
        found.update(word for word in words if text.startswith(word, at))
    return found


def audience_of(title: str) -> list[str]:
    """Whom a title addresses: `retiree` where it speaks of retirement other than as a procedure.

    >>> audience_of("退休后医保卡每月打入多少钱?")
    ['retiree']
    """
    if "退休" in title and "retirement-procedure" not in types_of(title):
        return ["retiree"]
    return []


def type_named(slug: str) -> ProcedureType:
    """The procedure type of a slug."""
    return next(kind for kind in procedure_types() if kind.slug == slug)
