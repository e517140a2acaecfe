"""The import rule of the three rooms, and what each room must not know of."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WEB = {"scrapy", "twisted", "urllib.request", "http.client", "socket"}
SQL = {"sqlite3", "sqlite_utils", "datasette"}
# What the code of a room must not import: other rooms, and the libraries of their trades.
FORBIDDEN = {
    "pipelines": {"crawler", "db", *WEB, *SQL},
    "db": {"crawler", *WEB},
    "crawler": SQL,
}  # fmt: skip


def imported(path: Path) -> set[str]:
    """Names of all modules a file imports, each with its parents."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it leads"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(parts[:n]) for name in names if (parts := name.split(".")) for n in range(1, len(parts) + 1)}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room):
    files = sorted((ROOT / room).rglob("*.py"))
    assert len(files) > 5
    wrong = {str(path.relative_to(ROOT)): bad for path in files if (bad := imported(path) & FORBIDDEN[room])}
    assert wrong == {}


def test_the_demo_site_proves_the_reader_because_it_shares_nothing_with_it():
    for path in (ROOT / "crawler" / "demo").rglob("*.py"):
        assert "pipelines" not in imported(path), path
