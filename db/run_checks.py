"""What must hold of each site's last run before it is published: runs in, findings out. The bounds are data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any, Literal

from sqlite_utils import Database

from db.runs import Row, last_runs, sites

Severity = Literal["error", "warning"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning")
# Far enough back to find those that finished.
RUNS_LOOKED_AT = 100


@dataclass(frozen=True)
class Finding:
    """A bound that a site's last run broke; an `error` is not published."""

    site: str
    run_id: int
    severity: Severity
    measure: str
    text: str

    def __str__(self) -> str:
        return f"{self.site}, run {self.run_id}: {self.text}"


@cache
def bounds() -> dict[str, Any]:
    """The bounds of bounds.toml."""
    found: dict[str, Any] = tomllib.loads(files("db").joinpath("bounds.toml").read_text(encoding="utf-8"))
    return found


def check_runs(db: Database) -> list[Finding]:
    """What is wrong with the last run of each site, errors first."""
    return [finding for site in sites(db) for finding in check_site(db, site)]


def check_site(db: Database, site: str) -> list[Finding]:
    """What is wrong with the last run of a site that ended itself, errors first."""
    measured = [run for run in last_runs(db, site, RUNS_LOOKED_AT) if run["measures"]]
    if not measured:
        return []
    last, *before = measured
    findings = [*_failure(last), *_broken_bounds(last, history(before))]
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def history(runs: list[Row]) -> list[Row]:
    """Of runs, the newest first, those that a later one is compared with."""
    finished = [run for run in runs if run["outcome"] == "finished" and run["measures"]]
    return finished[: bounds()["history"]["runs"]]


def values(runs: list[Row], measure: str) -> list[float]:
    """What runs had of a measure, where they had it."""
    found = (run["measures"].get(measure) for run in runs)
    return [value for value in found if value is not None]


def rules_of(site: str) -> dict[str, Row]:
    """Measure -> its bounds for a site."""
    own = bounds().get("site", {}).get(site, {})
    return {name: {**rule, "error": {}, "warning": {}, **own[name]} if name in own else rule
            for name, rule in bounds()["measure"].items()}  # fmt: skip


def _failure(run: Row) -> Iterator[Finding]:
    if run["outcome"] == "failed":
        yield Finding(run["site"], run["id"], "error", "outcome", f"the run failed: {run['error']}")


def _broken_bounds(run: Row, before: list[Row]) -> Iterator[Finding]:
    """At most one finding per measure: the severest."""
    for name, rule in rules_of(run["site"]).items():
        value = run["measures"].get(name)
        if value is None:
            continue
        usual = _usual(before, name, value, rule)
        for severity in SEVERITIES:
            if broken := _broken(value, usual, rule.get(severity, {})):
                text = f"{rule['words']}: {value:g} is {broken}"
                yield Finding(run["site"], run["id"], severity, name, text)
                break


def _usual(before: list[Row], name: str, value: float, rule: Row) -> float | None:
    """The median of the runs before, None where they are too few or the value hardly differs from it."""
    earlier = values(before, name)
    if len(earlier) < bounds()["history"]["at_least"]:
        return None
    usual = median(earlier)
    return usual if abs(value - usual) > rule["noise"] else None


def _broken(value: float, usual: float | None, limits: dict[str, float]) -> str | None:
    """The limit that a value breaks, in words.

    >>> _broken(40, 100, {"below": 1, "below_median": 0.6})
    'below 0.6 times the median of the runs before, 100'
    >>> _broken(0, None, {"below": 1, "below_median": 0.6})
    'below 1'
    """
    for name, limit in limits.items():
        side, _, of_median = name.partition("_")
        if not of_median:
            bound, words = limit, f"{side} {limit:g}"
        elif usual is not None:
            bound, words = limit * usual, f"{side} {limit:g} times the median of the runs before, {usual:g}"
        else:
            continue
        if value < bound if side == "below" else value > bound:
            return words
    return None
