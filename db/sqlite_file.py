"""Our SQLite files: told from foreign ones before they are touched, made whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

CRAWL_ID = int.from_bytes(b"SBAc")  # PRAGMA application_id of crawl.db
PUBLIC_ID = int.from_bytes(b"SBAp")  # and of procedures.db
BUSY_SECONDS = 30
MAGIC = b"SQLite format 3\0"
HEADER_SIZE = 100
FULL = "no space left on the disk"
REASONS = {
    "SQLITE_BUSY": "another process is writing to it; try again when that has ended",
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR_WRITE": FULL,
    "SQLITE_READONLY": "it cannot be written; check the rights of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; check the rights of the file and its folder",
    "SQLITE_CORRUPT": "it is damaged; restore a backup or move it away",
    "SQLITE_NOTADB": "it is no SQLite database, or damaged; move it away or set another DATA_DIR",
}


class StoreError(Exception):
    """The database cannot be used: one line that says why and what to do."""


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system says about `path` into a StoreError."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise StoreError(f"{path}: the rows contradict each other ({error}); nothing was stored") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "")
        known = [reason for name, reason in REASONS.items() if code.startswith(name)]
        raise StoreError(f"{path}: {known[0] if known else error}") from error
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(f"{path}: {FULL if is_full else error.strerror or error}") from error


def check_ours(path: Path, application_id: int) -> None:
    """Raise StoreError unless `path` is a database of ours; only reads the file's first bytes."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database")
    with clear_errors(path), path.open("rb") as file:
        header = file.read(HEADER_SIZE)
    if not header:
        raise StoreError(f"{path} is empty; delete it or set another DATA_DIR")
    if not header.startswith(MAGIC):
        raise StoreError(f"{path} is not an SQLite database; move it away or set another DATA_DIR")
    if int.from_bytes(header[68:72]) != application_id:
        raise StoreError(f"{path} belongs to another program; move it away or set another DATA_DIR")


def connect(path: Path) -> Database:
    """An existing file as a sqlite-utils database: foreign keys on, patient while others write."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    return Database(connection)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name next to `path` for a file in the making; what is left of it at the end is deleted.

    So is what a killed process left.
    """
    if not path.parent.is_dir():
        raise StoreError(f"folder {path.parent} does not exist; create it or set another DATA_DIR")
    for left in path.parent.glob(f".{path.name}.*.new"):
        if not is_running(int(left.name.split(".")[-2])):
            left.unlink(missing_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield new
    finally:
        new.unlink(missing_ok=True)


def is_running(pid: int) -> bool:
    """Whether another process of this machine has this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def create(path: Path, application_id: int, fill: Callable[[Database], None]) -> None:
    """Make the database `fill` describes and give it its name once it is whole; one that came first stays."""
    with beside(path) as new, clear_errors(path):
        with connect(new) as db:
            db.execute(f"PRAGMA application_id = {application_id}")
            fill(db)
        with suppress(FileExistsError):
            os.link(new, path)
