"""``python -m crawler.demo``: serve the made-up site, or write down the truth about it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from threading import Thread

from crawler.demo.server import DemoServer
from crawler.demo.site import SEED, Site, build_site


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.demo",
        description="A small made-up site of medical-insurance articles, offline, with known answers.",
        epilog="example: python -m crawler.demo serve --port 8099",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the site on 127.0.0.1 until SIGINT or SIGTERM")
    serve.add_argument("--port", type=int, default=0, help="port to listen on (default: 0, any free one)")
    serve.add_argument(
        "--with-stdin", action="store_true", help="end when standard input closes: the one who started it is gone"
    )
    serve.add_argument("--log", action="store_true", help="say each request on standard error")
    truth = commands.add_parser("truth", help="write the true record of every article as one JSON object")
    truth.add_argument("--out", metavar="FILE", help="file to write (default: standard output)")
    for command in (serve, truth):
        command.add_argument("--seed", type=int, default=SEED, help=f"another seed, another site (default: {SEED})")
    return parser


def run_server(site: Site, port: int, *, log: bool, with_stdin: bool) -> int:
    """Serve until told to end; the first line of standard output is the address."""
    try:
        server = DemoServer(site, port, log=log)
    except (OSError, OverflowError) as error:
        print(f"cannot listen on port {port}: {error}; choose another with --port", file=sys.stderr)  # noqa: T201
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: Thread(target=server.shutdown).start())
    if with_stdin:
        Thread(target=end_with_stdin, args=[server], daemon=True).start()
    with server:
        print(server.address, flush=True)  # noqa: T201
        server.serve_forever(poll_interval=0.1)
    return 0


def end_with_stdin(server: DemoServer) -> None:
    """Wait for the end of standard input, then end the server."""
    sys.stdin.read()
    server.shutdown()


def write_truth(site: Site, out: str | None) -> int:
    """Write the records by article number."""
    try:
        with Path(out).open("w", encoding="utf-8") if out else nullcontext(sys.stdout) as file:
            json.dump(site.truth(), file, ensure_ascii=False, indent=1)
            file.write("\n")
    except OSError as error:
        target = out or "standard output"
        print(f"cannot write {target}: {error.strerror}; name a file with --out", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def main() -> int:
    """Run the command line; the exit status."""
    options = make_parser().parse_args()
    site = build_site(options.seed)
    if options.command == "serve":
        return run_server(site, options.port, log=options.log, with_stdin=options.with_stdin)
    return write_truth(site, options.out)


if __name__ == "__main__":
    sys.exit(main())
