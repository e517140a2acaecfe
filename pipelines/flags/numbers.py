"""Flags on numbers: sums that do not compute, values that cannot be, years gone by."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.dates import day_of
from pipelines.flags.context import Context
from pipelines.flags.words import quote_of
from pipelines.memory import remember
from pipelines.record import QualityFlag
from pipelines.vocabulary import table

# Sums are rounded to whole yuan; a longer expression than this is no sum of an article.
_TOLERANCE = 0.5
_LONGEST = 120
_STALE_AFTER = 2
_LONGEST_PROCESSING_DAYS = 365
_EXPRESSION = re.compile(
    r"(?<![\d.])(?P<left>[(\d][\d.()+\-×÷*/%元]{2,}?)=(?P<right>\d+(?:\.\d+)?)元?(?![\d.%万亿+\-×÷*/])"
)
_OPERATION = re.compile(r"[+\-×÷*/]")
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d{2})年")
_DAYS = {"working_day": 1.0, "day": 1.0, "month": 30.0, "year": 365.0}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(expression: str) -> float | None:
    """A sum as written in Chinese in, its value out; None where it is none.

    >>> evaluate("(7000+7000×1)÷2×30×1%")
    2100.0
    """
    text = expression.replace("元", "").replace("×", "*").replace("÷", "/")
    text = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", text)
    if len(text) > _LONGEST or "**" in text or "//" in text:
        return None
    try:
        return _value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError):
        return None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    raise ValueError("not a sum")


def arithmetic_mismatch(context: Context) -> Iterator[QualityFlag]:
    """Sums whose sides differ."""
    for line in context.body:
        for match in _EXPRESSION.finditer(line.text) if "=" in line.text else ():
            value = evaluate(match["left"]) if _OPERATION.search(match["left"]) else None
            if value is not None and abs(value - float(match["right"])) > _TOLERANCE:
                yield context.flag("arithmetic_mismatch", line, match.group(), f"{value:g}", f"左边算得{value:g}")


@dataclass(frozen=True)
class Bound:
    """A quantity, words never missing from it, what it looks like and what may not stand beside it, least and most."""

    name: str
    needs: str
    patterns: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    least: float
    most: float

    def outside(self, text: str) -> list[str]:
        """The words of a sentence or half of one that give the quantity a value it cannot have, each number once."""
        if self.needs not in text or (self.unless and self.unless.search(text)):
            return []
        found = {
            match.start("value"): quote_of(match)
            for pattern in reversed(self.patterns)
            for match in pattern.finditer(text)
            if not self.least <= float(match["value"]) <= self.most
        }
        return [found[place] for place in sorted(found)]


@cache
def _bounds() -> tuple[Bound, ...]:
    return tuple(
        Bound(
            row["name"],
            row["needs"],
            tuple(map(re.compile, row["patterns"])),
            re.compile(row["unless"]) if "unless" in row else None,
            row["min"],
            row["max"],
        )
        for row in table("defects.toml")["bound"]
    )


def implausible_value(context: Context) -> Iterator[QualityFlag]:
    """Named quantities outside what they can be; processing times beyond a year."""
    for line in context.striking:
        for words, bound in outside_bounds(line.text):
            detail = f"{bound.name}应在{bound.least:g}至{bound.most:g}之间"
            yield context.flag("implausible_value", line, words, None, detail)
    for procedure in context.record.procedures:
        for limit in procedure.time_limits:
            days = (limit.max or limit.min or 0) * _DAYS.get(limit.unit or "", 0)
            if limit.kind == "processing" and days > _LONGEST_PROCESSING_DAYS:
                yield context.flag("implausible_value", context.line(limit.line), limit.text, None, "超过一年")


@remember
def outside_bounds(text: str) -> tuple[tuple[str, Bound], ...]:
    """The values in a line that cannot be, each with the bound it misses."""
    parts = re.split("[。;]", text)
    return tuple((words, bound) for part in parts for bound in _bounds() for words in bound.outside(part))


def stale_year(context: Context) -> Iterator[QualityFlag]:
    """Years well before the year of publication, each once a line."""
    published = day_of(context.record.article.published_at)
    if not published:
        return
    for line in context.striking:
        for year in years(line.text):
            if int(year) <= published.year - _STALE_AFTER:
                yield context.flag("stale_year", line, f"{year}年", None, f"文章发布于{published.year}年")


@remember
def years(text: str) -> tuple[str, ...]:
    """The years that a line names, each once."""
    return tuple(dict.fromkeys(_YEAR.findall(text)))
