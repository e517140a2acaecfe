"""deploy/: the files are right for the programs that read them, and what they start is what `scrapy schedule` takes."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from apscheduler.triggers.cron import CronTrigger
from crawling import ROOT, rows, small_site

DEPLOY = ROOT / "deploy"
SERVICE = (DEPLOY / "shebao-atlas.service").read_text(encoding="utf-8")
TIMER = (DEPLOY / "shebao-atlas.timer").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
HERE = "/opt/shebao-atlas"
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")


@pytest.fixture
def installed(tmp_path):
    """The folder of the checkout as the files expect it: `.venv/bin/scrapy` in it, reachable as /opt/shebao-atlas."""
    program = tmp_path / "opt" / ".venv" / "bin" / "scrapy"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m scrapy "$@"\n')
    program.chmod(0o755)
    return tmp_path


def moved(text: str, to) -> str:
    """A file of deploy/ with the folders of a test for those of the system."""
    places = {HERE: f"{to}/opt", "/var/lib/shebao-atlas": f"{to}/data", "/etc/shebao-atlas.env": f"{to}/atlas.env"}
    for place, there in places.items():
        text = text.replace(place, there)
    return text


@systemd
def test_systemd_finds_nothing_wrong(installed):
    units = installed / "units"
    units.mkdir()
    (units / "shebao-atlas.service").write_text(moved(SERVICE, installed).replace("User=shebao-atlas", "User=root"))
    (units / "shebao-atlas.timer").write_text(TIMER)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, units.iterdir())],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "shebao-atlas" not in checked.stderr, checked.stderr


@systemd
def test_the_timer_fires_every_six_hours_and_makes_up_for_what_was_missed():
    times = re.search(r"OnCalendar=(.+)", TIMER)[1]
    shown = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=4", times], capture_output=True, text=True, timeout=60
    )
    assert shown.returncode == 0, shown.stderr
    hours = [int(hour) for hour in re.findall(r"\d{4}-\d\d-\d\d (\d\d):17:00 UTC", shown.stdout)]
    assert len(set(hours)) == 4
    assert "Persistent=true" in TIMER


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "CONTACT": "you@example.org", "SITES": "shebaowang", "COLUMNS": "200", **more}


def finished(data) -> bool:
    return rows(data, "SELECT outcome, reason FROM run") == [("finished", "scheduled")] and (data / "exports").is_dir()


def test_what_the_service_starts_is_a_round(installed):
    start = moved(re.search(r"ExecStart=(.+)", SERVICE)[1], installed)
    with small_site() as site:
        line = f"{start} -a base_url={site.url} -a since=2026-01-01"
        run = subprocess.run(["sh", "-c", line], env=environment(), capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    assert finished(installed / "data")


def test_what_cron_starts_is_a_round_and_a_failure_is_shown(installed):
    (line,) = [line for line in moved((DEPLOY / "crontab").read_text(), installed).splitlines() if " * " in line]
    *times, work = line.split(" ", 5)
    CronTrigger.from_crontab(" ".join(times))
    assert "%" not in work, "cron takes it for the end of the line"
    (installed / "atlas.env").write_text("CONTACT=you@example.org\nSITES=shebaowang\n")
    (installed / "data").mkdir()
    with small_site() as site:
        given = work.replace("-s CONTACT", f"-a base_url={site.url} -a since=2026-01-01 -s CONTACT", 1)
        run = subprocess.run(["sh", "-c", given], capture_output=True, text=True, timeout=300)
    assert (run.returncode, run.stdout + run.stderr) == (0, ""), "cron mails whatever is printed"
    assert finished(installed / "data")
    (installed / "atlas.env").write_text("CONTACT=you@example.org\nSITES=nowhere\n")
    run = subprocess.run(["sh", "-c", work], capture_output=True, text=True, timeout=300)
    assert "unknown site 'nowhere'" in run.stdout


def test_the_container_holds_what_the_commands_need():
    copied = [words.split()[1] for words in CONTAINER.splitlines() if words.startswith("COPY ")]
    assert all((ROOT / name).exists() for name in copied)
    assert {"crawler", "pipelines", "db", "scrapy.cfg", "requirements.txt"} <= set(copied)
    assert re.search(r"^USER (?!root)", CONTAINER, re.M)
    assert "exec scrapy schedule --site" in CONTAINER.split("CMD ")[1]


def test_the_readme_names_only_files_that_are_there():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"deploy/([\w.-]+)", text))
    assert named == {path.name for path in DEPLOY.iterdir()} - {"README.md"}
