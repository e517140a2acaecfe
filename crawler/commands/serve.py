"""``scrapy serve``: procedures.db in, Datasette on a loopback port out, until it is ended."""

from __future__ import annotations

import argparse
import os
import socket
import sys

from crawler.command_line import ProjectCommand, complain, reject, say, show_examples
from crawler.options import data_file
from db.serve import ROOT, serve_command

HOST = "127.0.0.1"
_PORTS = 1 << 16
PORT = 8001

EXAMPLES = f"""
  scrapy serve                 http://{HOST}:{PORT}/
  scrapy serve --port 8080
"""


class Command(ProjectCommand):
    """Becomes Datasette over the public database, set up with titles, search and questions."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Serve the public database with Datasette"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return "Serves DATA_DIR/procedures.db with Datasette on this machine alone, until Ctrl-C."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The port."""
        super().add_options(parser)
        parser.add_argument("--port", type=int, default=PORT, help=f"port (default: {PORT})")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check what can be checked before, then hand this process over to Datasette."""
        reject(args)
        assert self.settings
        command = serve_command(data_file(self.settings, "procedures.db"), opts.port, HOST)
        if not 0 < opts.port < _PORTS:
            return complain(f"{opts.port} is no port; give one from 1 to {_PORTS - 1}")
        if not _is_free(opts.port):
            return complain(f"port {opts.port} is taken; try: scrapy serve --port {_free_port()}")
        say(f"Serving at http://{HOST}:{opts.port}/ (Ctrl-C ends it)")
        sys.stderr.flush()
        os.chdir(ROOT)  # Datasette's plugins import from here
        # In this process's place, Datasette gets its signals at first hand, and no child can be left behind.
        return os.execv(command[0], command)  # noqa: S606 - no shell wanted


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
