"""How it goes, from crawl.db: for each site its runs, what waits, what failed, its checks; and what is covered."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from db.clock import stamp
from db.run_checks import check_site
from db.runs import END_UNKNOWN, Row, is_alive, last_runs, sites

RUNS_SHOWN = 7

REASONS = """
SELECT coalesce(problem, state) AS problem, count(*) AS pages, max(reason) AS example FROM page
WHERE site = ? AND state NOT IN ('waiting', 'fetched') GROUP BY 1 ORDER BY 2 DESC, 1
"""
FRESHEST = """
SELECT article.id, title, published_at, url FROM article WHERE site = ? AND published_at IS NOT NULL
ORDER BY published_at DESC, article.id DESC LIMIT 1
"""
BY_REGION = """
SELECT r.code, r.name, count(DISTINCT a.region_code) AS places, count(*) AS articles FROM article a
JOIN region r ON r.code = substr(a.region_code, 1, 2) || '0000' GROUP BY r.code ORDER BY r.code
"""
BY_TYPE = """
SELECT t.slug AS type, t.name_zh AS name, count(DISTINCT p.article_id) AS articles,
       count(DISTINCT p.region_code) AS places
FROM procedure_type t LEFT JOIN procedure p ON p.type = t.slug GROUP BY t.slug ORDER BY articles DESC, t.slug
"""


def status(db: Database, moment: datetime) -> dict[str, Any]:
    """An open crawl.db at a moment -> all that `scrapy status` shows, plain enough for JSON."""
    return {
        "at": stamp(moment),
        "sites": [_site(db, site, moment) for site in sites(db)],
        "coverage": {
            "articles": _number(db, "SELECT count(*) FROM article"),
            "without_region": _number(db, "SELECT count(*) FROM article WHERE region_code IS NULL"),
            "regions": list(db.query(BY_REGION)),
            "types": list(db.query(BY_TYPE)),
        },
    }


def _site(db: Database, site: str, moment: datetime) -> Row:
    states = db.execute("SELECT state, count(*) FROM page WHERE site = ? GROUP BY 1 ORDER BY 1", [site])
    return {
        "site": site,
        "runs": [_shown(run, moment) for run in last_runs(db, site, RUNS_SHOWN)],
        "checks": [asdict(finding) for finding in check_site(db, site)],
        "articles": dict(states.fetchall()),
        "due": _number(db, "SELECT count(*) FROM page WHERE site = ? AND due_at <= ?", site, stamp(moment)),
        "problems": list(db.query(REASONS, [site])),
        "freshest": next(db.query(FRESHEST, [site]), None),
    }


def _shown(run: Row, moment: datetime) -> Row:
    """A run with the outcome it has now: one that has not ended is under way, or died."""
    if run["finished_at"]:
        return run
    if is_alive(run, moment):
        return {**run, "outcome": "running"}
    return {**run, "outcome": "died", "error": END_UNKNOWN.format(run["heard_at"] or run["started_at"])}


def _number(db: Database, sql: str, *values: str) -> int:
    return int(db.execute(sql, values).fetchone()[0])
