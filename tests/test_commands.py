"""The commands as an operator types them: `scrapy extract`, `publish`, `export`, `serve`, and their mistakes."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import jsonschema
import pytest
from crawling import ROOT, Answer, article, command, environment, listing, path_of, rows, scrapy, serving, wait_until

from crawler.sites import site_names

REFERENCE = Path(os.environ.get("REFERENCE_DIR", "/nonexistent"))
LATER = "到医保经办窗口查询余额的,工作人员当场打印明细。"
TEXT = """苏州医保余额怎么查?(2026/03/05)
2026-03-05 10:20:30社保网
医保个人账户的余额随时可以查询,下面说说具体办法。
线上查询:
打开支付宝,点击“医保码”,再点击“个人账户”就能看到余额。
"""


@pytest.fixture
def folder(tmp_path):
    """An article of two pages, one without later pages, and a text file."""
    links = '<a href="7.html">1</a><a href="7_2.html">2</a>'
    (tmp_path / "7.html").write_text(article(links=links), encoding="utf-8")
    (tmp_path / "7_2.html").write_text(article(LATER, links=links), encoding="utf-8")
    (tmp_path / "8.html").write_text(article(), encoding="gbk", errors="ignore")
    (tmp_path / "9.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def extract(*pages, data: Path) -> tuple[list[dict], subprocess.CompletedProcess[str]]:
    """Run ``extract --json``: the records and the process."""
    run = scrapy("extract", "--json", *map(str, pages), data=data)
    return [json.loads(line) for line in run.stdout.splitlines()], run


def texts(record: dict) -> list[str]:
    return [line["text"] for line in record["lines"]]


def test_each_page_gives_one_json_object_and_nothing_else(folder):
    records, run = extract(folder / "7.html", folder / "8.html", folder / "9.txt", data=folder)
    assert run.returncode == 0, run.stderr
    assert [record["article"]["region_code"] for record in records] == ["320500"] * 3
    assert [len(record["procedures"]) for record in records] == [1, 1, 1]
    assert "苏州" in run.stdout, "Chinese must not be escaped"
    assert run.stderr == ""
    assert list(folder.glob("*.db")) == []


def test_later_pages_beside_a_file_are_read_with_it(folder):
    pages = sorted(folder.glob("*.html"))
    records, _ = extract(*pages, data=folder)
    assert len(pages) == 3
    assert len(records) == 2, "a later page is no article of its own"
    assert LATER in texts(records[0])
    (folder / "7_2.html").unlink()
    records, run = extract(folder / "7.html", data=folder)
    assert LATER not in texts(records[0])
    assert "page 2 is linked but not beside it" in run.stderr


def test_the_site_is_told_by_the_page_or_by_the_operator(folder):
    link = '<link rel="canonical" href="http://shebao.southmoney.com/yiliao/baoxiao/202603/55.html">'
    (folder / "a.html").write_text(article().replace("</head>", link + "</head>"), encoding="utf-8")
    (folder / "b.html").write_text(article().replace("社保网", "小站"), encoding="utf-8")
    records, _ = extract(folder / "a.html", folder / "b.html", folder / "9.txt", data=folder)
    told = [(record["article"]["site"], record["article"]["url"]) for record in records]
    canonical = "https://m.shebao.southmoney.com/yiliao/baoxiao/202603/55.html"
    assert told == [("shebaowang", canonical), (None, None), ("shebaowang", None)]
    records, _ = extract(folder / "b.html", "--site", "demo", data=folder)
    assert records[0]["article"]["site"] == "demo"


def test_a_url_is_fetched_with_its_later_pages(tmp_path):
    links = '<a href="7.html">1</a><a href="7_2.html">2</a>'
    pages = {path_of(7): article(links=links), path_of(7, page=2): article(LATER, links=links)}
    with serving(pages) as site:
        records, run = extract(site.url + path_of(7, page=2), "--site", "shebaowang", data=tmp_path)
        assert run.returncode == 0, run.stderr
        assert site.paths() == ["/robots.txt", path_of(7), path_of(7, page=2)]
    assert LATER in texts(records[0])
    assert records[0]["article"]["url"] == "https://m.shebao.southmoney.com" + path_of(7)
    assert records[0]["article"]["site"] == "shebaowang"


def test_a_terminal_gets_a_tree_with_line_numbers(folder):
    ours, theirs = pty.openpty()
    argv = command("extract", str(folder / "9.txt"), data=folder)
    process = subprocess.Popen(argv, cwd=ROOT, env=environment(), stdout=theirs)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    for part in ("balance-query", "支付宝", "医保码 → 个人账户", "[5]", "320500"):
        assert part in shown.decode(), part


def test_what_cannot_be_read_is_told_and_the_rest_is_read(folder):
    (folder / "empty.html").write_text("")
    (folder / "empty.txt").write_text(" \n")
    (folder / "binary.html").write_bytes(bytes(range(256)) * 9)
    (folder / "list.html").write_text(listing((path_of(1), "2026-03-05 10:20")), encoding="utf-8")
    (folder / "page.warc.gz").write_bytes(b"\x1f\x8b")
    names = ["empty.html", "empty.txt", "binary.html", "list.html", "page.warc.gz", "missing.html"]
    records, run = extract(*(folder / name for name in names), folder, folder / "9.txt", data=folder)
    assert run.returncode == 1
    assert len(records) == 1
    lines = run.stderr.splitlines()
    assert len(lines) == len(names) + 1
    for name, line in zip(names, lines, strict=False):
        assert line.startswith(f"Error: {folder / name}: "), line
    assert "unknown kind of page; give a URL, an .html, .txt or .warc.gz file" in run.stderr


def test_a_url_that_gives_no_article_is_told(tmp_path):
    with serving({"/a/1.html": Answer("", 404), "/a/2.html": listing((path_of(1), "2026-03-05 10:20"))}) as site:
        unused = site.url
        urls = [f"{site.url}/a/1.html", f"{site.url}/a/2.html"]
        records, run = extract(*urls, data=tmp_path)
    assert records == []
    assert run.returncode == 1
    assert run.stderr.splitlines()[0] == f"Error: {urls[0]}: HTTP 404"
    assert len(run.stderr.splitlines()) == 2
    _, run = extract(f"{unused}/a/1.html", data=tmp_path)
    assert run.stderr.strip() == f"Error: {unused}/a/1.html: connection refused"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["extract"], "no page given"),
        (["extract", "https://strange.example/1.html"], "-s CONTACT="),
        (["extract", "x.html", "--site", "nowhere"], f"unknown site 'nowhere'; known sites: {', '.join(site_names())}"),
        (["extract", "https://m.shebao.southmoney.com/about.html"], "not the address of an article of shebaowang"),
        (["publish"], "crawl.db does not exist"),
        (["export"], "procedures.db"),
        (["serve"], "procedures.db does not exist"),
        (["publish", "now"], "'now' is not understood"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path, arguments, told):
    run = scrapy(*arguments, data=tmp_path)
    assert run.returncode == 1
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert told in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {path.stem for path in (ROOT / "crawler" / "commands").glob("*.py")} - {"__init__"}
    assert {name for name in names if f"`scrapy {name}" not in text} == set()


@pytest.mark.parametrize(
    "name",
    "crawl extract replay publish status bounds export serve schedule doctor backup restore prune withdraw".split(),
)
def test_every_command_has_help_with_examples(name, tmp_path):
    run = scrapy(name, "--help", data=tmp_path)
    assert run.returncode == 0
    assert f"  scrapy {name}" in run.stdout


def test_a_crawl_is_published_exported_and_served(tmp_path):
    assert scrapy("crawl", "articles", "-a", "max_articles=6", data=tmp_path).returncode == 0
    published = scrapy("publish", data=tmp_path)
    assert published.returncode == 0, published.stderr
    fetched = rows(tmp_path, "SELECT count(*) FROM article")
    assert rows(tmp_path, "SELECT count(*) FROM article", "procedures.db") == fetched
    exported = scrapy("export", "--format", "csv", "jsonl", "--out", str(tmp_path / "out"), data=tmp_path)
    assert exported.returncode == 0, exported.stderr
    assert {"step.csv", "step.jsonl", "datapackage.json"} <= {file.name for file in (tmp_path / "out").iterdir()}
    assert not (tmp_path / "out" / "step.json").exists()
    assert_served(tmp_path, fetched[0][0])


def assert_served(data: Path, articles: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    log = data / "serve.log"
    with log.open("w") as file:
        argv = command("serve", "--port", port, data=data)
        server = subprocess.Popen(argv, cwd=ROOT, env=environment(), stderr=file)
    try:
        wait_until(lambda: server.poll() is not None or "startup complete" in log.read_text())
        assert f"Serving at http://127.0.0.1:{port}/" in log.read_text()
        url = f"http://127.0.0.1:{port}/procedures/article.json?_shape=array"
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert len(json.load(answer)) == articles
        second = scrapy("serve", "--port", port, data=data)
        assert second.returncode == 1
        assert f"port {port} is taken; try: scrapy serve --port " in second.stderr
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("form", ["mobile", "desktop", "text"])
def test_the_real_article(form, tmp_path):
    if not REFERENCE.is_dir():
        pytest.skip("reference material not present")
    page = "realsite/{}/yiliao/yibaozhishi/202602/2231057.html" if form != "text" else "seeds/000.txt"
    records, run = extract(REFERENCE / page.format(form), data=tmp_path)
    assert run.returncode == 0, run.stderr
    jsonschema.validate(records[0], json.loads((REFERENCE / "record.schema.json").read_text(encoding="utf-8")))
    assert records[0]["article"]["region_code"] == "320200"
    assert records[0]["article"]["site"] == "shebaowang"
    assert [len(records[0][part]) for part in ("procedures", "related_links")] == [5, 23]
    (tmp_path / "record.json").write_text(json.dumps(records[0]), encoding="utf-8")
    floors = ["--min", "all=0.97", "--min", "evidence=1.0"]
    gold = [sys.executable, REFERENCE / "score.py", REFERENCE / "gold/000.json", tmp_path / "record.json", *floors]
    score = subprocess.run(gold, capture_output=True, text=True, timeout=60)
    assert score.returncode == 0, score.stdout
