"""The demo site with the faults of real ones: slow answers, 404, 500, resets and silence, each now and then."""

from __future__ import annotations

import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Lock, Thread
from urllib.parse import urlsplit

from crawler.demo.server import DemoServer, Handler
from crawler.demo.site import Site

# Of 1000 requests, how many meet with what.
FAULTS = {"404": 15, "500": 40, "reset": 40, "silence": 10}
# No fault: a crawl without rules, or without a site to be polite to, ends at once.
ROBOTS = "/robots.txt"


class FaultyServer(DemoServer):
    """Serves the demo site; counts what is under way, what was sent, and what it did wrong on purpose."""

    def __init__(self, site: Site, seed: int, slow: float) -> None:
        super().__init__(site)
        self.RequestHandlerClass = FaultyHandler
        self.random, self.slow, self.silence = Random(seed), slow, 5.0
        self.faults = True
        self.lock = Lock()
        self.under_way = 0
        self.asked = 0  # requests for articles
        self.sent: Counter[str] = Counter()  # paths whose whole page was sent
        self.fresh: Counter[str] = Counter()  # paths of which it was said that they did not change
        self.did: Counter[str] = Counter()

    def forget(self) -> None:
        """Begin to count what is sent anew."""
        self.sent.clear()
        self.fresh.clear()

    def fault(self, path: str) -> str | None:
        """What goes wrong with this request."""
        if not self.faults or path == ROBOTS:
            return None
        with self.lock:
            dice = self.random.randrange(1000)
        for name, share in FAULTS.items():
            if dice < share:
                self.did[name] += 1
                return name
            dice -= share
        return None

    def handle_error(self, request: object, client_address: object) -> None:
        """An asker that is killed closes its connections: no news."""


class FaultyHandler(Handler):
    server: FaultyServer

    def answer(self, *, with_body: bool) -> None:
        path = urlsplit(self.path).path
        fault = self.server.fault(path)
        with self.server.lock:
            self.server.under_way += 1
            self.server.asked += is_article(path)
            wait = self.server.random.uniform(0, 2 * self.server.slow) if self.server.faults else 0
        try:
            time.sleep(self.server.silence if fault == "silence" else wait)
            self._answer(fault, with_body=with_body)
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def _answer(self, fault: str | None, *, with_body: bool) -> None:
        if fault in ("reset", "silence"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            self.rfile, self.wfile = _Closed(), _Closed()  # nothing more to read or flush
            return
        if fault:
            self.send_error(int(fault))
            return
        super().answer(with_body=with_body)

    def send_response(self, code: int, message: str | None = None) -> None:
        counts = {200: self.server.sent, 304: self.server.fresh}
        if code in counts:
            with self.server.lock:
                counts[code][urlsplit(self.path).path] += 1
        super().send_response(code, message)


class _Closed:
    closed = True

    def close(self) -> None: ...

    def flush(self) -> None: ...


def is_article(path: str) -> bool:
    """Whether the address is an article's, or one of its later pages'."""
    return path.split("/")[-1][:1].isdigit()


@contextmanager
def serving_faults(site: Site, seed: int, slow: float) -> Iterator[FaultyServer]:
    """The faulty site while the block runs."""
    with FaultyServer(site, seed, slow) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
