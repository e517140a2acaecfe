"""The soak of ``make soak``, with as many kills as there is time for at each change."""

import subprocess
import sys

from crawling import ROOT, environment


def test_a_crawl_that_is_killed_again_and_again_loses_and_doubles_nothing():
    run = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--kills", "5"],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    said = run.stdout.splitlines()
    assert run.returncode == 0, "\n".join([*said[-20:], run.stderr[-500:]])
    assert sum(line.startswith("kill ") for line in said) == 5
    assert "unchanged site, everything due: 0 articles sent" in run.stdout
    assert said[-1] == "0 addresses lost, 0 records doubled"
