"""What the soak looks at: a data folder in, sentences about what is wrong with it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from warcio.archiveiterator import ArchiveIterator

from crawler.archive import read_capture
from crawler.demo.pages import split_address
from crawler.warc import WarcError
from db.captures import Capture
from db.schema import TABLES
from tests.faulty_site import ROBOTS, is_article

if TYPE_CHECKING:
    from tests.soak import Soak

LATER = 61 * 24 * 3600  # seconds after which everything is due again
LINES = (
    "SELECT line.article_id, line_no, role, statement.text FROM line"
    " JOIN statement ON statement.id = statement_id ORDER BY 1, 2"
)
VERSIONS = "SELECT article_id, content_hash, count(*) FROM article_version GROUP BY 1, 2 ORDER BY 1, 2"
CAPTURES = (
    "SELECT site, url, target_uri, article_id, http_status, payload_digest, fetched_at, warc_file, warc_offset,"
    " warc_length, id FROM capture"
)
ADDED = "另外，窗口办理时请再带一张近期的照片。"


def records(soak: Soak) -> dict[str, list[tuple]]:
    """All that the articles say: the record tables, the lines by their text, the versions."""
    tables = {t.name: ", ".join(f'"{c.name}"' for c in t.columns_in("crawl")) for t in TABLES if t.is_record}
    del tables["line"], tables["statement"]  # their numbers tell in which order articles came; LINES has the texts
    rows = {name: soak.ask(f"SELECT {columns} FROM [{name}] ORDER BY 1, 2") for name, columns in tables.items()}
    return rows | {"line": soak.ask(LINES), "article_version": soak.ask(VERSIONS)}


def finished(soak: Soak, undisturbed: Soak, expected: set[str]) -> Iterator[str]:
    """A finished crawl against one that nobody disturbed; `expected` are the paths of all articles of the site."""
    known = {url.removeprefix("https://demo.example") for (url,) in soak.ask("SELECT url FROM page")}
    if lost := expected - known:
        yield f"{len(lost)} addresses lost: {sorted(lost)[:3]}"
    if lost := expected - soak.stored():
        states = soak.ask("SELECT url, state, reason FROM page WHERE state <> 'fetched'")
        why = [row for row in states if row[0].removeprefix("https://demo.example") in lost]
        yield f"{len(lost)} articles not stored: {why[:3]}"
    if doubled := soak.ask("SELECT url, count(*) FROM article GROUP BY url HAVING count(*) > 1"):
        yield f"{len(doubled)} articles doubled: {doubled[:3]}"
    wanted = records(undisturbed)
    for name, rows in records(soak).items():
        if rows != wanted[name]:
            yield f"{name}: {len(set(rows) ^ set(wanted[name]))} rows differ from those of an undisturbed crawl"
    if left := soak.ask("SELECT id FROM run WHERE finished_at IS NULL"):
        yield f"{len(left)} runs have no end"
    yield from damage(soak, "crawl.db")
    print(f"{len(soak.stored())} articles stored, {len(soak.ask('SELECT id FROM run'))} runs told", flush=True)


def damage(soak: Soak, name: str) -> Iterator[str]:
    """What SQLite finds wrong with a database."""
    if (found := soak.ask("PRAGMA integrity_check", name)) not in ([("ok",)], []):
        yield f"{name} is damaged: {found[:3]}"
    if broken := soak.ask("PRAGMA foreign_key_check", name):
        yield f"{name}: {len(broken)} rows point at nothing"


def archive(soak: Soak) -> Iterator[str]:
    """The archive: readable by another reader, each row of the index leads to its answer, and it gives the records."""
    count = 0
    for path in sorted((soak.data / "archive").glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests=True):
                record.content_stream().read()
                count += 1
                if record.digest_checker and record.digest_checker.passed is False:
                    yield f"{path.name}: {record.digest_checker.problems}"
    captures = [Capture(*row) for row in soak.ask(CAPTURES)]
    for capture in captures:
        try:
            read_capture(soak.data / "archive", capture)
        except WarcError as error:
            yield str(error)
    before = records(soak)
    replay = soak.scrapy("replay", "--all")
    if replay.returncode or records(soak) != before:
        yield f"the archive gives other records: status {replay.returncode}: {replay.stderr[-300:]}"
    print(f"{count} records in the archive, {len(captures)} of them in the index; replay: {replay.stderr.strip()}")


def second_runs(soak: Soak) -> Iterator[str]:
    """The unchanged site again, with nothing due, then with everything; then with one article changed."""
    watch(soak)
    before = records(soak)
    for name, later in (("nothing due", 0), ("everything due", LATER)):
        soak.shift += later
        sent, lists = yield from again(soak, f"unchanged site, {name}")
        if sent:
            yield f"{name}: {len(sent)} articles downloaded again"
        if lists and not later:  # a list that was read more than a week ago is asked for in full
            yield f"{name}: {len(lists)} lists downloaded again"
        if records(soak) != before:
            yield f"{name}: records changed"
        if written := soak.ask("SELECT name, count(*) FROM written GROUP BY name"):
            yield f"{name}: record rows written: {written}"
    path = change_one(soak)
    soak.shift += LATER
    sent, _ = yield from again(soak, "one article changed, everything due")
    if {split_address(page)[0] for page in sent} != {path}:  # its later pages are read with it
        yield f"{path} was changed, but {sent} were downloaded"
    yield from one_new_version(soak, path, before)


def again(soak: Soak, name: str) -> Iterator[str]:
    """One more crawl -> the articles and the lists that were sent."""
    soak.server.forget()
    if (run := soak.crawl()).returncode:
        yield f"{name}: status {run.returncode}: {run.stderr[-300:]}"
    sent = [path for path in soak.server.sent if is_article(path)]
    lists = [path for path in soak.server.sent if not is_article(path) and path != ROBOTS]
    fresh = [path for path in soak.server.fresh if is_article(path)]
    print(
        f"{name}: {len(sent)} articles sent, {len(fresh)} said to be unchanged; {len(lists)} lists sent, "
        f"{len(soak.server.fresh) - len(fresh)} said to be unchanged",
        flush=True,
    )
    return sent, lists


def watch(soak: Soak) -> None:
    """Note from now on each row of a record table that is written, though it be with the same values."""
    with closing(sqlite3.connect(soak.data / "crawl.db")) as db, db:
        db.execute("CREATE TABLE written (name TEXT)")
        for table in (table.name for table in TABLES if table.is_record):
            for event in ("INSERT", "UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER watch_{table}_{event} AFTER {event} ON [{table}]"
                    f" BEGIN INSERT INTO written VALUES ('{table}'); END"
                )


def change_one(soak: Soak) -> str:
    """One article of the site gets a line more -> its path."""
    plan = soak.random.choice([plan for plan in soak.server.site.articles if not plan.dead])
    pages, _ = soak.server.site._write(plan)
    charset = {"desktop": "gbk", "mobile": "utf-8"}[plan.markup]
    pages[0] = pages[0].replace(b"</p>", f"</p>\n<p>{ADDED}</p>".encode(charset), 1)
    return plan.path


def one_new_version(soak: Soak, path: str, before: dict[str, list[tuple]]) -> Iterator[str]:
    """After a change of one article: one version more, of that one, and the earlier one is there still."""
    now = records(soak)
    new = set(now["article_version"]) - set(before["article_version"])
    ids = [article_id for (article_id,) in soak.ask(f"SELECT id FROM article WHERE url LIKE '%{path}'")]
    if set(before["article_version"]) - set(now["article_version"]) or [row[0] for row in new] != ids:
        yield f"{path} was changed, and these are the new versions: {new}"
    if {row[0] for row in set(now["line"]) ^ set(before["line"])} != set(ids):
        yield f"{path} was changed, and lines of other articles too"
    if not any(row[0] in ids and ADDED[-6:-1] in row[3] for row in now["line"]):
        yield f"{path} was changed, but its record has nothing of it"


def published(soak: Soak) -> Iterator[str]:
    """The public database of the crawl."""
    run = soak.scrapy("publish")
    if run.returncode:
        yield f"publish: {run.stderr[-300:]}"
    yield from damage(soak, "procedures.db")
