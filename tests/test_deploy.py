"""deploy/: the files are right for the programs that read them, and what they start is what `scrapy schedule` takes."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from apscheduler.triggers.cron import CronTrigger
from crawling import ROOT, rows, small_site

from crawler.config import known

DEPLOY = ROOT / "deploy"
SERVICE = (DEPLOY / "shebao-atlas.service").read_text(encoding="utf-8")
TIMER = (DEPLOY / "shebao-atlas.timer").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
CONFIG = (DEPLOY / "atlas.toml").read_text(encoding="utf-8")
HERE = "/opt/shebao-atlas"
systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")


@pytest.fixture
def installed(tmp_path):
    """The folder of the checkout as the files expect it: `.venv/bin/scrapy` in it, reachable as /opt/shebao-atlas."""
    program = tmp_path / "opt" / ".venv" / "bin" / "scrapy"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {sys.executable} -m scrapy "$@"\n')
    program.chmod(0o755)
    (tmp_path / "atlas.toml").write_text(moved(CONFIG, tmp_path))
    return tmp_path


def moved(text: str, to) -> str:
    """A file of deploy/ with the folders of a test for those of the system."""
    places = {HERE: f"{to}/opt", "/var/lib/shebao-atlas": f"{to}/data", "/etc/shebao-atlas.toml": f"{to}/atlas.toml"}
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


def finished(data) -> bool:
    return rows(data, "SELECT outcome, reason FROM run") == [("finished", "scheduled")] and (data / "exports").is_dir()


def asked_here(command: str, site) -> str:
    """A command line of deploy/ for a site on this machine."""
    return command.replace("schedule", f"schedule -a base_url={site.url} -a since=2026-01-01", 1)


def shell(line: str, **variables) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", **variables}
    return subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=300)


def test_what_the_service_starts_is_a_round(installed):
    service = moved(SERVICE, installed)
    name, config = re.search(r"Environment=(\w+)=(.+)", service).groups()
    with small_site() as site:
        run = shell(asked_here(re.search(r"ExecStart=(.+)", service)[1], site), **{name: config})
    assert run.returncode == 0, run.stderr
    assert finished(installed / "data")


def test_what_cron_starts_is_a_round_and_a_failure_is_shown(installed):
    crontab = moved((DEPLOY / "crontab").read_text(), installed).splitlines()
    variables = dict(line.split("=", 1) for line in crontab if re.match(r"\w+=", line))
    (line,) = [line for line in crontab if " * " in line]
    *times, work = line.split(" ", 5)
    CronTrigger.from_crontab(" ".join(times))
    assert "%" not in work, "cron takes it for the end of the line"
    (installed / "data").mkdir()
    with small_site() as site:
        run = shell(asked_here(work, site), **variables)
    assert (run.returncode, run.stdout + run.stderr) == (0, ""), "cron mails whatever is printed"
    assert finished(installed / "data")
    config = installed / "atlas.toml"
    config.write_text(config.read_text().replace("shebaowang", "nowhere"))
    assert "unknown site 'nowhere'" in shell(work, **variables).stdout


def test_the_sample_configuration_sets_only_what_there_is():
    everything = re.sub(r"^# (?=\w+ = )", "", CONFIG, flags=re.M)
    assert tomllib.loads(everything).keys() - known().keys() == set()
    assert len(tomllib.loads(everything)) > len(tomllib.loads(CONFIG)) == 3


def test_the_container_starts_a_round_with_no_more_than_is_copied_into_it(tmp_path):
    steps = [line.split(maxsplit=1) for line in CONTAINER.splitlines() if line and line[0] not in "# "]
    words = {word for word, _ in steps}
    assert words == {"FROM", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENV", "STOPSIGNAL", "CMD"}
    users = [rest for word, rest in steps if word == "USER"]
    assert users
    assert "root" not in users
    image = tmp_path / "image"
    image.mkdir()
    for source, target in (rest.split() for word, rest in steps if word == "COPY"):
        place = image / target if target != "." else image / source
        (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, place)
    (config,) = [rest.removeprefix("ATLAS_CONFIG=") for word, rest in steps if word == "ENV"]
    assert f":{config}:ro" in (DEPLOY / "README.md").read_text(encoding="utf-8")
    (tmp_path / "atlas.toml").write_text(CONFIG)
    (argv,) = [json.loads(rest) for word, rest in steps if word == "CMD"]
    argv = [word.replace("/data", str(tmp_path / "data")) for word in argv]
    with small_site() as site:
        run = subprocess.run(
            [sys.executable, "-m", *argv, "--once", "-a", f"base_url={site.url}", "-a", "since=2026-01-01"],
            cwd=image, timeout=300, capture_output=True, text=True,
            env={**os.environ, "ATLAS_CONFIG": str(tmp_path / "atlas.toml")},
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert finished(tmp_path / "data")


def test_the_readme_names_only_files_that_are_there():
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"deploy/([\w.-]+)", text))
    assert named == {path.name for path in DEPLOY.iterdir()} - {"README.md"}
