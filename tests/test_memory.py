"""The script of ``make memory``, on a crawl too short to say anything of the memory itself."""

import re
import subprocess
import sys

from crawling import ROOT, environment


def test_it_shows_the_memory_as_the_crawl_goes_on():
    run = subprocess.run(
        [sys.executable, "-m", "tests.memory", "--pages", "60", "--step", "20"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    head, *rows, verdict = run.stdout.splitlines()
    assert "highest MiB" in head
    assert [row.split()[0] for row in rows] == ["20", "40", "60"]
    changes = [float(re.search(r"([+-][\d.]+)%", row)[1]) for row in rows]
    assert changes[0] == 0
    assert run.returncode == int(max(map(abs, changes)) > 10)
    assert verdict.startswith("WRONG: not flat" if run.returncode else "flat")
