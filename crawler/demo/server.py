"""The made-up site over HTTP on the loopback address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from crawler.demo.site import Page, Site

HOST = "127.0.0.1"


class DemoServer(ThreadingHTTPServer):
    """A server of one site. Port 0 takes any free port."""

    daemon_threads = True

    def __init__(self, site: Site, port: int = 0, *, log: bool = False) -> None:
        super().__init__((HOST, port), Handler)
        self.site = site
        self.log = log

    @property
    def address(self) -> str:
        """Where the site stands, without a slash at the end."""
        return f"http://{HOST}:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, with 304 where the asker has the page already."""

    protocol_version = "HTTP/1.1"
    server: DemoServer

    def do_GET(self) -> None:
        """Send the page."""
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        """Send what a GET would send, without the page."""
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        """The page of the asked address, 304 or 404."""
        page = self.server.site.page(urlsplit(self.path).path)
        if page is None:
            self.reply(HTTPStatus.NOT_FOUND, b"404 Not Found\n", {"Content-Type": "text/plain"}, with_body=with_body)
            return
        etag = f'"{hashlib.sha256(page.body).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Last-Modified": http_date(page.last_modified)}
        if self.is_fresh(page, etag):
            self.reply(HTTPStatus.NOT_MODIFIED, b"", headers, with_body=False)
            return
        self.reply(HTTPStatus.OK, page.body, headers | {"Content-Type": page.content_type}, with_body=with_body)

    def is_fresh(self, page: Page, etag: str) -> bool:
        """Whether the asker's copy still holds; a stated ETag goes before a date."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]
        since = parse_http_date(self.headers.get("If-Modified-Since"))
        return since is not None and page.last_modified <= since

    def reply(self, status: HTTPStatus, body: bytes, headers: dict[str, str], *, with_body: bool) -> None:
        """Send status, headers and, if wanted, body."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the library's)
        """Say each request on standard error, only where asked to."""
        if self.server.log:
            super().log_message(format, *args)


def http_date(moment: datetime) -> str:
    """A time -> the form HTTP headers use."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_http_date(text: str | None) -> datetime | None:
    """A header's date -> a time; None where there is none or none that can be read."""
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[str]:
    """Serve the site in a thread while the block runs; gives its address."""
    with DemoServer(site, port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.address
        finally:
            server.shutdown()
            thread.join()
