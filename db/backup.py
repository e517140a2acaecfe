"""Backups: crawl.db and the archive's list of files in, a folder that a new machine can go on from out; and back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict, cast

from db.clock import now
from db.migrations import schema_version
from db.sqlite_file import CRAWL_ID, StoreError, beside, check_ours, clear_errors

DATABASE = "crawl.db"
MANIFEST = "backup.json"
NAME = "%Y-%m-%dT%H%M%S"
_IS_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}")
_CHUNK = 1 << 20


class Manifest(TypedDict):
    """What backup.json holds."""

    schema: int
    digest: str
    archive: list[dict[str, object]]


class BackupError(Exception):
    """A backup cannot be made or restored: one line that says why and what to do."""


@dataclass(frozen=True)
class Backup:
    """A backup: its folder, the size of its database, the files of the archive it lists, older ones removed for it."""

    folder: Path
    size: int
    archive: list[dict[str, object]]
    removed: list[Path]


def back_up(
    data: Path, out: Path, *, keep: int | None, tell: Callable[[str], None], clock: Callable[[], datetime] = now
) -> Backup:
    """Copy crawl.db, also while a crawl writes to it, and list the archive; only the newest `keep` backups stay."""
    source = data / DATABASE
    if not source.exists():
        raise StoreError(f"{source} does not exist; there is nothing to back up")
    check_ours(source, CRAWL_ID)
    folder = out / clock().strftime(NAME)
    with clear_errors(out):
        if folder.exists():
            raise BackupError(f"{folder} is there already; wait a second")
        making = folder.with_name(f".{folder.name}.new")
        for left in out.glob(".*.new"):  # what a killed backup left
            shutil.rmtree(left)
        making.mkdir(parents=True)
        tell("crawl.db")
        _copy(source, making / DATABASE)
        tell("the archive's list")
        archive = list(_listed(data / "archive"))  # after the database: it lists all that the database points at
        manifest: Manifest = {"schema": schema_version(), "digest": _digest(making / DATABASE), "archive": archive}
        (making / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _sync(making / DATABASE, making / MANIFEST, making)
        making.rename(folder)
        removed = _remove_old(out, keep)
    return Backup(folder, (folder / DATABASE).stat().st_size, archive, removed)


def restore(folder: Path, data: Path) -> list[str]:
    """Put a backup's crawl.db into the data folder; returns what the archive there lacks of what the backup lists.

    A crawl.db that is there must be moved away first: nothing is overwritten.
    """
    target, manifest = data / DATABASE, _manifest(folder)
    if target.exists():
        raise BackupError(f"{target} is there; move it away first (with its -wal file), or set another DATA_DIR")
    if _digest(folder / DATABASE) != manifest["digest"]:
        raise BackupError(f"{folder / DATABASE} is damaged: it is not what was backed up; take another backup")
    with clear_errors(data):
        data.mkdir(parents=True, exist_ok=True)
        with beside(target) as new:
            shutil.copyfile(folder / DATABASE, new)
            _sync(new)
            new.rename(target)
        _sync(data)
    return [problem for file in manifest["archive"] if (problem := _missing(data / "archive", file))]


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy, in one step: a crawl that goes on meanwhile waits for nothing and is not mixed in."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        broken = copy.execute("PRAGMA foreign_key_check").fetchone()
    if found != "ok" or broken:
        raise BackupError(f"{source} is damaged ({found if found != 'ok' else 'rows point nowhere'}); not backed up")


def _listed(archive: Path) -> Iterator[dict[str, object]]:
    for path in sorted(archive.glob("*.warc.gz")):
        size = path.stat().st_size
        yield {"file": path.name, "size": size, "digest": _digest(path, size)}


def _missing(archive: Path, listed: dict[str, object]) -> str | None:
    path, size = archive / str(listed["file"]), int(str(listed["size"]))
    if not path.exists():
        return f"{path} is missing"
    if path.stat().st_size < size:
        return f"{path} is shorter than it was"
    return None if _digest(path, size) == listed["digest"] else f"{path} is not what it was"


def _digest(path: Path, size: int | None = None) -> str:
    """SHA-256 of a file, or of its first bytes: an archive file may have grown since."""
    digest = hashlib.sha256()
    left = path.stat().st_size if size is None else size
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return f"sha256:{digest.hexdigest()}"


def _manifest(folder: Path) -> Manifest:
    try:
        return cast("Manifest", json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise BackupError(f"{folder} is no backup; give a folder that `scrapy backup` made") from None


def _remove_old(out: Path, keep: int | None) -> list[Path]:
    """Delete all but the newest backups."""
    found = sorted(path for path in out.iterdir() if _IS_NAME.fullmatch(path.name) and (path / MANIFEST).exists())
    old = found[:-keep] if keep else []
    for path in old:
        shutil.rmtree(path)
    return old


def _sync(*paths: Path) -> None:
    """See to it that files and folders are on the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
