"""Bounds for a site, suggested from its runs: runs in, lines for bounds.toml out."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from sqlite_utils import Database

from db.run_checks import RUNS_LOOKED_AT, bounds, history, rules_of, values
from db.runs import Row, last_runs

# Less than the least and more than the most that was seen, by how much.
SHARE_OF_LEAST = {"error": 0.6, "warning": 0.85}
SHARE_OF_MOST = {"error": 3.0, "warning": 1.5}


def suggest(db: Database, site: str) -> Iterator[str]:
    """A site -> the lines of bounds.toml that its last finished runs suggest; none where they are too few."""
    runs = history(last_runs(db, site, RUNS_LOOKED_AT))
    if len(runs) < bounds()["history"]["at_least"]:
        return
    yield f"# suggested from runs {runs[-1]['id']} to {runs[0]['id']} of {site}"
    for name, rule in rules_of(site).items():
        seen = values(runs, name)
        if seen:
            yield f"\n[site.{site}.{name}]  # {min(seen):g} to {max(seen):g}"
            yield from _limits(rule, min(seen), max(seen))


def _limits(rule: Row, least: float, most: float) -> Iterator[str]:
    """The limits of a rule with those for the value itself on the sides that the rule watches."""
    for severity in ("error", "warning"):
        limits = dict(rule.get(severity, {}))
        sides = {name.partition("_")[0] for name in limits}
        if "below" in sides:
            limits["below"] = _round(least * SHARE_OF_LEAST[severity], down=True)
        if "above" in sides:
            limits["above"] = _round(max(most, rule["noise"]) * SHARE_OF_MOST[severity], down=False)
        if limits:
            inside = ", ".join(f"{name} = {limits[name]:g}" for name in sorted(limits))
            yield f"{severity} = {{ {inside} }}"


def _round(value: float, *, down: bool) -> float:
    """A number as an editor would write it: whole from ten on, else two digits behind the point.

    >>> _round(509.9, down=True), _round(0.8349, down=True), _round(0.2 * 1.5, down=False)
    (509, 0.83, 0.3)
    """
    whole = floor if down else ceil
    return whole(value) if value >= 10 else whole(round(value * 100, 6)) / 100
