"""Datasette's metadata, made from the tables and the questions: titles, captions, search, facets, sorting."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from db.schema import VIEWS, Table, View, tables_in
from db.search import index_name

TITLE = "医保办事指南图谱"
CAVEAT = (
    "<p>本站整理各地医保办事文章的内容。每条记录都应读作“某篇文章说……”：它反映文章的说法，并不代表官方规定，"
    "办理前请向当地医保部门或 12393 核实。每条内容都注明出自原文第几行；发现的问题见"
    '<a href="{base}quality_flag">质量标记</a>。浏览可从<a href="{base}procedure_view">事项一览</a>开始。</p>'
)
CAVEAT_TEXT = "本站整理各地医保办事文章的说法，不是官方服务，办理前请向当地医保部门或 12393 核实。"
SOURCE = "各篇文章的发布网站，见“文章”表的“网址”"
LICENSE = "数据的整理采用 CC BY 4.0；只收录事实和所依据的原文行，文字的权利属于原网站"
HEADER = re.compile(r"^-- (title|description): (.+)$", re.MULTILINE)


def metadata(database: str) -> dict[str, Any]:
    """All metadata for the public database as Datasette calls it."""
    shown: list[Table | View] = [*tables_in("public"), *VIEWS]
    return {
        "title": TITLE,
        "description_html": CAVEAT.format(base=f"/{database}/"),
        "source": SOURCE,
        "license": LICENSE,
        "extra_css_urls": ["/atlas/atlas.css"],
        "databases": {
            database: {
                "title": TITLE,
                "description_html": CAVEAT.format(base=f"/{database}/"),
                "queries": canned_queries(),
                "tables": {found.name: _table(found) for found in shown},
            }
        },
    }


def canned_queries() -> dict[str, dict[str, str]]:
    """The questions of queries/, by name; title and description stand in the comment on top of each."""
    found = {}
    for file in sorted(files("db").joinpath("queries").iterdir(), key=lambda f: f.name):
        text = file.read_text(encoding="utf-8")
        words = dict(HEADER.findall(text))
        found[file.name.removesuffix(".sql")] = {
            **words,
            "sql": HEADER.sub("", text).strip(),
            "hide_sql": "on",
        }
    return found


def _table(shown: Table | View) -> dict[str, Any]:
    page = shown.page
    columns = shown.columns_in("public") if isinstance(shown, Table) else shown.columns
    settings: dict[str, Any] = {
        "title": shown.title_zh,
        "description": shown.description_zh + _search_note(page.search, columns_of=shown),
        "columns": {c.name: c.description_zh for c in columns},
    }
    if page.search_table:
        settings |= {"fts_table": index_name(page.search_table), "fts_pk": page.search_key}
    wishes = {
        "facets": list(page.facets),
        "label_column": page.label,
        "sort": page.sort,
        "sort_desc": page.sort_desc,
    }
    return settings | {key: value for key, value in wishes.items() if value}


def _search_note(search: tuple[str, ...], columns_of: Table | View) -> str:
    titles = [c.title_zh for c in columns_of.columns if c.name in search]
    return f"搜索范围：{'、'.join(titles)}。" if titles else ""
