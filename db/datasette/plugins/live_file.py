"""Datasette plugin: shows a newly published file at once; Datasette alone keeps reading the one it opened.

A request is answered from one file from beginning to end: the newest when it came. For that each opened file
has as many connections as there are threads, since an old one cannot be opened again once its name is gone.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from datasette import hookimpl  # type: ignore[import-untyped]
from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.database import Database  # type: ignore[import-untyped]

T = TypeVar("T")
Identity = tuple[int, int, int, int]
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
TRIES = 5  # a file replaced again while it is being opened

_pinned: ContextVar[dict[str, OpenFile]] = ContextVar("pinned")


class OpenFile:
    """One published file: its connections, and how many requests read it."""

    def __init__(self, identity: Identity, connections: list[sqlite3.Connection]) -> None:
        self.identity = identity
        self._free: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        self._users = 0
        self._is_old = False
        for connection in connections:
            self._free.put(connection)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread."""
        connection = self._free.get()
        try:
            yield connection
        finally:
            self._free.put(connection)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps the file open, even if a newer one comes meanwhile."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._close_if_done()

    def retire(self) -> None:
        """A newer file has come: close this one when nobody reads it any more."""
        self._is_old = True
        self._close_if_done()

    def _close_if_done(self) -> None:
        while self._is_old and not self._users:
            try:
                self._free.get_nowait().close()
            except queue.Empty:
                return


class LiveDatabase(Database):  # type: ignore[misc]
    """A database of Datasette that follows its file."""

    def __init__(self, ds: Datasette, old: Database) -> None:
        super().__init__(ds, path=old.path)
        self.name, self.route = old.name, old.route
        self._file = self._open()
        self._refused: Identity | None = None

    def newest(self) -> OpenFile:
        """The file that now bears our name; the one before if there is none or it cannot be read."""
        identity = _identity(self.path)
        if identity and identity not in (self._file.identity, self._refused):
            try:
                new = self._open()
            except (sqlite3.Error, OSError) as error:
                self._refused = identity
                print(f"{self.path}: still showing the file before: {error}", file=sys.stderr)  # noqa: T201
            else:
                self._file.retire()
                self._file = new
        return self._file

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Run `fn` in a thread on a connection to the request's file."""
        file = _pinned.get({}).get(self.name) or self.newest()

        def in_thread() -> T:
            with file.connection() as connection:
                return fn(connection)

        with file.in_use():
            return await asyncio.get_running_loop().run_in_executor(self.ds.executor, in_thread)

    def _open(self) -> OpenFile:
        for _ in range(TRIES):
            before = _identity(self.path)
            connections = [self._connect() for _ in range(self.ds.setting("num_sql_threads") or 1)]
            if before and before == _identity(self.path):
                return OpenFile(before, connections)
            for connection in connections:
                connection.close()
        raise OSError("the file is replaced again and again")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(f"{Path(self.path).resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.ds._prepare_connection(connection, self.name)
        connection.execute("SELECT count(*) FROM sqlite_master")
        return connection


def _identity(path: str) -> Identity | None:
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Answer each request from the newest file."""
    for name, database in datasette.databases.items():
        if database.path and type(database) is Database:
            datasette.databases[name] = LiveDatabase(datasette, database)
    live = {name: db for name, db in datasette.databases.items() if isinstance(db, LiveDatabase)}

    def wrap(app: App) -> App:
        async def pinned_app(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
            files = {name: database.newest() for name, database in live.items()}
            with ExitStack() as stack:
                for file in files.values():
                    stack.enter_context(file.in_use())
                token = _pinned.set(files)
                try:
                    await app(scope, receive, send)
                finally:
                    _pinned.reset(token)

        return pinned_app

    return wrap
