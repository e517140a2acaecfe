"""An article that is withdrawn is gone from the database, the archive and the public files, and stays out."""

import gzip
import sqlite3

import pytest
from crawling import SECTION, Answer, crawl, error_line, listing, make_due, path_of, rows, scrapy, small_site
from warcio.archiveiterator import ArchiveIterator

from crawler.options import OptionError
from crawler.tombstone import bury

FIRST = "shebaowang-yiliao_yibaozhishi-1"
SAYS = "只有这一篇文章才说的一句话,别处没有。"
ADDRESS = "https://m.shebao.southmoney.com" + path_of(1)


@pytest.fixture
def site():
    with small_site() as served:
        page = served.pages[path_of(1)]
        served.pages[path_of(1)] = page.replace('<div class="con">', f'<div class="con"><p>{SAYS}</p>')
        served.pages[path_of(2)] = page.replace(path_of(3), path_of(1))
        yield served


def tables_that_know(data, name="crawl.db") -> set[str]:
    """The tables in which the article or its address stands."""
    names = [row[0] for row in rows(data, "SELECT name FROM sqlite_master WHERE type = 'table'", name)]
    texts = {table: str(rows(data, f"SELECT * FROM [{table}]", name)) for table in names}
    return {table for table, text in texts.items() if f"'{FIRST}" in text or f"{path_of(1)}'" in text}


def test_a_withdrawn_article_is_gone_and_stays_out(site, tmp_path):
    assert crawl(site, tmp_path).returncode == 0
    assert {"article", "page", "line", "step"} <= tables_that_know(tmp_path)
    assert SAYS.encode() in (tmp_path / "crawl.db").read_bytes()
    run = scrapy("withdraw", FIRST, "--reason", "asked by the author", data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert f"{FIRST} withdrawn: " in run.stderr
    assert tables_that_know(tmp_path) <= {"withdrawn", "related_link", "listing", "article_version"}, (
        "others may name it"
    )
    assert rows(tmp_path, f"SELECT count(*) FROM article_version WHERE article_id = '{FIRST}'") == [(0,)]
    assert SAYS.encode() not in b"".join(file.read_bytes() for file in tmp_path.glob("crawl.db*"))
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []
    make_due(tmp_path)
    site.asked.clear()
    assert crawl(site, tmp_path).returncode == 0
    assert path_of(1) not in site.paths()
    assert path_of(2) in site.paths()
    assert "article" not in tables_that_know(tmp_path)
    published = scrapy("publish", data=tmp_path)
    assert published.returncode == 0, published.stderr
    assert tables_that_know(tmp_path, "procedures.db") == set()
    assert SAYS.encode() not in (tmp_path / "procedures.db").read_bytes()


def exported(data) -> str:
    return "".join(path.read_text(encoding="utf-8-sig") for path in sorted((data / "exports").iterdir()))


def test_what_is_public_is_without_it_at_once_whatever_the_last_run_was(site, tmp_path):
    crawl(site, tmp_path)
    for command in (["publish"], ["export", "--format", "csv"]):
        assert scrapy(*command, data=tmp_path).returncode == 0
    assert SAYS in exported(tmp_path)
    site.pages[SECTION] = Answer("busy", 500)
    assert crawl(site, tmp_path).returncode == 1
    run = scrapy("withdraw", FIRST, data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert tables_that_know(tmp_path, "procedures.db") == set()
    public = (tmp_path / "procedures.db").read_bytes()
    assert SAYS.encode() not in public
    found = "SELECT count(*) FROM procedure_view WHERE row_no IN (SELECT rowid FROM procedure_view_fts WHERE "
    assert rows(tmp_path, f"{found} procedure_view_fts MATCH '苏州')", "procedures.db") == [(2,)], "it can be searched"
    assert rows(tmp_path, "SELECT count(*) FROM statement_fts WHERE statement_fts MATCH '\"别处 处没 没有\"'",
                "procedures.db") == [(0,)]  # fmt: skip
    assert rows(tmp_path, "PRAGMA integrity_check", "procedures.db") == [("ok",)]
    assert rows(tmp_path, "SELECT max(articles) FROM coverage", "procedures.db") == [(2,)]
    files = {path.name for path in (tmp_path / "exports").iterdir()}
    assert files == {name for name in files if name.endswith(".csv")} | {"datapackage.json"}, "the formats there were"
    assert SAYS not in exported(tmp_path)
    assert FIRST not in exported(tmp_path)


def test_what_a_killed_crawl_kept_of_it_and_nothing_knows_is_overwritten_too(site, tmp_path):
    crawl(site, tmp_path)
    with sqlite3.connect(tmp_path / "crawl.db") as db:  # killed between archive and database
        db.execute("DELETE FROM article_page WHERE article_id = ?", [FIRST])
        db.execute("DELETE FROM capture WHERE article_id = ?", [FIRST])
    run = scrapy("withdraw", FIRST, data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "and 1 archived pages are gone" in run.stderr
    assert SAYS not in "".join(text for _, text in archived(tmp_path))


def test_no_file_of_another_tool_brings_it_back(site, tmp_path):
    crawl(site, tmp_path)
    (warc,) = tmp_path.glob("archive/*.warc.gz")
    kept = tmp_path / "kept.warc.gz"
    kept.write_bytes(warc.read_bytes())
    scrapy("withdraw", FIRST, data=tmp_path)
    run = scrapy("replay", "--site", "shebaowang", str(kept), data=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "article" not in tables_that_know(tmp_path)
    assert SAYS not in "".join(text for _, text in archived(tmp_path))


def test_its_pages_in_the_archive_are_overwritten(site, tmp_path):
    crawl(site, tmp_path)
    if not list(tmp_path.glob("archive/*.warc.gz")):
        pytest.skip("this crawl keeps no archive")
    before = archived(tmp_path)
    assert SAYS in "".join(text for _, text in before)
    run = scrapy("withdraw", ADDRESS, data=tmp_path)
    assert run.returncode == 0, run.stderr
    after = archived(tmp_path)
    assert len(after) == len(before), "every record can still be read"
    assert SAYS not in "".join(text for _, text in after)
    assert [kind for kind, _ in after].count("metadata") >= 1
    assert rows(tmp_path, f"SELECT count(*) FROM capture WHERE article_id = '{FIRST}'") == [(0,)]
    replayed = scrapy("replay", "--all", data=tmp_path)
    assert replayed.returncode == 0, replayed.stderr
    assert "article" not in tables_that_know(tmp_path)


def archived(data) -> list[tuple[str, str]]:
    """Type and content of every record of the archive."""
    found = []
    for path in sorted(data.glob("archive/*.warc.gz")):
        with path.open("rb") as file:
            found += [(r.rec_type, r.content_stream().read().decode("utf-8", "replace")) for r in ArchiveIterator(file)]
    return found


def test_an_undone_withdrawal_lets_it_come_back(site, tmp_path):
    crawl(site, tmp_path)
    scrapy("withdraw", FIRST, data=tmp_path)
    again = scrapy("withdraw", FIRST, data=tmp_path)
    assert again.returncode == 0, "it may have been killed half way"
    assert "0 rows and 0 archived pages" in again.stderr
    assert scrapy("withdraw", "--undo", FIRST, data=tmp_path).returncode == 0
    crawl(site, tmp_path)
    assert "article" in tables_that_know(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "no article given"),
        (["shebaowang-yiliao_yibaozhishi-99"], "no article shebaowang-yiliao_yibaozhishi-99"),
        (["https://strange.example/1.html"], "the host is of no known site"),
        (["https://m.shebao.southmoney.com/about.html"], "not the address of an article"),
        (["--undo", FIRST], f"{FIRST} is not withdrawn"),
    ],
)
def test_a_mistake_is_one_clear_line(site, tmp_path, arguments, told):
    crawl(site, tmp_path, "max_articles=1")
    assert told in error_line(scrapy("withdraw", *arguments, data=tmp_path))


def test_without_a_database_there_is_nothing_to_withdraw(tmp_path):
    assert "does not exist" in error_line(scrapy("withdraw", FIRST, data=tmp_path))


def test_a_file_that_is_not_what_its_index_says_is_left_as_it_is(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"x" * 900)
    with pytest.raises(OptionError, match="holds no record at 100"):
        bury(path, 100, 500, "https://a.example/1")
    assert path.read_bytes() == b"x" * 900
    bury(tmp_path / "missing.warc.gz", 0, 500, "https://a.example/1")


def test_a_tombstone_is_as_long_as_what_it_covers(tmp_path):
    path = tmp_path / "a.warc.gz"
    first, second = (gzip.compress(bytes(range(256)) * n) for n in (3, 4))
    path.write_bytes(first + second)
    bury(path, 0, len(first), "https://a.example/1")
    content = path.read_bytes()
    assert content[len(first) :] == second
    assert gzip.decompress(content).startswith(b"WARC/1.1\r\nWARC-Type: metadata")


def test_a_listing_that_names_only_the_withdrawn_is_read_all_the_same(site, tmp_path):
    crawl(site, tmp_path)
    scrapy("withdraw", FIRST, data=tmp_path)
    site.pages[SECTION] = listing((path_of(1), "2026-03-05 10:20"))
    assert crawl(site, tmp_path).returncode == 0
