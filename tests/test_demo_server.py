"""The made-up site over HTTP and from the command line: 304, 404, HEAD, the same bytes, a clean end."""

import json
import re
import signal
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from demo_pages import fetch, live_articles, the_site, the_truth

from crawler.demo import serving

ROOT = Path(__file__).parent.parent
DIGEST = """
import hashlib, json
from crawler.demo import build_site
site = build_site()
digest = hashlib.sha256()
for plan in site.articles[::5]:
    if not plan.dead:
        digest.update(site.page(plan.path).body)
digest.update(site.page("/yiliao/yibaozhishi/index_3.html").body)
digest.update(json.dumps([site.record(plan) for plan in site.articles[1::50]]).encode())
print(digest.hexdigest())
"""


@pytest.fixture(scope="module")
def address():
    with serving(the_site()) as address:
        yield address


def demo(*words):
    return [sys.executable, "-m", "crawler.demo", *words]


def run_demo(*words):
    return subprocess.run(demo(*words), cwd=ROOT, capture_output=True, text=True)


def test_dead_links_answer_404(address):
    dead = [plan for plan in the_site().articles if plan.dead]
    assert 10 <= len(dead) <= 60
    assert {fetch(address + plan.path)[0] for plan in dead} == {404}
    assert fetch(address + "/nowhere")[0] == 404
    assert fetch(address + live_articles()[0].path.replace(".html", "_9.html"))[0] == 404


def test_robots_txt_bars_nothing_that_is_linked(address):
    status, _, body = fetch(address + "/robots.txt")
    assert (status, body) == (200, b"User-agent: *\nDisallow: /admin/\n")


@pytest.mark.parametrize("path", ["/yiliao/yibaozhishi/", live_articles()[0].path, live_articles()[1].path])
def test_a_page_that_is_known_is_not_sent_again(address, path):
    status, headers, body = fetch(address + path)
    assert (status, headers["Content-Length"]) == (200, str(len(body)))
    tag, date = headers["ETag"], headers["Last-Modified"]
    for question in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"other", W/{tag}'},
        {"If-Modified-Since": date},
    ):
        status, again, body = fetch(address + path, **question)
        assert (status, again["ETag"], body) == (304, tag, b"")
    for question in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": date},
        {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"If-Modified-Since": "nonsense"},
    ):
        assert fetch(address + path, **question)[0] == 200


def test_head_says_what_get_says_without_the_page(address):
    path = live_articles()[0].path
    _, got, _ = fetch(address + path)
    status, headers, body = fetch(address + path, method="HEAD")
    assert (status, body) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert headers[name] == got[name]


def test_last_modified_is_the_time_of_publishing(address):
    plan = live_articles()[-1]
    _, headers, _ = fetch(address + plan.path)
    assert parsedate_to_datetime(headers["Last-Modified"]) == plan.published_at


def test_the_same_seed_gives_the_same_bytes_in_any_process():
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            cwd=ROOT,
            env={"PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    }
    assert len(digests) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_says_its_address_and_ends_when_told(number):
    process = subprocess.Popen(demo("serve"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        assert fetch(address + "/yiliao/baoxiao/")[0] == 200
        process.send_signal(number)
        rest, errors = process.communicate(timeout=60)
        assert (process.returncode, rest, errors) == (0, "", "")
    finally:
        process.kill()
        process.communicate()


def test_truth_is_written_by_article_number(tmp_path):
    out = tmp_path / "truth.json"
    assert run_demo("truth", "--out", str(out)).returncode == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written == {str(number): record for number, record in the_truth().items()}


def test_a_wrong_port_or_file_gives_one_line_and_a_status(address, tmp_path):
    for words in (
        ["serve", "--port", address.rsplit(":", 1)[1]],
        ["serve", "--port", "99999"],
        ["truth", "--out", str(tmp_path / "none" / "truth.json")],
    ):
        ended = run_demo(*words)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert len(ended.stderr.splitlines()) == 1
        assert "Traceback" not in ended.stderr


def test_help_names_both_commands():
    ended = run_demo("--help")
    assert ended.returncode == 0
    assert "serve" in ended.stdout
    assert "truth" in ended.stdout
