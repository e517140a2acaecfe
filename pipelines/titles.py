"""What a title says: the procedures it announces and the people it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from pipelines.memory import remember
from pipelines.regions import find_regions
from pipelines.vocabulary import ProcedureType, procedure_types, table
from pipelines.words import any_of

_CLAUSE = re.compile(r"[?!。;？！；]")
_MARKS = r"[\s“”\"‘’'「」【】《》]"
_SET_ASIDE = "□"
_LISTS = ("about", "doing", "never")
_PLACE = attrgetter("place")
OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """A type, by its place in the order of priority, and the words that name it: `about` and `doing`, not `never`."""

    place: int
    slug: str
    about: frozenset[str]
    doing: frozenset[str]
    never: frozenset[str]

    def fits(self, found: set[str]) -> bool:
        """Whether it is the type of a clause with these words, one of which is in `about`."""
        return self.never.isdisjoint(found) and not (self.doing and self.doing.isdisjoint(found))


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
    rules = sorted({rule for word in found for rule in _rules_about().get(word, ())}, key=_PLACE)
    slug = next((rule.slug for rule in rules if rule.fits(found)), OTHER)
    return None if slug == OTHER else slug


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


@cache
def _rules() -> tuple[_Rule, ...]:
    """All rules in priority order; what names no procedure at all comes first."""
    data = table("procedure_types.toml")
    nothing = {"slug": OTHER, "names": data["never"], "when": [{"about": data["elsewhere"], "never": data["unless"]}]}
    whens = (
        (row["slug"], when)
        for row in (nothing, *data["type"])
        for when in ({"about": row.get("names", ())}, *row.get("when", ()))
    )
    lists = ((slug, *(frozenset(map(_plain, when.get(key, ()))) for key in _LISTS)) for slug, when in whens)
    return tuple(_Rule(place, *rest) for place, rest in enumerate(lists))


@cache
def _rules_about() -> dict[str, list[_Rule]]:
    """The rules that have a word in `about`, by the word."""
    rules: dict[str, list[_Rule]] = {}
    for rule in _rules():
        for word in rule.about:
            rules.setdefault(word, []).append(rule)
    return rules


@cache
def _listed() -> dict[str, tuple[str, ...]]:
    """All words of the rules by their first two characters, or the only one."""
    heads: dict[str, list[str]] = {}
    for word in frozenset[str]().union(*(rule.about | rule.doing | rule.never for rule in _rules())):
        heads.setdefault(word[:2], []).append(word)
    return {head: tuple(words) for head, words in heads.items()}


def _words_in(text: str) -> set[str]:
    """All listed words that a plain text holds, wherever they stand."""
    listed = _listed()
    heads = ((at, head) for at in range(len(text)) for head in (text[at], text[at : at + 2]) if head in listed)
    return {word for at, head in heads for word in listed[head] if text.startswith(word, at)}


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
