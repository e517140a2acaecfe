"""The export: procedures.db in; every public table as CSV, JSON, JSON Lines, and one datapackage.json out."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from db.export.datapackage import package, resource
from db.export.formats import FORMATS, Format, Row
from db.schema import Table, quote, tables_in
from db.sqlite_file import PUBLIC_ID, StoreError, check_ours, clear_errors

Tell = Callable[[str], None]

DESCRIPTOR = "datapackage.json"
STAGING = ".partial"
TELL_EVERY = 50_000
WAIT_SECONDS = 5


class ExportError(Exception):
    """Nothing could be exported: one line that says why and what to do."""


def export(
    public_db: Path,
    out: Path,
    formats: Sequence[str] = tuple(FORMATS),
    progress: Tell | None = None,
) -> list[Path]:
    """Write all public tables into the folder `out` in each of `formats`; returns the files, descriptor last.

    Files get their names when all are written, so that a failure leaves the export before it whole; a process
    killed while it names them leaves a mixture that the descriptor's hashes tell. Rows go through one by one.
    The same database gives the same bytes.
    """
    chosen = _chosen(formats)
    try:
        check_ours(public_db, PUBLIC_ID)
        with clear_errors(public_db), _snapshot(public_db) as db, _staging(out) as staging:
            _write_all(db, staging, chosen, progress or (lambda _: None))
            return _put_in_place(staging, out)
    except StoreError as error:
        raise ExportError(f"{error} (run `scrapy publish` to make it)") from error


def _chosen(formats: Sequence[str]) -> list[str]:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        asked = f"unknown format {', '.join(unknown)}" if unknown else "no format given"
        raise ExportError(f"{asked}; choose from {', '.join(FORMATS)}")
    return [name for name in FORMATS if name in formats]


@contextmanager
def _snapshot(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection that sees one state of the database, whoever else writes."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """An empty folder inside `out`, gone at the end. Only one export at a time has it."""
    staging = out / STAGING
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _locked(out):
            shutil.rmtree(staging, ignore_errors=True)  # a killed export may have left it
            staging.mkdir()
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or error
        raise ExportError(f"cannot export to {out}: {reason}; mend that and run `scrapy export` again") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder held against other exports; the system lets go of it even if this process is killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ExportError(f"another export is writing to {folder}; wait until it has ended") from error
    finally:
        os.close(handle)


def _write_all(db: sqlite3.Connection, staging: Path, formats: Sequence[str], tell: Tell) -> None:
    resources = []
    for table in tables_in("public"):
        for name in formats:
            path = staging / f"{table.name}.{name}"
            _write_table(db, table, FORMATS[name], path, tell)
            resources.append(resource(table, name, path, is_first=name == formats[0]))
    text = json.dumps(package(db, resources), ensure_ascii=False, indent=2)
    (staging / DESCRIPTOR).write_text(text + "\n", encoding="utf-8")


def _put_in_place(staging: Path, out: Path) -> list[Path]:
    written = sorted(staging.iterdir(), key=lambda path: (path.name == DESCRIPTOR, path.name))
    outdated = _named_before(out) - {path.name for path in written}
    placed = [path.replace(out / path.name) for path in written]
    for name in outdated:
        (out / name).unlink(missing_ok=True)
    return placed


def formats_of(out: Path) -> list[str]:
    """The formats of the export that is in a folder; none where there is none."""
    found = {name.rpartition(".")[2] for name in _named_before(out)}
    return [name for name in FORMATS if name in found]


def _named_before(out: Path) -> set[str]:
    """The files of ours that the descriptor of an earlier export names: in other formats they would be out of date."""
    try:
        before = json.loads((out / DESCRIPTOR).read_text(encoding="utf-8"))
        named = {str(entry["path"]) for entry in before["resources"]}
    except (OSError, ValueError, TypeError, KeyError):
        return set()
    ours = {f"{table.name}.{name}" for table in tables_in("public") for name in FORMATS}
    return named & ours


def _write_table(db: sqlite3.Connection, table: Table, form: Format, path: Path, tell: Tell) -> None:
    names = [column.name for column in table.columns_in("public")]
    rows = _told(_rows(db, table, form), path.name, tell)
    try:
        with path.open("w", encoding=form.encoding, newline="") as file:
            form.write(names, rows, file)
    except (TypeError, ValueError) as error:
        raise StoreError(f"table {table.name} holds a value of a wrong kind: {error}") from error


def _rows(db: sqlite3.Connection, table: Table, form: Format) -> Iterator[Row]:
    """All rows in the order of the primary key, values as the format wants them."""
    columns = table.columns_in("public")
    changes = [form.change(column.type) for column in columns]
    # With the table before it: an unknown name in double quotes alone would be a string to SQLite.
    names = ", ".join(f"{quote(table.name)}.{quote(column.name)}" for column in columns)
    keys = ", ".join(quote(name) for name in table.primary_key)
    for row in db.execute(f"SELECT {names} FROM {quote(table.name)} ORDER BY {keys}"):  # noqa: S608
        yield [None if value is None else change(value) for change, value in zip(changes, row, strict=True)]


def _told(rows: Iterable[Row], label: str, tell: Tell) -> Iterator[Row]:
    """The same rows, counted aloud."""
    count = 0
    for count, row in enumerate(rows, 1):
        yield row
        if count % TELL_EVERY == 0:
            tell(f"{label}: {count:,} rows")
    tell(f"{label}: {count:,} rows")
