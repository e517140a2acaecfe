"""The published pages in a real browser, with no host but this machine to be asked."""

import re
import shutil
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager

import pytest
from crawling import ROOT, command, environment, scrapy, wait_until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=4000"
).split()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Thirty articles of the demo site, published."""
    folder = tmp_path_factory.mktemp("data")
    for arguments in (["crawl", "articles", "-a", "max_articles=30"], ["publish"]):
        run = scrapy(*arguments, data=folder)
        assert run.returncode == 0, run.stderr
    return folder


@contextmanager
def served(data):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    log = data / "serve.log"
    with log.open("w") as file:
        server = subprocess.Popen(command("serve", "--port", port, data=data), cwd=ROOT, env=environment(), stderr=file)
    try:
        wait_until(lambda: "startup complete" in log.read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def server(data):
    with served(data) as url:
        yield url


def browse(url, profile, *options):
    """A page as the browser has it after its scripts ran."""
    run = subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={profile}", *options, url], capture_output=True, timeout=120
    )
    assert run.returncode == 0, run.stderr[-500:]
    return run.stdout.decode()


def text_of(dom):
    """The words a reader sees."""
    return re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(script|style).*?</\1>", " ", dom))


def test_the_table_page_speaks_chinese_and_finds_a_two_character_word(server, tmp_path):
    page = text_of(browse(f"{server}/procedures/procedure?_search=医保", tmp_path, "--dump-dom"))
    for words in ("办事事项", "事项类型", "适用地区", "原小标题", "搜索", "含“医保”"):
        assert words in page


def test_a_row_shows_its_facts_by_name(server, tmp_path):
    table = browse(f"{server}/procedures/procedure", tmp_path, "--dump-dom")
    row = re.search(r'href="(/procedures/procedure/demo-[^"]+)"', table)[1]
    page = text_of(browse(server + row, tmp_path, "--dump-dom"))
    assert "其他表中与此有关的内容" in page
    assert re.search(r"[1-9]\d* 行\s+(?:办理步骤|报销范围)", page)


def test_pictures_have_no_empty_boxes(server, tmp_path):
    """Two different words drawn alike would be two boxes of a missing font."""
    shots = []
    for n, word in enumerate(("医保", "余额")):
        page = tmp_path / f"{n}.html"
        page.write_text(f"<meta charset=utf-8><body style='font:40px sans-serif'>{word}")
        shot = tmp_path / f"{n}.png"
        browse(page.as_uri(), tmp_path / "p", f"--screenshot={shot}", "--window-size=600,400")
        shots.append(shot.read_bytes())
    assert shots[0] != shots[1]


def test_no_page_asks_another_host(server, tmp_path):
    dom = browse(f"{server}/procedures/step", tmp_path, "--dump-dom")
    asked = re.findall(r'<(?:script|img|iframe|link)\b[^>]*?(?:src|href)="([^"]+)"', dom)
    assert asked
    assert [url for url in asked if re.match(r"(?:https?:)?//", url) and not url.startswith(server)] == []


def complaints(url, profile):
    """What the browser says about scripts and styles that it did not run."""
    options = [*QUIET, f"--user-data-dir={profile}", "--enable-logging=stderr", "--v=0", "--dump-dom"]
    run = subprocess.run([CHROMIUM, *options, url], capture_output=True, timeout=120)
    said = run.stderr.decode(errors="replace")
    return run.stdout.decode(), [line for line in said.splitlines() if "Content Security Policy" in line]


@pytest.mark.parametrize("path", ["/", "/procedures", "/procedures/step", "/compare", "/changes"])
def test_the_policy_stops_no_script_of_ours(server, tmp_path, path):
    page, refused = complaints(server + path, tmp_path)
    assert "<h1" in page
    assert [line for line in refused if "script-src" in line] == []


def test_the_sql_editor_works_under_the_policy(server, tmp_path):
    page, refused = complaints(f"{server}/procedures?sql=select+1", tmp_path)
    assert 'class="CodeMirror' in page  # made by a script
    assert [line for line in refused if "script-src" in line] == []


def test_a_script_that_is_not_ours_does_not_run(server, tmp_path):
    """The policy of a real page, around a page that holds what an article might try."""
    with urllib.request.urlopen(f"{server}/procedures", timeout=30) as response:
        policy = response.headers["content-security-policy"]
    page = tmp_path / "hostile.html"
    tries = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    page.write_text(f"<meta http-equiv='Content-Security-Policy' content=\"{policy}\"><title>still</title>{tries}")
    assert "<title>still</title>" in browse(page.as_uri(), tmp_path / "p", "--dump-dom")
    page.write_text(f"<title>still</title>{tries}")  # without the policy it would have run
    assert "<title>ran</title>" in browse(page.as_uri(), tmp_path / "p", "--dump-dom")
