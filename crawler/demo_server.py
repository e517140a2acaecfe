"""The demo site as a process of its own: nothing in, the address it is served at out, while a block runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen, TimeoutExpired
from sys import executable

from crawler.options import OptionError

SECONDS_TO_END = 5


@contextmanager
def demo_server() -> Iterator[str]:
    """Serve the demo site on a free loopback port."""
    # A session of its own, so that Ctrl-C reaches the crawl alone, and the crawl can end what is under way.
    # The pipe to its standard input closes when this process ends, however it ends.
    command = [executable, "-m", "crawler.demo", "serve", "--with-stdin"]
    server = Popen(command, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        if not address:
            raise OptionError("the demo site did not start; see the lines above")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(SECONDS_TO_END)
        except TimeoutExpired:
            server.kill()
