"""Datasette plugin: the search box finds Chinese words, cut in the same way as those of the index."""

from __future__ import annotations

import sqlite3

from datasette import hookimpl  # type: ignore[import-untyped]

from db.search import match_query


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # registered after Datasette's own
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Give each connection our escape_fts()."""
    conn.create_function("escape_fts", 1, match_query, deterministic=True)
