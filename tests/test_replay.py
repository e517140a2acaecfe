"""Replay: the archive again through today's rules, and WARC files of other tools taken in; no network."""

import gzip
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest
from crawling import (
    CANONICAL,
    LINES,
    ROOT,
    SECTION,
    Answer,
    article,
    command,
    contents,
    crawl,
    environment,
    error_line,
    listing,
    path_of,
    rows,
    scrapy,
    serving,
    wait_until,
)
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.warc import read_answers, whole_length

zstd = pytest.importorskip("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

ID = "shebaowang-yiliao_yibaozhishi-"
LATER = "第二页说的是到窗口查询余额要带的身份证。"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A crawl of three articles, one of two pages, one in GBK; the site is gone since."""
    data = tmp_path_factory.mktemp("crawled")
    links = "".join(f'<a href="{path_of(2, n)}">{n}</a>' for n in (1, 2))
    gbk = Answer(article().encode("gbk"), headers={"Content-Type": "text/html; charset=gbk"})
    pages = {
        SECTION: listing(*((path_of(n), "2026-03-05 10:20") for n in (1, 2, 3))),
        path_of(1): article(earlier=listing((path_of(9), "2026-01-02 09:00"))),
        path_of(2): article(links=links),
        path_of(2, 2): article(LATER, links=links),
        path_of(3): gbk,
    }
    with serving(pages) as site:
        assert crawl(site, data).returncode == 0
    return data


@pytest.fixture
def data(crawled, tmp_path):
    shutil.copytree(crawled, tmp_path, dirs_exist_ok=True)
    return tmp_path


def change(data, *statements: str) -> None:
    with sqlite3.connect(data / "crawl.db") as db:
        for statement in statements:
            db.execute(statement)


def test_a_replay_gives_the_same_records(data):
    before = contents(data)
    run = scrapy("replay", "--all", "--site", "shebaowang", data=data)
    assert run.returncode == 0, run.stderr
    assert run.stderr.strip() == "shebaowang: 3 unchanged"
    assert contents(data) == before
    assert rows(data, "SELECT reason, outcome FROM run ORDER BY id DESC LIMIT 1") == [("replay", "finished")]


def test_only_what_older_rules_made_is_read_again(data):
    assert "nothing to read again" in scrapy("replay", data=data).stderr
    before = contents(data)
    hurt = "UPDATE step SET text = 'x' WHERE id = (SELECT min(id) FROM step WHERE article_id = '{id}')"
    change(
        data,
        f"UPDATE article SET rules_version = '0', content_hash = 'x' WHERE id = '{ID}1'",
        hurt.format(id=f"{ID}1"),
        hurt.format(id=f"{ID}2"),
        f"DELETE FROM material WHERE article_id = '{ID}1'",
    )
    run = scrapy("replay", data=data)
    assert run.returncode == 0
    told = [line.strip("│ ").split("│") for line in run.stderr.splitlines() if line.startswith("│")]
    assert {tuple(cell.strip() for cell in line) for line in told} == {("step.text", "1"), ("material rows", "1")}
    assert "shebaowang: 1 changed" in run.stderr
    assert rows(data, f"SELECT count(*) FROM step WHERE text = 'x' AND article_id = '{ID}2'") == [(1,)]
    versions = "SELECT reason FROM article_version JOIN run ON run.id = run_id WHERE article_id = '{}' ORDER BY run_id"
    assert rows(data, versions.format(f"{ID}1")) == [("by_hand",), ("replay",)]
    scrapy("replay", "--all", data=data)
    assert contents(data)["step"] == before["step"]


def test_the_frontier_is_left_as_it_is(data):
    before = rows(data, "SELECT * FROM page")
    scrapy("replay", "--all", data=data)
    assert rows(data, "SELECT * FROM page") == before


def test_damaged_or_missing_files_are_told_and_records_kept(data):
    (path,) = (data / "archive").glob("*.gz")
    before = contents(data)
    place = rows(data, f"SELECT warc_offset, warc_length FROM capture WHERE article_id = '{ID}1'")[0]
    content = bytearray(path.read_bytes())
    content[place[0] + place[1] // 2] ^= 0xFF
    path.write_bytes(content)
    run = scrapy("replay", "--all", data=data)
    assert run.returncode == 0
    assert f"{ID}1: {path} at {place[0]}:" in run.stderr
    assert "2 unchanged; 1 not readable now, their records are kept as they were" in run.stderr
    path.unlink()
    run = scrapy("replay", "--all", data=data)
    assert run.returncode == 1
    assert "3 of 3 articles failed" in run.stderr
    assert contents(data) == before


def test_what_no_rules_could_read_is_tried_again(data):
    """As after rules that could not read article 3: it is in the archive and has no record."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%\"article_id\"%'"
    tables = [name for (name,) in rows(data, sql)]
    keep = {"page", "capture"}
    change(
        data,
        *(f"DELETE FROM [{name}] WHERE article_id = '{ID}3'" for name in tables if name not in keep),
        f"DELETE FROM article WHERE id = '{ID}3'",
        f"UPDATE page SET state = 'failed' WHERE article_id = '{ID}3'",
    )
    run = scrapy("replay", data=data)
    assert "shebaowang: 1 new" in run.stderr
    assert rows(data, f"SELECT state FROM page WHERE article_id = '{ID}3'") == [("fetched",)]
    assert rows(data, f"SELECT charset FROM article WHERE id = '{ID}3'") == [("gb18030",)]


def many(data, count: int) -> None:
    """Articles enough for several processes, in the archive."""
    numbers = range(1, count + 1)
    pages = {path_of(n): article(title=f"苏州医保余额怎么查?第{n}篇(2026/03/05)") for n in numbers}
    pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))
    with serving(pages) as site:
        assert crawl(site, data).returncode == 0


def test_a_killed_replay_goes_on_and_leaves_no_process(tmp_path):
    many(tmp_path, 30)
    before = contents(tmp_path)
    change(tmp_path, "UPDATE article SET rules_version = '0'")
    process = subprocess.Popen(
        command("replay", data=tmp_path), cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
    )
    old = "SELECT count(*) FROM article WHERE rules_version = '0'"
    try:
        wait_until(lambda: rows(tmp_path, old) != [(30,)] or process.poll() is not None)
        workers = children(process.pid)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    wait_until(lambda: not any(map(is_running, workers)))
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    run = scrapy("replay", data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert rows(tmp_path, old) == [(0,)]
    assert contents(tmp_path) == before


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# WARC files of other tools


PACKED = {"Content-Encoding": "gzip"}
IN_PIECES = {"Transfer-Encoding": "chunked"}


@pytest.fixture(scope="module")
def by_wget(tmp_path_factory):
    """What wget keeps of a site: chunked and compressed answers, an article of two pages, a list, and a 404."""
    if not shutil.which("wget"):
        pytest.skip("wget is not installed")
    folder = tmp_path_factory.mktemp("wget")
    links = "".join(f'<a href="{path_of(2, n)}">{n}</a>' for n in (1, 2))
    pages = {
        SECTION: listing((path_of(1), "2026-03-05 10:20")),
        path_of(1): Answer(gzip.compress(article().encode()), headers={"ETag": '"1"', **PACKED, **IN_PIECES}),
        path_of(2): Answer(article(links=links), headers=IN_PIECES),
        path_of(2, 2): article(LATER, links=links),
        path_of(3): Answer(article().encode("gbk"), headers={"Content-Type": "text/html; charset=gbk"}),
    }
    with serving(pages) as site:
        urls = [site.url + path for path in (*pages, path_of(4))]
        subprocess.run(
            ["wget", "-q", "--compression=auto", "--warc-file=wget", "-O", os.devnull, *urls], cwd=folder, timeout=60
        )
    return folder / "wget.warc.gz"


def test_a_file_of_wget_is_taken_in(by_wget, tmp_path):
    run = scrapy("replay", str(by_wget), "--site", "shebaowang", data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stderr.splitlines() == ["3 articles found, 3 of them newer", "shebaowang: 3 new"]
    found = rows(tmp_path, "SELECT id, url, charset FROM article ORDER BY id")
    assert found == [(f"{ID}{n}", CANONICAL + path_of(n), "gb18030" if n == 3 else "utf-8") for n in (1, 2, 3)]
    lines = f"SELECT text FROM line JOIN statement ON statement.id = statement_id WHERE article_id = '{ID}2'"
    assert (LATER,) in rows(tmp_path, lines)
    assert rows(tmp_path, f"SELECT etag FROM page WHERE article_id = '{ID}1'") == [('"1"',)]
    before = contents(tmp_path)
    by_wget_again = scrapy("replay", str(by_wget), "--site", "shebaowang", data=tmp_path)
    assert "0 of them newer" in by_wget_again.stderr
    assert contents(tmp_path) == before
    assert "3 unchanged" in scrapy("replay", "--all", data=tmp_path).stderr, "they are in the archive now"


def test_a_file_cut_off_is_read_as_far_as_it_goes(by_wget, tmp_path):
    short = tmp_path / "short.warc.gz"
    short.write_bytes(by_wget.read_bytes()[: by_wget.stat().st_size // 2])
    run = scrapy("replay", str(short), "--site", "shebaowang", data=tmp_path / "data")
    assert run.returncode == 0, run.stderr
    assert f"Warning: {short}: " in run.stderr
    assert rows(tmp_path / "data", "SELECT count(*) > 0 FROM article") == [(1,)]


def test_older_pages_than_those_known_change_nothing(by_wget, tmp_path):
    scrapy("replay", str(by_wget), "--site", "shebaowang", data=tmp_path)
    change(
        tmp_path,
        "UPDATE page SET fetched_at = '2099-01-01T00:00:00+08:00'",
        "UPDATE article SET title = 'kept'",
    )
    run = scrapy("replay", str(by_wget), "--site", "shebaowang", data=tmp_path)
    assert "3 articles found, 0 of them newer" in run.stderr
    assert rows(tmp_path, "SELECT DISTINCT title FROM article") == [("kept",)]


def test_pages_of_a_strange_host_need_the_site(by_wget, tmp_path):
    run = scrapy("replay", str(by_wget), data=tmp_path)
    assert run.stderr.strip() == "0 articles found, 0 of them newer"


def test_every_cut_is_told_and_what_is_whole_before_it_is_read(by_wget, tmp_path):
    whole, short = by_wget.read_bytes(), tmp_path / "short.warc.gz"
    all_told: list[str] = []
    every = list(read_answers(by_wget, all_told.append))
    assert all_told == []
    assert len(every) >= 6
    for end in range(50, len(whole), 97):
        told: list[str] = []
        short.write_bytes(whole[:end])
        found = list(read_answers(short, told.append))
        assert [answer.url for answer in found] == [answer.url for answer in every[: len(found)]]
        assert all(answer.body == other.body for answer, other in zip(found, every, strict=False))
        member_ends = whole_length(short, 0) == end
        assert len(told) == (not member_ends), end


ENCODED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
}


def by_other_tool(path, bodies):
    """A WARC file as a browser's archiver makes it: number of an article -> its Content-Encoding and its body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, (encoding, body) in bodies.items():
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", encoding)]
            if number % 2:  # sent in pieces, and kept as it was sent
                headers.append(("Transfer-Encoding", "chunked"))
                half = len(body) // 2
                pieces = (body[:half], body[half:], b"")
                body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
            head = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(CANONICAL + path_of(number), "response", io.BytesIO(body), http_headers=head)
            )


def test_bodies_are_read_however_they_were_compressed_and_sent(tmp_path):
    page = article().encode()
    sent = {n: (name, pack(page)) for n, (name, pack) in enumerate([*ENCODED.items(), *ENCODED.items()], 1)}
    sent |= {20 + n: (name, page) for n, name in enumerate([*ENCODED, "x-new"], 1)}  # decompressed, the header kept
    by_other_tool(tmp_path / "x.warc.gz", sent)
    run = scrapy("replay", str(tmp_path / "x.warc.gz"), data=tmp_path / "data")
    assert run.returncode == 0, run.stderr
    assert f"shebaowang: {len(sent)} new" in run.stderr
    assert "━" not in run.stderr, "no bar where there is no terminal"
    assert rows(tmp_path / "data", "SELECT count(DISTINCT text), count(*) FROM step") == [(2, 2 * len(sent))]


def test_a_body_that_cannot_be_decompressed_here_is_named_with_the_reason(tmp_path):
    by_other_tool(
        tmp_path / "x.warc.gz", {1: ("dcb", b"\x00\xff" * 99), 2: ("gzip", gzip.compress(article().encode()))}
    )
    run = scrapy("replay", str(tmp_path / "x.warc.gz"), data=tmp_path / "data")
    assert f"{ID}1: compressed as 'dcb', for which there is no decoder here" in run.stderr
    assert "shebaowang: 1 new; 1 still without a record" in run.stderr


@pytest.mark.parametrize("name", ["x.html", "missing.warc.gz"])
def test_a_mistake_is_one_clear_line(tmp_path, name):
    (tmp_path / "x.html").write_bytes(b"")
    assert "no such file" in error_line(scrapy("replay", str(tmp_path / name), data=tmp_path / "data"))


def test_what_is_no_warc_file_is_told(tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(b"no records here" * 99)
    run = scrapy("replay", str(tmp_path / "x.warc.gz"), data=tmp_path / "data")
    assert "Traceback" not in run.stderr
    assert f"Warning: {tmp_path / 'x.warc.gz'}:" in run.stderr


def test_extract_reads_the_articles_of_a_file(by_wget, data, tmp_path):
    run = scrapy("extract", "--json", str(by_wget), "--site", "shebaowang", data=tmp_path / "nowhere")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 3
    assert LATER in run.stdout
    assert LINES[0] in run.stdout
    (ours,) = (data / "archive").glob("*.gz")
    again = scrapy("extract", "--json", str(ours), "--site", "shebaowang", data=tmp_path / "nowhere")
    assert again.returncode == 0
    assert len(again.stdout.splitlines()) == 3
