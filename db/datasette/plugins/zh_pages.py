"""Datasette plugin: titles, captions and the words of the pages in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]
from datasette.app import Datasette  # type: ignore[import-untyped]
from datasette.utils import tilde_encode  # type: ignore[import-untyped]
from jinja2 import BaseLoader, Environment
from markupsafe import Markup

from db import captions
from db.metadata import metadata

# Scripts and styles that stand in a template itself carry the nonce of the response (content_policy.py).
INLINE = re.compile(r"<(script|style)\b(?![^>]*\bsrc=)")
WORDS = tomllib.loads(files("db").joinpath("datasette", "zh.toml").read_text(encoding="utf-8"))
_made: dict[str, dict[str, Any]] = {}


class ChineseLoader(BaseLoader):
    """Loads Datasette's templates with pieces of them replaced as zh.toml says."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The template's source, in Chinese, its scripts and styles marked as its own."""
        source, filename, uptodate = self._loader.get_source(environment, template)
        for english, chinese in WORDS.get(Path(template).stem, {}).items():
            source = source.replace(english, chinese)
        return INLINE.sub(r'<\1 nonce="{{ nonce() }}"', source), filename, uptodate

    def list_templates(self) -> list[str]:
        """All templates there are."""
        return self._loader.list_templates()


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """Chinese names for the templates to use, and Chinese templates."""
    for function in (
        captions.table_title,
        captions.column_title,
        captions.parameter_title,
        captions.in_chinese,
        captions.crumb_title,
        captions.value_title,
    ):
        env.globals[function.__name__] = function
    if env.loader:
        env.loader = ChineseLoader(env.loader)


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    value: object, column: str, table: str | None, database: str, datasette: Datasette
) -> str | Markup | None:
    """A cell in Chinese, with a link where it names a row; a cell that Datasette made a link stays."""
    if target := captions.reference(table, column, value):
        address = f"{datasette.urls.table(database, target[0])}/{tilde_encode(str(value))}"
        return Markup('<a href="{}">{}</a>').format(address, target[1])
    return captions.value_title(table, column, value)


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Metadata for the public database, whatever its file is called."""
    name = next((name for name, database in datasette.databases.items() if database.path), "procedures")
    if name not in _made:
        _made[name] = metadata(name)
    return _made[name]
