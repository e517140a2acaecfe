"""``python -m tests.soak``: crawls of a faulty site, killed again and again; nothing may be lost or doubled.

Each kill is a SIGKILL at a random moment of a crawl of the demo site, made longer (612 articles), which meets with
404, 500, resets, silence and slow answers. A crawl that ends before it is killed is begun again two months later, when
all is due, and does not count. After the last kill the crawl is run to its end, and its database compared with that of
a crawl nobody disturbed. Then the unchanged site is crawled again, and once more with one article changed.
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
from tests import soak_checks
from tests.faulty_site import FaultyServer, is_article, serving_faults
from tests.soak_archive import ArchiveTail

ROOT = Path(__file__).parent.parent
DAYS = 42  # of the site's calendar, so that it has 600 articles beside its dead links
LATER = 61 * 24 * 3600  # seconds after which everything is due again
EARLY = 12  # one kill in so many is at a moment of the program's start, the others once articles are asked for
SLOW = 0.1  # seconds that an answer takes, on average
MOST_ASKED = 40  # articles asked for before a kill, at most
WINDOW = 0.2  # seconds after the last of these requests within which the kill falls
LIMIT = 900  # seconds for a crawl that is not killed
ENDS_IN_A_ROW = 5  # a crawl that has work is killed before its end; more than this means that it does none
IN_FLIGHT, UNCOMMITTED, ELSEWHERE = "requests in flight", "between archive write and commit", "elsewhere"


@dataclass
class Soak:
    """A data folder, the site it is crawled from, and where the kills landed."""

    data: Path
    server: FaultyServer
    random: Random
    shift: float = 0  # seconds that the crawls are in the future
    landed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.archive = ArchiveTail(self.data / "archive")

    def command(self) -> list[str]:
        options = [f"DATA_DIR={self.data}"]
        if self.server.faults:  # silence is known for what it is sooner, and kept for a later crawl
            options += ["DOWNLOAD_TIMEOUT=2", "RETRY_TIMES=1"]
        arguments = ["crawl", "articles", "-a", "site=demo", "-a", f"base_url={self.server.address}"]
        return [sys.executable, "-m", "scrapy", *arguments, *(word for option in options for word in ("-s", option))]

    def environment(self) -> dict[str, str]:
        return {**os.environ, SHIFT: str(self.shift), "COLUMNS": "160"}

    def crawl(self) -> subprocess.CompletedProcess[str]:
        """A crawl to its end."""
        return subprocess.run(
            self.command(), cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=LIMIT
        )

    def scrapy(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command in the same folder."""
        command = [sys.executable, "-m", "scrapy", *words, "-s", f"DATA_DIR={self.data}"]
        return subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, timeout=LIMIT)

    def kill_one(self) -> str | None:
        """A crawl killed at a random moment -> where that was; None where it ended before."""
        early, before = self.random.randrange(EARLY) == 0, self.server.sent + self.server.fresh
        wanted = self.server.asked + (0 if early else self.random.randint(1, MOST_ASKED))
        wait = self.random.uniform(0, 4 if early else WINDOW)
        process = subprocess.Popen(self.command(), cwd=ROOT, env=self.environment(), stderr=subprocess.DEVNULL)
        while self.server.asked < wanted and process.poll() is None:
            time.sleep(0.002)
        end = time.monotonic() + wait
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.002)
        under_way = self.server.under_way
        process.kill()
        if process.wait() != -signal.SIGKILL:
            return None
        return self.landing(under_way, self.server.sent + self.server.fresh - before)

    def landing(self, under_way: int, answered: Counter[str]) -> str:
        """What was going on when the last crawl was killed."""
        unstored = {path for path in answered if is_article(path) and "_" not in path} - self.done()
        archived = self.archive.news() & unstored
        where = IN_FLIGHT if under_way or unstored - archived else UNCOMMITTED if archived else ELSEWHERE
        self.landed[where] += 1
        cut = ", its last record cut off" if self.archive.is_cut else ""
        return (
            f"{where} ({under_way} at the site, {len(unstored - archived)} on their way, "
            f"{len(archived)} in the archive{cut}); {len(self.stored())} articles stored"
        )

    def done(self) -> set[str]:
        """The paths of the articles whose outcome the last run stored."""
        sql = "SELECT url FROM page WHERE state <> 'waiting' AND run_id = (SELECT max(id) FROM run)"
        return {url.removeprefix("https://demo.example") for (url,) in self.ask(sql)}

    def stored(self) -> set[str]:
        """The paths of the articles that have a record."""
        return {url.removeprefix("https://demo.example") for (url,) in self.ask("SELECT url FROM article")}

    def ask(self, sql: str, name: str = "crawl.db") -> list[tuple]:
        """Rows of a database; none where it is not there yet."""
        if not (self.data / name).exists():
            return []
        with closing(sqlite3.connect(self.data / name)) as db:
            return db.execute(sql).fetchall()


def kill_all(soak: Soak, kills: int) -> Iterator[str]:
    """So many kills, each told -> what is wrong after them."""
    ends = 0
    while soak.landed.total() < kills:
        told = soak.kill_one()
        if told:
            ends = 0
            print(f"kill {soak.landed.total()}: {told}", flush=True)
            yield from soak_checks.damage(soak, "crawl.db")
            continue
        soak.shift, ends = soak.shift + LATER, ends + 1
        print("a crawl ended before it was killed; the next is two months later", flush=True)
        if ends == ENDS_IN_A_ROW:
            yield f"{ends} crawls in a row found nothing to do"
            return
    inside = soak.landed[IN_FLIGHT] + soak.landed[UNCOMMITTED]
    print(f"{kills} kills: {dict(soak.landed)}; the site did on purpose: {dict(soak.server.did)}", flush=True)
    if inside * 10 < kills * 8:
        yield f"only {inside} of {kills} kills landed within the work"


def run(kills: int, seed: int) -> Iterator[str]:
    """Everything -> what is wrong."""
    site = build_site(days=DAYS)
    expected = {plan.path for plan in site.articles if not plan.dead}
    print(f"a site of {len(expected)} articles and {len(site.articles) - len(expected)} dead links", flush=True)
    with tempfile.TemporaryDirectory() as folder, serving_faults(site, seed, SLOW) as server:
        server.faults = False
        undisturbed = Soak(Path(folder, "undisturbed"), server, Random(seed))
        first = undisturbed.crawl()
        if first.returncode or undisturbed.stored() != expected:
            yield f"the undisturbed crawl failed: {first.stderr[-500:]}"
            return
        server.faults = True
        server.forget()
        soak = Soak(Path(folder, "killed"), server, Random(seed))
        yield from kill_all(soak, kills)
        soak.crawl()  # what is left, faults and all
        server.faults = False
        soak.shift += LATER  # what failed is due again
        last = soak.crawl()
        if last.returncode:
            yield f"the last crawl: status {last.returncode}: {last.stderr[-300:]}"
        yield from soak_checks.finished(soak, undisturbed, expected)
        yield from soak_checks.archive(soak)
        yield from soak_checks.second_runs(soak)
        yield from soak_checks.published(soak)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many crawls are killed (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other moments and faults (default: 1)")
    options = parser.parse_args()
    found = 0
    for line in run(options.kills, options.seed):
        found += 1
        print(f"WRONG: {line}", flush=True)
    print(f"{found} things wrong" if found else "0 addresses lost, 0 records doubled")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
