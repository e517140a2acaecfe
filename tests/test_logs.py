"""Each line of a log says when, and of which run; full files are begun anew; --log-json is for programs."""

import json
import re

import pytest
from crawling import Answer, crawl_arguments, path_of, scrapy, small_site

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00 (INFO|WARNING|ERROR) run (\d+) of shebaowang [\w.]+: .+")


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def log_lines(data):
    """The beginnings of records; what follows one, such as a table of counts, stands in the lines below it."""
    lines = (data / "logs" / "shebaowang.log").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line[:2] == "20"]


def test_a_run_leaves_a_log_of_its_own_lines(site, tmp_path):
    site.pages[path_of(2)] = Answer("busy", 500)
    for _ in range(2):
        scrapy(*crawl_arguments(site), data=tmp_path)
    found = [LINE.fullmatch(line) for line in log_lines(tmp_path)]
    assert found
    assert all(found), log_lines(tmp_path)
    assert [match[2] for match in found] == sorted(match[2] for match in found)
    assert {match[2] for match in found} == {"1", "2"}
    text = "\n".join(log_lines(tmp_path))
    assert f"Failed: {site.url}{path_of(2)}: HTTP 500" in text
    assert "run 1 finished: listing_pages 1, listed 4" in text


def test_a_replay_is_in_it_too(site, tmp_path):
    scrapy(*crawl_arguments(site), data=tmp_path)
    assert scrapy("replay", "--all", data=tmp_path).returncode == 0
    assert any("run 2 of shebaowang" in line and "replay" in line for line in log_lines(tmp_path))


def test_a_full_file_is_begun_anew_and_only_so_many_are_kept(site, tmp_path):
    for _ in range(4):
        assert scrapy(*crawl_arguments(site), "-s", "LOG_MAX_MB=0.002", "-s", "LOG_FILES=2",
                      data=tmp_path).returncode == 0  # fmt: skip
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["shebaowang.log", "shebaowang.log.1", "shebaowang.log.2"]
    assert (tmp_path / "logs" / "shebaowang.log.1").stat().st_size < 4000
    assert "run 4" in log_lines(tmp_path)[-1]


def test_as_json_all_that_is_said_is_an_object_a_line(site, tmp_path):
    site.pages |= {path_of(number): Answer("busy", 500) for number in (1, 2)}
    run = scrapy(*crawl_arguments(site), "--log-json", data=tmp_path)
    assert run.returncode == 1
    said = [json.loads(line) for line in run.stderr.splitlines()]
    assert {(row["run"], row["site"]) for row in said} == {(1, "shebaowang")}
    assert all(row["at"].endswith("+08:00") for row in said)
    (end,) = [row for row in said if "listing_pages" in row]
    assert end["message"].startswith("run 1 failed: 2 of 2 articles failed")
    assert end["failed"] == 2
    assert [row["level"] for row in said if "refuses this run" not in row["message"]][-1] in {"INFO", "ERROR"}
    assert run.stdout == ""
    failed = scrapy("publish", "--log-json", data=tmp_path)
    (error,) = [json.loads(line) for line in failed.stderr.splitlines()]
    assert error["level"] == "ERROR"
    assert "not published" in error["message"]


def test_a_log_that_cannot_be_written_ends_no_run(site, tmp_path):
    (tmp_path / "logs").write_text("no folder")
    run = scrapy(*crawl_arguments(site), data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("this run goes on without it") == 1
