# ruff: noqa: S608  (the names in the SQL are those of tables.toml)
"""Taking articles out of what is public at once: their ids in, procedures.db anew without them, in the old one's place.

It does not wait for the next publishing, which a failed check may put off.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlite_utils import Database

from db.checks import broken
from db.publish import count_anew, replace
from db.rows import as_json
from db.schema import quote, tables_in
from db.search import build_indexes, drop_indexes
from db.sqlite_file import PUBLIC_ID, StoreError, beside, check_ours, clear_errors

# Columns by which a row is of an article, or leads to it.
OF_ARTICLE = {"article_id", "target_article_id"}
OF_ADDRESS = {"url"}


def unpublish(public_db: Path, article_ids: Collection[str], urls: Collection[str]) -> None:
    """Swap in a procedures.db without the articles and without links to them."""
    check_ours(public_db, PUBLIC_ID)
    with beside(public_db) as new, clear_errors(public_db):
        shutil.copyfile(public_db, new)
        with Database(sqlite3.connect(new)) as db:
            which = {"ids": as_json(list(article_ids)), "urls": as_json(list(urls))}
            with db.atomic():
                for sql in _deletions():
                    db.execute(sql, which)
                count_anew(db)
                drop_indexes(db)
            db.execute("VACUUM")  # what was deleted is in the file no more; it numbers rows anew, so the index is last
            with db.atomic():
                build_indexes(db)
            if found := broken(db):
                raise StoreError(f"{public_db}: {'; '.join(found)}; it was left as it was")
        replace(new, public_db)


def _deletions() -> Iterator[str]:
    for table in tables_in("public"):
        names = {column.name for column in table.columns_in("public")}
        tests = [f"{quote(name)} IN (SELECT value FROM json_each(:ids))" for name in sorted(names & OF_ARTICLE)]
        tests += [f"{quote(name)} IN (SELECT value FROM json_each(:urls))" for name in sorted(names & OF_ADDRESS)]
        if table.name == "article":
            tests += ["id IN (SELECT value FROM json_each(:ids))"]
        if tests:
            yield f"DELETE FROM {quote(table.name)} WHERE {' OR '.join(tests)}"
    yield "DELETE FROM statement WHERE id NOT IN (SELECT statement_id FROM line)"
