"""``python -m tests.soak``: crawls of a faulty site, killed again and again; nothing may be lost or doubled.

Each kill is a SIGKILL at a random moment of a crawl of the demo site's 600 articles, which meet with 404, 500,
resets, silence and slow answers. After the last one the crawl is run to its end, and its database compared with that
of a crawl nobody disturbed. Then the unchanged site is crawled again with everything due.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from crawler.demo.site import build_site
from db.clock import SHIFT
from db.schema import TABLES
from tests.faulty_site import FaultyServer, serving_faults

ROOT = Path(__file__).parent.parent
DAY = 24 * 3600
# One kill in so many is at a moment of the program's start, the others once articles are asked for.
EARLY = 12
SLOW = 0.1  # seconds that an answer takes, on average
WINDOW = 0.2  # seconds after some random request for an article within which a kill falls
LIMIT = 600  # seconds for a crawl that is not killed

LINES = (
    "SELECT line.article_id, line_no, role, statement.text FROM line"
    " JOIN statement ON statement.id = statement_id ORDER BY 1, 2"
)
VERSIONS = "SELECT article_id, content_hash, count(*) FROM article_version GROUP BY 1, 2 ORDER BY 1, 2"


@dataclass
class Soak:
    """A data folder, the site it is crawled from, and where the kills landed."""

    data: Path
    server: FaultyServer
    random: Random
    articles_a_kill: int  # at most so many are asked for before a kill: then they last for all kills
    landed: Counter[str] = field(default_factory=Counter)

    def command(self) -> list[str]:
        options = [f"DATA_DIR={self.data}"]
        if self.server.faults:  # silence is known for what it is sooner, and kept for a later crawl
            options += ["DOWNLOAD_TIMEOUT=2", "RETRY_TIMES=1"]
        arguments = ["crawl", "articles", "-a", "site=demo", "-a", f"base_url={self.server.address}"]
        return [sys.executable, "-m", "scrapy", *arguments, *(word for option in options for word in ("-s", option))]

    def crawl(self, shift: float = 0) -> subprocess.CompletedProcess[str]:
        """A crawl to its end; `shift` seconds in the future."""
        environment = {**os.environ, SHIFT: str(shift), "COLUMNS": "160"}
        return subprocess.run(self.command(), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT)

    def kill_one(self) -> str:
        """A crawl killed at a random moment -> where that was."""
        early, before = self.random.randrange(EARLY) == 0, Counter(self.server.sent)
        wanted = 0 if early else self.asked() + self.random.randint(1, self.articles_a_kill)
        process = subprocess.Popen(self.command(), cwd=ROOT, stderr=subprocess.DEVNULL)
        wait = self.random.uniform(0, 4 if early else WINDOW)
        while self.asked() < wanted and process.poll() is None:
            time.sleep(0.002)
        end = time.monotonic() + wait
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.002)
        under_way = self.server.under_way
        process.kill()
        if process.wait() != -signal.SIGKILL:
            return "ended by itself"
        unstored = len(self.not_stored(set(self.server.sent - before)))
        self.landed["requests in flight" if under_way else "answers not stored yet" if unstored else "elsewhere"] += 1
        return f"{under_way} requests in flight, {unstored} answers not stored, {len(self.stored())} articles stored"

    def asked(self) -> int:
        """How many articles the site was asked for."""
        return sum(n for path, n in (self.server.sent + self.server.fresh).items() if is_article(path)) + sum(
            self.server.did.values()
        )

    def stored(self) -> set[str]:
        return {url.removeprefix("https://demo.example") for (url,) in self.ask("SELECT url FROM article")}

    def not_stored(self, sent: set[str]) -> set[str]:
        """Of the paths that were sent, those of articles that are not stored."""
        return {path for path in sent if is_article(path) and "_" not in path} - self.stored()

    def ask(self, sql: str, name: str = "crawl.db") -> list[tuple]:
        if not (self.data / name).exists():
            return []
        with closing(sqlite3.connect(self.data / name)) as db:
            return db.execute(sql).fetchall()

    def records(self) -> dict[str, list[tuple]]:
        """All that the articles say: the record tables, the lines by their text, the versions."""
        tables = {t.name: ", ".join(f'"{c.name}"' for c in t.columns_in("crawl")) for t in TABLES if t.is_record}
        del tables["line"], tables["statement"]  # their numbers tell in which order articles came; LINES has the texts
        rows = {name: self.ask(f"SELECT {columns} FROM [{name}] ORDER BY 1, 2") for name, columns in tables.items()}
        return rows | {"line": self.ask(LINES), "article_version": self.ask(VERSIONS)}


def is_article(path: str) -> bool:
    return path.split("/")[-1][:1].isdigit()


def problems(soak: Soak, wanted: dict[str, list[tuple]], expected: set[str]) -> Iterator[str]:
    """What is wrong with a finished crawl; `expected` are the paths of all articles that the site has."""
    known = {url.removeprefix("https://demo.example") for (url,) in soak.ask("SELECT url FROM page")}
    if lost := expected - known:
        yield f"{len(lost)} addresses lost: {sorted(lost)[:3]}"
    if lost := expected - soak.stored():
        states = soak.ask("SELECT url, state, reason FROM page WHERE state <> 'fetched'")
        why = [row for row in states if row[0].removeprefix("https://demo.example") in lost]
        yield f"{len(lost)} articles not stored: {why[:3]}"
    if doubled := soak.ask("SELECT url, count(*) FROM article GROUP BY url HAVING count(*) > 1"):
        yield f"{len(doubled)} articles doubled: {doubled[:3]}"
    for name, rows in soak.records().items():
        if rows != wanted[name]:
            yield f"{name}: {len(set(rows) ^ set(wanted[name]))} rows differ from those of an undisturbed crawl"
    yield from damage(soak, "crawl.db")


def damage(soak: Soak, name: str) -> Iterator[str]:
    if (found := soak.ask("PRAGMA integrity_check", name)) != [("ok",)]:
        yield f"{name} is damaged: {found[:3]}"
    if broken := soak.ask("PRAGMA foreign_key_check", name):
        yield f"{name}: {len(broken)} rows point at nothing"


def archive_problems(data: Path) -> Iterator[str]:
    """What another reader finds wrong with the archive's files."""
    from warcio.archiveiterator import ArchiveIterator

    for path in sorted((data / "archive").glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests=True):
                record.content_stream().read()
                if record.digest_checker and record.digest_checker.passed is False:
                    yield f"{path.name}: {record.digest_checker.problems}"


def second_run_problems(soak: Soak, shift: float) -> Iterator[str]:
    """The unchanged site again, first with nothing due, then with everything: no page is sent, no row is written."""
    before = soak.records()
    for name, ahead in (("nothing due", shift), ("everything due", shift + 100 * DAY)):
        soak.server.sent.clear()
        soak.server.fresh.clear()
        if (run := soak.crawl(ahead)).returncode:
            yield f"second run, {name}: status {run.returncode}: {run.stderr[-300:]}"
        sent = [path for path in soak.server.sent if is_article(path)]
        lists = [path for path in soak.server.sent if not is_article(path) and path != "/robots.txt"]
        fresh = sum(n for path, n in soak.server.fresh.items() if is_article(path))
        print(f"second run, {name}: {len(sent)} articles sent, {fresh} said to be unchanged, {len(lists)} lists sent")
        if sent:
            yield f"second run, {name}: {len(sent)} articles downloaded again"
        if name == "nothing due" and lists:
            yield f"{len(lists)} lists downloaded again"
        if soak.records() != before:
            yield f"second run, {name}: record rows written"


def run(kills: int, seed: int) -> list[str]:
    site = build_site()
    expected = {plan.path for plan in site.articles if not plan.dead}
    with tempfile.TemporaryDirectory() as folder, serving_faults(site, seed, SLOW) as server:
        server.faults = False
        undisturbed = Soak(Path(folder, "undisturbed"), server, Random(seed), 1)
        first = undisturbed.crawl()
        if first.returncode:
            return [f"the undisturbed crawl failed: {first.stderr[-500:]}"]
        server.faults = True
        server.sent.clear()
        soak = Soak(Path(folder, "killed"), server, Random(seed), max(2, 2 * len(expected) // (kills + 1)))
        for n in range(1, kills + 1):
            print(f"kill {n}: {soak.kill_one()}", flush=True)
        inside = soak.landed["requests in flight"] + soak.landed["answers not stored yet"]
        print(f"{soak.landed.total()} kills: {dict(soak.landed)}; the site did on purpose: {dict(server.did)}")
        found = [] if inside * 10 >= soak.landed.total() * 8 else [f"only {inside} kills landed within the work"]
        soak.crawl()  # what is left, faults and all
        server.faults = False
        last = soak.crawl(shift := 8 * DAY)  # what failed is due again
        found += [] if last.returncode == 0 else [f"the last crawl: status {last.returncode}: {last.stderr[-300:]}"]
        found += [*problems(soak, undisturbed.records(), expected), *archive_problems(soak.data)]
        found += second_run_problems(soak, shift)
        publish = [sys.executable, "-m", "scrapy", "publish", "-s", f"DATA_DIR={soak.data}"]
        published = subprocess.run(publish, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)
        found += [] if published.returncode == 0 else [f"publish: {published.stderr[-300:]}"]
        return found + list(damage(soak, "procedures.db"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many crawls are killed (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other moments and faults (default: 1)")
    options = parser.parse_args()
    found = run(options.kills, options.seed)
    for line in found:
        print(f"WRONG: {line}")
    print("0 addresses lost, 0 records doubled" if not found else f"{len(found)} things wrong")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
