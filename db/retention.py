"""What of the archive may go: superseded answers older than a day in, what is kept and where it lies now out.

Kept whatever their age are the pages that a record was read from, and the newest answer of each address.
Each function runs in its caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database

from db.captures import Capture

Place = tuple[int, int]  # offset and length in a file

KEPT = """
SELECT * FROM capture AS c WHERE warc_file = :file AND (
  fetched_at >= :before OR id IN (SELECT capture_id FROM article_page) OR id = (
    SELECT id FROM capture WHERE url = c.url AND http_status = 200 ORDER BY fetched_at DESC, id DESC LIMIT 1))
ORDER BY warc_offset
"""


def kept(db: Database, file: str, before: str) -> list[Capture]:
    """The answers in a file that stay, where what was superseded and fetched earlier than `before` goes."""
    return [Capture(**row) for row in db.query(KEPT, {"file": file, "before": before})]


def move(db: Database, file: str, new_file: str, places: Mapping[int, Place]) -> None:
    """Answers by id now lie at these places of a new file, and the rest of the old one is gone."""
    for capture_id, (offset, length) in places.items():
        row = {"warc_file": new_file, "warc_offset": offset, "warc_length": length}
        db.table("capture").update(capture_id, row)
    db.table("capture").delete_where("warc_file = ?", [file])


def count(db: Database, file: str) -> int:
    """How many answers of the index are in a file."""
    return int(db.execute("SELECT count(*) FROM capture WHERE warc_file = ?", [file]).fetchone()[0])


def bytes_since(db: Database, moment: str) -> int:
    """How much the archive's answers have grown since a moment."""
    found = db.execute("SELECT coalesce(sum(warc_length), 0) FROM capture WHERE fetched_at >= ?", [moment]).fetchone()
    return int(found[0])
