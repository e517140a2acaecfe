# ruff: noqa: S608  (the names in the SQL are those of tables.toml)
"""Publishing: crawl.db in, procedures.db out: built whole beside the old one, checked, swapped in at once."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database

from db.checks import problems
from db.crawl_store import CrawlStore
from db.masking import masked
from db.run_checks import Finding, check_runs
from db.schema import TABLES, Column, Table, ddl, quote, tables_in
from db.search import build_indexes
from db.sqlite_file import PUBLIC_ID, StoreError, beside, check_ours, clear_errors

_COUNTED = """
    SELECT coalesce(p.region_code, 'none') || '-' || {id} AS id, p.region_code, {type} AS type, count(*) AS procedures,
           count(*) - count(DISTINCT f.procedure_id) AS usable, count(DISTINCT p.article_id) AS articles,
           max(a.published_at) AS newest
    FROM crawl.procedure p
    JOIN crawl.article a ON a.id = p.article_id
    LEFT JOIN (SELECT DISTINCT procedure_id FROM crawl.quality_flag WHERE severity = 'error') f ON f.procedure_id = p.id
    GROUP BY {by}"""
# Where a public table's rows come from, if not simply from its namesake.
SOURCES = {
    "coverage": "("
    + _COUNTED.format(id="p.type", type="p.type", by="p.region_code, p.type")
    + " UNION ALL "
    + _COUNTED.format(id="'all'", type="NULL", by="p.region_code")
    + ") AS coverage",
    "listed_article": "crawl.page AS listed_article",
    "related_link": "crawl.related_link WHERE url IS NULL OR url NOT IN"
    " (SELECT url FROM crawl.withdrawn WHERE url IS NOT NULL)",
    "run": "crawl.run WHERE finished_at IS NOT NULL OR id IN (SELECT run_id FROM crawl.article_version)",
    "statement": "crawl.statement WHERE id IN (SELECT statement_id FROM crawl.line NATURAL JOIN kept_line)",
    "line": "crawl.line NATURAL JOIN kept_line",
}
# Tables beside those of the record that repeat what articles say, and columns that are addresses and keys.
WORDS_OF_ARTICLES = {"statement", "listed_article"}
ADDRESSES = {"id", "article_id", "url", "content_hash"}
COUNTED = {"coverage"}
EXPRESSIONS = {
    "target_article_id": "(SELECT min(page.article_id) FROM crawl.page WHERE page.url = related_link.url)",
}


class PublishError(Exception):
    """Nothing was published, and what was published before stays: one line that says why."""


@dataclass(frozen=True)
class PublishReport:
    """What was published: rows by table, the size of the file, and what the checks of the runs found."""

    path: Path
    rows: dict[str, int]
    size: int
    findings: list[Finding]


def publish(
    crawl_db: Path,
    public_db: Path,
    *,
    whole_lines: bool = False,
    despite_errors: bool = False,
    progress: Callable[[str], None] | None = None,
) -> PublishReport:
    """Build procedures.db from crawl.db and put it in the place of the old one; `progress` is told each part.

    Only lines that a row points at are published; with `whole_lines` all of them are.
    An error in the checks of the runs stops it, unless `despite_errors`; a damaged file always does.
    """
    tell = progress or (lambda _: None)
    try:
        if public_db.exists():
            check_ours(public_db, PUBLIC_ID)
        with CrawlStore(crawl_db, create=False) as store, beside(public_db) as new, clear_errors(public_db):
            findings = check_runs(store.db)
            if not despite_errors:
                _refuse(findings)
            rows = _build(crawl_db, new, tell, whole_lines=whole_lines)
            replace(new, public_db)
    except StoreError as error:
        raise PublishError(str(error)) from error
    return PublishReport(public_db, rows, public_db.stat().st_size, findings)


def _refuse(findings: list[Finding]) -> None:
    """`PublishError` where a check of the runs found an error."""
    errors = [str(finding) for finding in findings if finding.severity == "error"]
    if errors:
        raise PublishError(
            f"not published: {'; '.join(errors)}. See `scrapy status`; "
            "`scrapy publish --despite-errors` publishes all the same"
        )


def _build(crawl_db: Path, new: Path, tell: Callable[[str], None], *, whole_lines: bool) -> dict[str, int]:
    """Fill the file `new` and check it; returns rows by table."""
    connection = sqlite3.connect(f"{new.resolve().as_uri()}?mode=rwc", uri=True)
    with Database(connection) as db:
        for setting in (f"application_id = {PUBLIC_ID}", "journal_mode = OFF", "synchronous = OFF"):
            db.execute(f"PRAGMA {setting}").fetchall()
        db.conn.create_function("masked", 1, masked, deterministic=True)
        db.execute("ATTACH ? AS crawl", [f"{crawl_db.resolve().as_uri()}?mode=ro"])
        db.begin()  # one transaction: a crawl that goes on meanwhile is not seen
        db.executescript(ddl("public"))
        _keep_lines(db, whole_lines=whole_lines)
        rows = {table.name: _copy(db, table, tell) for table in tables_in("public")}
        db.executescript(files("db").joinpath("views.sql").read_text(encoding="utf-8"))
        tell("search index")
        build_indexes(db)
        db.commit()
        db.execute("DETACH crawl")
        db.execute("ANALYZE")
        tell("checks")
        if found := problems(db):
            raise PublishError(f"not published: {'; '.join(found)}")
    return rows


def _keep_lines(db: Database, *, whole_lines: bool) -> None:
    """Note in kept_line which lines are published."""
    names = ["line"] if whole_lines else [t.name for t in TABLES if t.evidence]
    lines = " UNION ".join(f"SELECT article_id, line_no FROM crawl.{quote(name)}" for name in names)
    db.execute(f"CREATE TEMP TABLE kept_line AS {lines}")


def _copy(db: Database, table: Table, tell: Callable[[str], None]) -> int:
    """Fill a table in the order of its key, so that the same crawl.db always gives the same file."""
    tell(table.name)
    return _fill(db, table, SOURCES.get(table.name, f"crawl.{quote(table.name)}"))


def count_anew(db: Database) -> None:
    """Fill again what is counted from other tables, in an open procedures.db of which rows were deleted."""
    for table in tables_in("public"):
        if table.name in COUNTED:
            db.execute(f"DELETE FROM {quote(table.name)}")
            _fill(db, table, SOURCES[table.name].replace("crawl.", "main."))


def _fill(db: Database, table: Table, source: str) -> int:
    columns = [c.name for c in table.columns_in("public")]
    values = ", ".join(_value(table, column) for column in table.columns_in("public"))
    order = ", ".join(quote(c) for c in table.primary_key)
    into = ", ".join(quote(c) for c in columns)
    sql = f"INSERT INTO main.{quote(table.name)} ({into}) SELECT {values} FROM {source} ORDER BY {order}"
    return db.execute(sql).rowcount


def _value(table: Table, column: Column) -> str:
    """What a column is filled with: its namesake, and where it is what an article says, without private persons."""
    of_article = table.is_record or table.name in WORDS_OF_ARTICLES
    if of_article and column.type == "text" and not column.references and column.name not in ADDRESSES:
        return f"masked({quote(column.name)})"
    return EXPRESSIONS.get(column.name, quote(column.name))


def replace(new: Path, public_db: Path) -> None:
    """Give the new file the old one's name, once it is on the disk."""
    _sync(new)
    new.replace(public_db)
    _sync(public_db.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
