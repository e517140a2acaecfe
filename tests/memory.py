"""``python -m tests.memory``: does a crawl take more memory the longer it runs?

The demo site is made as long as is wanted (20,000 articles) and crawled without a delay. The resident memory of the
crawl's process is watched; for each thousand pages its highest value is shown. It is flat where none of them differs
by more than a tenth from that of the first thousand.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from crawler.demo.site import Site, build_site
from crawler.demo.texts import load_toml
from tests.faulty_site import FaultyServer, serving_faults

ROOT = Path(__file__).parent.parent
SHARE = 0.10  # by which the memory may differ
LOOK = 0.1  # seconds between two looks
CALENDAR = {
    "listing_size": 50,  # a crawl reads 500 pages of lists, and no more
    "earlier_articles": 3,  # under each article; to note 23 again and again takes the most time of a crawl
}
KEPT = 200  # pages that the site keeps in its own memory


def long_site(articles: int) -> Site:
    """The demo site with at least so many articles that can be had."""
    calendar = load_toml("site")
    calendar.update(CALENDAR)
    per_day = calendar["articles_a_day"] * (1 - calendar["dead_share"])
    return build_site(days=int(articles / per_day * 1.02) + 2)


def resident(process: subprocess.Popen[bytes]) -> int:
    """The resident memory of a process in KiB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def peaks(process: subprocess.Popen[bytes], server: FaultyServer, step: int, pages: int) -> Iterator[tuple[int, int]]:
    """While the crawl runs: after each `step` articles asked for, how many and the highest memory meanwhile."""
    highest, until = 0, step
    while until <= pages and process.poll() is None:
        time.sleep(LOOK)
        highest = max(highest, resident(process))
        if len(server.site._written) > KEPT:
            server.site._written.clear()
        if server.asked >= until:
            yield until, highest
            highest, until = 0, until + step


def measure(pages: int, step: int) -> Iterator[tuple[int, int]]:
    """A crawl of so many articles -> its memory after each `step` of them."""
    with tempfile.TemporaryDirectory() as data, serving_faults(long_site(pages), 1, 0) as server:
        server.faults = False
        arguments = ["crawl", "articles", "-a", "site=demo", "-a", f"base_url={server.address}"]
        command = [sys.executable, "-m", "scrapy", *arguments, "-s", f"DATA_DIR={data}"]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            yield from peaks(process, server, step, pages)
        finally:
            process.kill()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.memory", description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000, help="articles that are crawled (default: 20000)")
    parser.add_argument("--step", type=int, default=1_000, help="articles between two lines (default: 1000)")
    options = parser.parse_args()
    first, worst, seen = 0, 0.0, 0
    print("articles  highest MiB  compared with the first")
    for seen, highest in measure(options.pages, options.step):
        first = first or highest
        worst = max(worst, abs(change := highest / first - 1))
        print(f"{seen:8}  {highest / 1024:11.1f}  {change:+.1%}", flush=True)
    if seen < options.pages - options.step:
        print(f"WRONG: the crawl ended after some {seen} articles")
        return 1
    is_flat = worst <= SHARE
    print(f"{'flat' if is_flat else 'WRONG: not flat'}: at most {worst:.1%} from the first {options.step}")
    return not is_flat


if __name__ == "__main__":
    sys.exit(main())
