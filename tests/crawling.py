"""What the crawl tests share: a small site on a loopback port that remembers who asked, and real `scrapy` processes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

ROOT = Path(__file__).parent.parent
CANONICAL = "https://m.shebao.southmoney.com"
SECTION = "/yiliao/yibaozhishi/"
SECONDS = 120

LINES = (
    "医保个人账户的余额随时可以查询,下面说说具体办法。",
    "线上查询:",
    "打开支付宝,点击“医保码”,再点击“个人账户”就能看到余额。",
    "线下查询:",
    "带上身份证到当地医保经办窗口,请工作人员帮忙查询。",
)


def path_of(number: int, page: int = 1) -> str:
    """The path of a page of article `number`."""
    return f"{SECTION}202603/{number}{f'_{page}' if page > 1 else ''}.html"


def listing(*entries: tuple[str, str], links: str = "") -> str:
    """A list of articles: (path, time) each."""
    items = "\n".join(
        f'<li><a href="{path}">苏州医保余额怎么查?第{n}篇</a><span class="time">{at}</span><em>医保知识</em></li>'
        for n, (path, at) in enumerate(entries, 1)
    )
    return f'<html><head><meta charset="utf-8"></head><body><ul class="newslist2">{items}</ul>{links}</body></html>'


def article(*lines: str, title: str = "苏州医保余额怎么查?(2026/03/05)", earlier: str = "", links: str = "") -> str:
    """A page of an article."""
    body = "\n".join(f"<p>{line}</p>" for line in lines or LINES)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}_小站</title></head><body><h1>{title}</h1>'
        f'<div><span>2026-03-05 10:20:30</span><span>社保网</span></div><div class="con">{body}</div>'
        f"{links}{earlier}</body></html>"
    )


@dataclass
class Answer:
    """What the site says for one path."""

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class LoopbackSite:
    """A site a test writes: path -> page. `asked` holds (path, headers) of each request, in order."""

    pages: dict[str, str | Answer]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    before: Callable[[str], None] = lambda path: None
    url: str = ""
    close: Callable[[], None] = lambda: None  # from now on connections are refused

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def articles_asked(self) -> list[str]:
        return [path for path in self.paths() if path.startswith(SECTION) and path[-5:] == ".html"]

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append((path, headers))
        self.before(path)
        page = self.pages.get(path, Answer("", 404))
        found = page if isinstance(page, Answer) else Answer(page)
        etag = found.headers.get("ETag")
        return Answer("", 304, found.headers) if etag and headers.get("If-None-Match") == etag else found


@contextmanager
def serving(pages: dict[str, str | Answer], port: int = 0) -> Iterator[LoopbackSite]:
    """The pages, served on a loopback port, a free one unless told, while the block runs."""
    site = LoopbackSite(pages)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = site.answer(self.path, dict(self.headers))
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            if "Transfer-Encoding" in answer.headers:
                self.protocol_version, self.close_connection = "HTTP/1.1", True
                body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:99], body[99:], b""))
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in answer.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    def close() -> None:
        server.shutdown()
        server.socket.close()

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        site.url, site.close = f"http://127.0.0.1:{server.server_port}", close
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def command(*arguments: str, data: Path) -> list[str]:
    """The argv of a `scrapy` command of this project."""
    return [sys.executable, "-m", "scrapy", *arguments, "-s", f"DATA_DIR={data}"]


def altered(setup: str, argv: list[str]) -> list[str]:
    """The argv of a `scrapy` command -> the same in a process that runs some Python first."""
    code = f"import sys\n{setup}\nfrom scrapy.cmdline import execute\nexecute(['scrapy', *sys.argv[1:]])"
    return [sys.executable, "-c", code, *argv[3:]]


def scrapy(*arguments: str, data: Path, **more) -> subprocess.CompletedProcess[str]:
    """Run a `scrapy` command to its end."""
    more = {"env": environment(), **more}
    return subprocess.run(
        command(*arguments, data=data), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, **more
    )


def crawl_arguments(site: LoopbackSite, *more: str) -> list[str]:
    """``crawl articles`` of the real site's file at the test's site."""
    arguments = ["site=shebaowang", f"base_url={site.url}", "since=2026-01-01", *more]
    return ["crawl", "articles", *(word for argument in arguments for word in ("-a", argument))]


def crawl(site: LoopbackSite, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Crawl the test's site."""
    return scrapy(*crawl_arguments(site, *more), data=data)


def scrapy_at(
    seconds: float, site: LoopbackSite, data: Path, *more: str, options: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Crawl the test's site so many seconds in the future."""
    return subprocess.run(
        command(*crawl_arguments(site, *more), *options, data=data), cwd=ROOT, capture_output=True, text=True,
        timeout=SECONDS, env={**environment(), "ATLAS_CLOCK_SHIFT": str(seconds)},
    )  # fmt: skip


def environment() -> dict[str, str]:
    """The environment of the processes: wide lines, nothing of the machine's own settings."""
    return {**os.environ, "COLUMNS": "200", "ATLAS_CONFIG": ""}


def rows(data: Path, sql: str, name: str = "crawl.db") -> list[tuple]:
    """Ask a database of the crawl."""
    with closing(sqlite3.connect(data / name)) as db:
        return db.execute(sql).fetchall()


def states(data: Path) -> dict[str, str]:
    """Number of each article in the frontier -> its state."""
    return {
        article_id.rsplit("-", 1)[1]: state for article_id, state in rows(data, "SELECT article_id, state FROM page")
    }


def wait_until(holds: Callable[[], bool]) -> None:
    """Come back when `holds` does."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


@contextmanager
def small_site() -> Iterator[LoopbackSite]:
    """Two listed articles; under the first, an earlier one and a dead link."""
    earlier = listing((path_of(3), "2026-03-03 09:00"), (path_of(4), "2026-03-02 09:00"))
    pages = {
        SECTION: listing((path_of(1), "2026-03-05 10:20"), (path_of(2), "2026-03-04 09:00")),
        path_of(1): article(earlier=earlier),
        path_of(2): article(),
        path_of(3): article(),
    }
    with serving(pages) as site:
        yield site


# Tables that a crawl may touch although nothing changed: what was asked when.
VOLATILE = {"page", "run", "host", "listing"}


def contents(data: Path) -> dict[str, list[tuple]]:
    """Every row of every table that holds records."""
    names = [name for (name,) in rows(data, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: rows(data, f"SELECT * FROM [{name}]") for name in names if name not in VOLATILE}


def last_run(data: Path) -> tuple[str, str | None]:
    return rows(data, "SELECT outcome, error FROM run ORDER BY id DESC LIMIT 1")[0]


def make_due(data: Path) -> None:
    with sqlite3.connect(data / "crawl.db") as db:
        db.execute("UPDATE page SET due_at = '2026-01-01T00:00:00+08:00'")


def in_namespace(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script with mounts of its own; skips where this may not be done."""
    unshare = shutil.which("unshare")
    if (
        not unshare
        or subprocess.run([unshare, "-m", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True).returncode
    ):
        pytest.skip("needs the right to mount")
    return subprocess.run(
        [unshare, "-m", "sh", "-c", script, "sh", *arguments],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def error_line(run: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a command that refused."""
    assert run.returncode not in (0, -9)
    assert "Traceback" not in run.stderr
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    assert run.stdout == ""
    return lines[0]


def wait_a_little(path: str) -> None:
    """A slow site: what takes long enough for the test to act meanwhile."""
    if path.endswith(".html"):
        time.sleep(0.7)
