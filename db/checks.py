"""What must hold before procedures.db is shown: an open database in, sentences about what is wrong out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlite_utils import Database


def problems(db: Database) -> list[str]:
    """Everything that is wrong with the public database, empty if it may be published."""
    return [*broken(db), *_nothing_there(db)]


def broken(db: Database) -> list[str]:
    """What is wrong with the file, whatever is in it."""
    return [*_damage(db), *_missing_targets(db)]


def _damage(db: Database) -> Iterator[str]:
    found = db.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        yield f"the file is damaged: {found}"


def _missing_targets(db: Database) -> Iterator[str]:
    broken = Counter((row[0], row[2]) for row in db.execute("PRAGMA foreign_key_check"))
    for (table, target), count in broken.items():
        yield f"{table}: {count} rows point at a {target} that is not there"


def _nothing_there(db: Database) -> Iterator[str]:
    if not db.execute("SELECT 1 FROM article LIMIT 1").fetchone():
        yield "there is no article yet; run `scrapy crawl articles -a site=NAME` first"
