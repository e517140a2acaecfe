"""The archive: every answer kept as it was sent, readable by others, whole after a kill, each content once."""

import gzip
import resource
import signal
import subprocess
from datetime import UTC, datetime

import pytest
from crawling import (
    CANONICAL,
    ROOT,
    SECTION,
    Answer,
    article,
    command,
    crawl,
    crawl_arguments,
    environment,
    last_run,
    listing,
    make_due,
    path_of,
    rows,
    serving,
    small_site,
    wait_until,
)
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.archive import Archive, read_capture
from crawler.warc import Answer as Kept
from crawler.warc import Asked, WarcError, whole_length
from db import captures
from db.crawl_store import CrawlStore

HTML = article()


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def files(data):
    return sorted((data / "archive").glob("*.warc.gz"))


def records(path) -> list[tuple[str, str, str | None, bytes]]:
    """Type, address, HTTP status and body of every record."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            status = record.http_headers.get_statuscode() if record.http_headers else None
            body = record.raw_stream.read()
            found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), status, body))
    return found


def is_sound(path) -> bool:
    """What warcio's own checker says."""
    checker = Checker(type("Command", (), {"inputs": [str(path)], "verbose": False})())
    checker.process_all()
    return checker.exit_value == 0


def test_every_answer_is_kept_as_it_was_sent(site, tmp_path):
    packed = gzip.compress(HTML.encode("gbk"))
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=gbk"}
    site.pages[path_of(1)] = Answer(packed, headers=headers)
    site.pages[path_of(2)] = Answer("", 301, {"Location": f"{path_of(2)}?moved"})
    site.pages[f"{path_of(2)}?moved"] = HTML
    assert crawl(site, tmp_path).returncode == 0
    (path,) = files(tmp_path)
    assert is_sound(path)
    found = records(path)
    assert found[0][0] == "warcinfo"
    answers = {(kind, url.removeprefix(site.url), status): body for kind, url, status, body in found[1:]}
    assert answers["response", path_of(1), "200"] == packed, "as compressed as it came"
    assert ("response", path_of(2), "301") in answers
    assert ("response", f"{path_of(2)}?moved", "200") in answers
    assert ("response", "/robots.txt", "404") in answers
    assert ("response", SECTION, "200") in answers
    asked = [url for kind, url, _, _ in found if kind == "request"]
    assert len(asked) == len([url for kind, url, _, _ in found if kind == "response"]) == len(site.asked)
    with gzip.open(path) as file:
        assert file.read(8) == b"WARC/1.1"
    pages = rows(
        tmp_path, "SELECT url, charset, charset_reason FROM article_page JOIN capture ON capture.id = capture_id"
    )
    assert (CANONICAL + path_of(1), "gb18030", "header") in pages


def test_what_did_not_change_is_kept_once(site, tmp_path):
    site.pages[path_of(1)] = Answer(HTML, headers={"ETag": '"1"'})
    crawl(site, tmp_path)
    before = rows(tmp_path, "SELECT * FROM capture"), rows(tmp_path, "SELECT * FROM article_page")
    make_due(tmp_path)
    crawl(site, tmp_path)
    assert (rows(tmp_path, "SELECT * FROM capture"), rows(tmp_path, "SELECT * FROM article_page")) == before
    (path,) = files(tmp_path)
    assert is_sound(path)
    revisits = {
        (url.removeprefix(site.url), status, body) for kind, url, status, body in records(path) if kind == "revisit"
    }
    assert (path_of(1), "304", b"") in revisits, "the site said so"
    assert (path_of(2), "200", b"") in revisits, "the content says so"
    site.pages[path_of(2)] = article("医保余额查询的办法已经改了,请到窗口办理查询手续。")
    make_due(tmp_path)
    crawl(site, tmp_path)
    both = rows(tmp_path, "SELECT id FROM capture WHERE url LIKE '%/2.html' ORDER BY id")
    current = rows(tmp_path, "SELECT capture_id FROM article_page WHERE article_id LIKE '%-2'")
    assert (len(both), both[1:]) == (2, current), "the earlier content stays beside the new one"


def test_each_page_of_an_article_is_kept_for_its_record(site, tmp_path):
    links = "".join(f'<a href="{path_of(2, n)}">{n}</a>' for n in (1, 2))
    site.pages |= {
        path_of(2): article(links=links),
        path_of(2, 2): article("第二页说的是线下窗口怎么查询余额。", links=links),
    }
    crawl(site, tmp_path)
    sql = "SELECT page_no, url FROM article_page JOIN capture ON capture.id = capture_id"
    of_two = rows(tmp_path, f"{sql} WHERE capture.article_id LIKE '%-2'")
    assert of_two == [(1, CANONICAL + path_of(2)), (2, CANONICAL + path_of(2, 2))]


@pytest.mark.parametrize("cut", [1, 300])
def test_a_file_cut_off_by_a_kill_is_repaired_by_the_next_crawl(site, tmp_path, cut):
    crawl(site, tmp_path)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    site.pages[SECTION] = listing((path_of(1), "2026-03-05 10:20"), (path_of(3), "2026-03-06 10:20"))
    run = crawl(site, tmp_path)
    assert run.returncode == 0
    assert f"{cut} bytes of an unfinished record at its end removed" in run.stderr
    assert path.read_bytes().startswith(whole)
    assert is_sound(path)
    assert len(rows(tmp_path, "SELECT * FROM article_page")) == 3


def test_a_file_shorter_than_known_is_left_and_another_begun(site, tmp_path):
    crawl(site, tmp_path)
    (path,) = files(tmp_path)
    short = path.read_bytes()[:900]
    path.write_bytes(short)
    run = crawl(site, tmp_path)
    assert run.returncode == 0
    assert "is shorter than crawl.db knows it" in run.stderr
    assert path.read_bytes() == short
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize("after", [3, 7])
def test_a_killed_crawl_leaves_archive_and_database_consistent(tmp_path, after):
    numbers = range(1, 30)
    pages = {path_of(n): article(title=f"苏州医保余额怎么查?第{n}篇(2026/03/05)") for n in numbers}
    pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))
    with serving(pages) as site:
        process = subprocess.Popen(
            command(*crawl_arguments(site), data=tmp_path), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL
        )
        try:
            wait_until(lambda: len(site.asked) >= after + 2)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert_consistent(tmp_path)
        assert crawl(site, tmp_path).returncode == 0
        assert_consistent(tmp_path)
        assert rows(tmp_path, "SELECT count(*) FROM article_page") == [(len(numbers),)]
        assert all(is_sound(path) for path in files(tmp_path))


def assert_consistent(data):
    """Each row of the index leads to the answer it names; both files of the pair are whole as far as it says."""
    with CrawlStore(data / "crawl.db", create=False) as store:
        assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
        for row in store.db.query("SELECT * FROM capture"):
            capture = captures.Capture(**row)
            answer = read_capture(data / "archive", capture)
            assert (answer.url, answer.digest) == (capture.target_uri, capture.payload_digest)
        known = store.db.execute("SELECT count(*) FROM article").fetchone()
        assert known == store.db.execute("SELECT count(DISTINCT article_id) FROM article_page").fetchone()


def test_damage_is_found_when_a_record_is_read(site, tmp_path):
    crawl(site, tmp_path)
    (path,) = files(tmp_path)
    with CrawlStore(tmp_path / "crawl.db") as store:
        capture = captures.captures_of(store.db, "shebaowang-yiliao_yibaozhishi-2")[0]
    content = bytearray(path.read_bytes())
    middle = capture.warc_offset + capture.warc_length // 2
    content[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(content)
    with pytest.raises(WarcError, match=f"{path.name} at {capture.warc_offset}"):
        read_capture(tmp_path / "archive", capture)
    path.unlink()
    with pytest.raises(WarcError, match="No such file"):
        read_capture(tmp_path / "archive", capture)


def kept(url: str, body: bytes) -> Kept:
    return Kept(url, 200, (("Content-Type", "text/html"),), body, datetime(2026, 3, 5, tzinfo=UTC))


def test_files_end_at_their_size_and_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.archive.MAX_BYTES", 2000)
    asked = Asked("GET / HTTP/1.1", (("Host", "example.org"),))
    with CrawlStore(tmp_path / "crawl.db") as store:
        archive = Archive(tmp_path / "archive", "shebaowang", store)
        ids = [archive.keep(kept(f"http://h/{n}", b"%d" % n * 99), asked, f"http://h/{n}", None) for n in range(9)]
        archive.close()
        assert ids == list(range(1, 10))
        stored = [captures.Capture(**row) for row in store.db.query("SELECT * FROM capture ORDER BY id")]
        assert [read_capture(tmp_path / "archive", capture).body for capture in stored] == [
            b"%d" % n * 99 for n in range(9)
        ]
    assert len(files(tmp_path)) > 2
    assert all(path.stat().st_size < 4000 for path in files(tmp_path))
    assert all(whole_length(path, 0) == path.stat().st_size for path in files(tmp_path))


def test_a_full_disk_ends_the_crawl_and_keeps_both_consistent(tmp_path):
    noise = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(60_000))
    numbers = range(1, 40)
    pages = {path_of(n): article().replace("</body>", f"<!-- {noise[n * 999 :]} --></body>") for n in numbers}
    pages[SECTION] = listing(*((path_of(n), "2026-03-05 10:20") for n in numbers))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, resource.RLIM_INFINITY))

    with serving(pages) as site:
        run = subprocess.run(
            command(*crawl_arguments(site), data=tmp_path), cwd=ROOT, env=environment(), capture_output=True,
            text=True, timeout=120, preexec_fn=limit,
        )  # fmt: skip
        assert run.returncode == 1
        assert "Traceback" not in run.stderr
        assert last_run(tmp_path)[0] in ("failed", None)
        assert_consistent(tmp_path)
        assert crawl(site, tmp_path).returncode == 0
        assert_consistent(tmp_path)
        assert rows(tmp_path, "SELECT count(*) FROM article") == [(len(numbers),)]
