"""Serving: the public database in, the command line that shows it with Datasette out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from db.sqlite_file import PUBLIC_ID, StoreError, check_ours

ROOT = Path(__file__).parent.parent  # where the command is run: the plugins import this package
HERE = Path(__file__).parent / "datasette"


def settings() -> dict[str, bool | int]:
    """Datasette's settings by name."""
    return dict(json.loads((HERE / "settings.json").read_text(encoding="utf-8")))


def serve_command(public_db: Path, port: int, host: str = "127.0.0.1") -> list[str]:
    """The argv that starts Datasette with our settings. Raises StoreError if there is nothing to show."""
    if not public_db.exists():
        raise StoreError(f"{public_db} does not exist; run `scrapy publish` first")
    check_ours(public_db, PUBLIC_ID)
    return [
        *(sys.executable, "-m", "datasette", "serve", str(public_db.resolve())),
        *("--host", host, "--port", str(port)),
        *("--plugins-dir", str(HERE / "plugins"), "--template-dir", str(HERE / "templates")),
        *("--static", f"atlas:{HERE / 'static'}"),
        *(word for name, value in settings().items() for word in ("--setting", name, str(value).lower())),
    ]
