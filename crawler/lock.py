"""One crawl of a site at a time: two would ask its server twice as often as promised."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from crawler.options import OptionError


def hold(folder: Path, site: str) -> IO[str]:
    """Take the lock of a site in the data folder; `OptionError` where another process has it.

    The open file is the lock: the system lets go of it when the file is closed or the process ends, however it ends.
    """
    path = folder / f"crawl-{site}.lock"
    try:
        file = path.open("a+", encoding="ascii")
        return _locked(file, site)
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror}") from error


def _locked(file: IO[str], site: str) -> IO[str]:
    """Lock the file and write into it who has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise OptionError(f"another crawl of {site} is running, process {holder}; wait until it has ended") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
