"""What came into the archive since one looked last, also where a kill cut its last record off."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator

from crawler.warc import whole_length


class ArchiveTail:
    """The WARC files of a folder, as far as they were looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_cut = False  # whether something unfinished stood at a file's end at the last look
        self._seen: dict[Path, int] = defaultdict(int)

    def news(self) -> set[str]:
        """The paths whose answers came whole into the archive since the last look."""
        found, self.is_cut = set(), False
        for file in sorted(self.folder.glob("*.warc.gz")):
            whole = whole_length(file, self._seen[file])
            self.is_cut |= whole < file.stat().st_size
            with file.open("rb") as opened:
                opened.seek(self._seen[file])
                found |= answers(opened.read(whole - self._seen[file]))
            self._seen[file] = whole
        return found


def answers(records: bytes) -> set[str]:
    """Whole records -> the paths whose answers they hold."""
    return {
        urlsplit(record.rec_headers.get_header("WARC-Target-URI")).path
        for record in ArchiveIterator(BytesIO(records))
        if record.rec_type in ("response", "revisit")
    }
