"""What a title says: the procedures it announces and the people it is for."""

from __future__ import annotations

import re

from pipelines.memory import remember
from pipelines.vocabulary import ProcedureType, procedure_types

_CLAUSE = re.compile(r"[?!。;]")
OTHER = "other"


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
    """The first procedure type, in priority order, whose pattern the clause matches."""
    text = clause.replace("医疗保险", "医保")
    for kind in procedure_types():
        if kind.pattern and kind.pattern.search(text):
            return kind.slug
    return None


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
