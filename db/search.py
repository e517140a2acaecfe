# ruff: noqa: S608  (the names in the SQL are those of tables.toml)
"""Chinese full-text search: the one place that cuts text into words, for the index and for the search box.

Chinese has no spaces, so a run of Chinese characters becomes its overlapping pairs, then its last character:
医保余额 -> 医保 保余 余额 额. A searched word is a phrase of the same pairs, and so found wherever it stands,
as with LIKE. Latin letters and digits are one word per run, found from its beginning (123 finds 12393,
393 does not); punctuation counts, spaces do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sqlite_utils import Database

from db.schema import VIEWS, Page, Table, View, quote, tables_in

CHINESE = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
RUN = re.compile(rf"([{CHINESE}]+)|[^\W_{CHINESE}]+|\S")
# Text comes cut: whatever is neither space nor control character belongs to a word.
TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"

NOTHING = '""'  # an empty phrase: no row has it, and unlike no phrase at all it is no error


def segment(text: str) -> str:
    """Text -> its words with spaces between them, as the index holds them.

    >>> segment("查医保余额,用APP。")
    '查医 医保 保余 余额 额 , 用 APP 。'
    """
    return " ".join(word for run in _runs(text) for word in _words(run))


def match_query(search: str) -> str:
    """What stands in the search box -> an FTS5 expression: rows that hold each of its words.

    >>> match_query("医保余额 无锡")
    '"医保 保余 余额" "无锡"'
    >>> match_query("卡 APP")
    '"卡"* "APP"*'
    """
    return " ".join(_phrase(word) for word in search.replace('"', " ").split()) or NOTHING


def _phrase(word: str) -> str:
    runs = list(_runs(word))
    words = [word for run in runs for word in _words(run)]
    if _is_chinese(runs[-1]) and len(runs[-1]) > 1:  # its last character may be followed by another
        return f'"{" ".join(words[:-1])}"'
    return f'"{" ".join(words)}"*'


def _runs(text: str) -> Iterator[str]:
    return (match[0] for match in RUN.finditer(unicodedata.normalize("NFKC", text)))


def _words(run: str) -> list[str]:
    if not _is_chinese(run):
        return [run]
    return [run[i : i + 2] for i in range(len(run))]


def _is_chinese(run: str) -> bool:
    match = RUN.match(run)
    return bool(match and match[1])


def index_name(table: str) -> str:
    """The FTS5 table that indexes a table or view."""
    return f"{table}_fts"


def build_indexes(db: Database) -> None:
    """Make the search index of every table and view of procedures.db that has one of its own."""
    for found in _indexed():
        _build(db, found.name, found.page)


def drop_indexes(db: Database) -> None:
    """Take all of them out again."""
    for found in _indexed():
        db.execute(f"DROP TABLE {quote(index_name(found.name))}")


def _indexed() -> Iterator[Table | View]:
    shown: list[Table | View] = [*tables_in("public"), *VIEWS]
    return (found for found in shown if found.page.search)


def _build(db: Database, table: str, page: Page) -> None:
    index, key = quote(index_name(table)), quote(page.search_key)
    columns = ", ".join(quote(c) for c in page.search)
    content = f"content='{table}', content_rowid='{page.search_key}', columnsize=0"
    options = f'{content}, tokenize="{TOKENIZER}"'
    db.execute(f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, {options})")
    rows = db.execute(f"SELECT {key}, {columns} FROM {quote(table)} ORDER BY {key}")
    places = ", ".join("?" * (len(page.search) + 1))
    db.conn.executemany(
        f"INSERT INTO {index} (rowid, {columns}) VALUES ({places})",
        ((rowid, *(segment(text or "") for text in texts)) for rowid, *texts in rows),
    )
    db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")
