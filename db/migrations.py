"""What was done to crawl.db since its first version. Append only: a released migration never changes.

A migration's SQL is a file of ddl/, frozen with it; a test holds that all together give schema.py's tables.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from db.sqlite_file import CRAWL_ID, StoreError, check_ours, clear_errors, connect, create

MIGRATIONS = Migrations("crawl")


@MIGRATIONS()
def m001_first_tables(db: Database) -> None:
    """All tables of the first version."""
    _run(db, "001_first_tables.sql")


@MIGRATIONS()
def m002_frontier(db: Database) -> None:
    """Re-checks, misses, duplicates; what lists said; how often a host was asked."""
    _run(db, "002_frontier.sql")


@MIGRATIONS()
def m003_runs(db: Database) -> None:
    """Who runs, last heard of when; the measures of a run."""
    _run(db, "003_runs.sql")


@MIGRATIONS()
def m004_archive(db: Database) -> None:
    """Where each response lies in the archive, and which of them a record was read from."""
    _run(db, "004_archive.sql")


@MIGRATIONS()
def m005_withdrawn(db: Database) -> None:
    """Articles that must stay out."""
    _run(db, "005_withdrawn.sql")


@MIGRATIONS()
def m006_counties(db: Database) -> None:
    """Regions may be counties."""
    _run(db, "006_counties.sql")


def schema_version() -> int:
    """The number of the newest migration; crawl.db bears it as its user_version."""
    return len(MIGRATIONS.pending(Database(memory=True)))


def create_crawl_db(path: Path) -> None:
    """Make an empty crawl.db of today's schema."""
    create(path, CRAWL_ID, lambda db: _migrate(path, db))


def open_crawl_db(path: Path) -> Database:
    """An existing crawl.db, brought to today's schema. Raises StoreError for any other file."""
    check_ours(path, CRAWL_ID)
    with clear_errors(path):
        db = connect(path)
        try:
            _migrate(path, db)
            db.enable_wal()
        except BaseException:
            db.close()
            raise
        return db


def _migrate(path: Path, db: Database) -> None:
    found, ours = db.execute("PRAGMA user_version").fetchone()[0], schema_version()
    if found > ours:
        raise StoreError(f"{path} was made by a newer version (schema {found} > {ours}); update this program")
    if found == ours:
        return
    db.execute("PRAGMA foreign_keys = OFF")  # a table that others point at may be made anew; see SQLite's ALTER TABLE
    db.execute("BEGIN IMMEDIATE")  # of two processes one migrates, the other then finds nothing to do
    MIGRATIONS.apply(db)
    if db.execute("PRAGMA foreign_key_check").fetchone():
        db.rollback()
        raise StoreError(f"{path}: its rows point nowhere, so it was left as it was; restore a backup")
    db.execute(f"PRAGMA user_version = {ours}")
    db.commit()
    db.execute("PRAGMA foreign_keys = ON")


def _run(db: Database, file: str) -> None:
    db.executescript(files("db").joinpath("ddl", file).read_text(encoding="utf-8"))
