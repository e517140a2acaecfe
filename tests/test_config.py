"""atlas.toml: what an operator sets once holds for all commands; a slip of the pen is told."""

import json
import subprocess
import tomllib

import pytest
from crawling import ROOT, command, crawl_arguments, environment, error_line, rows, small_site

from crawler import settings as defaults

KEYS = tomllib.loads((ROOT / "crawler" / "operator.toml").read_text(encoding="utf-8"))


@pytest.fixture
def configured(tmp_path):
    """Write atlas.toml; gives a function that runs a command with it."""

    def run(text, *arguments):
        file = tmp_path / "atlas.toml"
        file.write_text(f'data_dir = "{tmp_path / "data"}"\n{text}', encoding="utf-8")
        return subprocess.run(
            command(*arguments, data=tmp_path)[: -2],  # the folder is the file's to say
            cwd=ROOT, env={**environment(), "ATLAS_CONFIG": str(file)}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return run


def shown(run):
    assert run.returncode == 0, run.stderr
    return {entry["key"]: entry for entry in json.loads(run.stdout)["settings"]}


def test_status_shows_each_setting_whole_with_its_default_and_where_it_is_from(configured, tmp_path):
    text = 'contact = "you@example.org"\nsites = ["demo"]\narchive_max_gb = 5\n'
    found = shown(configured(text, "status", "--config", "--json", "-s", "ARCHIVE_MAX_GB=0.5"))
    assert found.keys() == KEYS.keys()
    where = {key: entry["source"] for key, entry in found.items() if entry["source"] != "default"}
    file = str(tmp_path / "atlas.toml")
    assert where == {"contact": file, "data_dir": file, "sites": file, "archive_max_gb": "command line"}
    assert (found["sites"]["value"], found["sites"]["default"]) == (["demo"], [])
    assert (found["archive_max_gb"]["value"], found["archive_max_gb"]["default"]) == (0.5, 0.0)
    in_words = configured(text, "status", "--config").stdout
    assert f"Configuration file: {file}" in in_words
    assert all(about in in_words for about in KEYS.values())


def test_every_key_has_a_default_and_the_readme_names_the_file(configured):
    assert [key for key in KEYS if not hasattr(defaults, key.upper())] == []
    assert "atlas.toml" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_crawl_heeds_it_and_the_command_line_wins(configured, tmp_path):
    with small_site() as site:
        arguments = crawl_arguments(site)
        run = configured('contact = "you@example.org"\nlog_json = true\n', *arguments, "-s", "CONTACT=me@example.org")
    assert run.returncode == 0, run.stderr
    assert rows(tmp_path / "data", "SELECT outcome FROM run") == [("finished",)]
    assert all(json.loads(line) for line in run.stderr.splitlines()), "log_json holds"
    assert {agent for _, headers in site.asked if (agent := headers.get("User-Agent"))} == {
        "shebao-atlas (+me@example.org)"
    }


def test_the_schedule_crawls_its_sites(configured):
    assert "unknown site 'nowhere'" in error_line(configured('sites = ["nowhere"]\n', "schedule", "--once"))
    assert "--cron 'often'" in error_line(configured('sites = ["demo"]\ncron = "often"\n', "schedule", "--once"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('contakt = "x"\n', "unknown key 'contakt'; did you mean 'contact'?"),
        ("[archive]\nmax_gb = 3\n", "unknown key 'archive'; did you mean 'archive_max_gb'?"),
        ("archive_max_gb = -1\n", "archive_max_gb must be a number, 0 or above, not -1.0"),
        ("archive_keep_days = 1.5\n", "archive_keep_days must be a whole number, 0 or above, not 1.5"),
        ("log_json = 1\n", "log_json must be true or false, not 1"),
        ('sites = "demo"\n', "sites must be a list of texts, not 'demo'"),
        ("sites = [1]\n", "sites must be a list of texts, not [1]"),
        ('log_level = "LOUD"\n', "LOG_LEVEL must be DEBUG, INFO"),
        ("contact = \n", "atlas.toml: Invalid value"),
    ],
)
def test_a_slip_of_the_pen_is_one_clear_line(configured, text, told):
    assert told in error_line(configured(text, "status", "--config"))


def test_a_wrong_value_on_the_command_line_is_told_too(configured):
    run = configured("", "status", "--config", "-s", "ARCHIVE_KEEP_DAYS=lots")
    assert "ARCHIVE_KEEP_DAYS must be a whole number, 0 or above, not 'lots'" in error_line(run)


def test_it_is_found_in_the_folder_of_the_checkout(tmp_path):
    (tmp_path / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text())
    (tmp_path / "atlas.toml").write_text('sites = ["demo"]\n')
    (tmp_path / "below").mkdir()
    env = {name: value for name, value in environment().items() if name != "ATLAS_CONFIG"} | {"PYTHONPATH": str(ROOT)}
    argv = command("status", "--config", "--json", data=tmp_path)
    run = subprocess.run(argv, cwd=tmp_path / "below", env=env, capture_output=True, text=True, timeout=120)
    assert shown(run)["sites"]["source"] == str(tmp_path / "atlas.toml")


def test_a_file_that_is_named_and_not_there_is_told(tmp_path):
    run = subprocess.run(
        command("status", data=tmp_path), cwd=ROOT, env={**environment(), "ATLAS_CONFIG": "/nowhere/atlas.toml"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "ATLAS_CONFIG names /nowhere/atlas.toml, which is not there" in error_line(run)
