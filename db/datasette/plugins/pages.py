"""Datasette plugin: the pages made for readers, each as a page and, with .json behind its address, as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from datasette import NotFound, Request, Response, hookimpl  # type: ignore[import-untyped]
from datasette.app import Datasette  # type: ignore[import-untyped]
from jinja2 import Environment

from db.export.formats import spreadsheet_safe
from db.pages import Row, parameters, questions, wording
from db.pages.article import article
from db.pages.city import city, city_type
from db.pages.compare import compare, sheet
from db.pages.home import home
from db.pages.procedure import procedure
from db.pages.search import search

MISSING = "这里没有这一页：它的内容可能从未收录，也可能已经撤下。可以从首页搜索。"


class Page(NamedTuple):
    """Where a page is, what makes it of a connection and of the parts of its address, and what the reader types in.

    `sheet` makes of what the page says a table to download.
    """

    address: str
    make: Callable[..., Row | None]
    questions: str
    asks: tuple[str, ...] = ()
    sheet: Callable[[Row], list[list[str]]] | None = None


# By name of the template.
PAGES = {
    "home": Page(r"/", home, "home"),
    "compare": Page(r"/compare", compare, "compare", ("cities", "type"), sheet),
    "search": Page(r"/search", search, "search", ("q",)),
    "city": Page(r"/city/(?P<code>\d{6})", city, "city"),
    "city_type": Page(r"/city/(?P<code>\d{6})/(?P<slug>[a-z-]+)", city_type, "type"),
    "procedure": Page(r"/procedure/(?P<id_>[\w-]+)", procedure, "procedure"),
    "article": Page(r"/article/(?P<id_>[\w-]+)", article, "article"),
}


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The addresses of the pages and of their data; that of the front page is /index.json."""
    found = []
    for name, page in PAGES.items():
        data = "/index" if page.address == "/" else page.address
        found.append((f"^{page.address}$", _view(name, "html")))
        found.append((rf"^{data}\.json$", _view(name, "json")))
        if page.sheet:
            found.append((rf"^{data}\.csv$", _view(name, "csv")))
    return found


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """How the pages word dates, ages, numbers and hits."""
    for function in (wording.day, wording.age, wording.length, wording.marked, wording.shown, wording.web):
        env.globals[function.__name__] = function


def _view(name: str, form: Literal["html", "json", "csv"]) -> Callable[..., Any]:
    page = PAGES[name]

    async def view(datasette: Datasette, request: Request) -> Response:
        database = datasette.get_database()
        asked = {**request.url_vars, **{key: request.args.get(key) or "" for key in page.asks}}
        found = await database.execute_fn(lambda connection: page.make(connection, **asked))
        if found is None:
            raise NotFound(MISSING)
        if form == "json":
            return Response.json(found)
        if form == "csv" and page.sheet:
            return _download(page.sheet(found), f"{name}.csv")
        behind = {
            "code": asked.get("code"),
            "id": asked.get("id_"),
            "type": asked.get("slug"),
            **found.get("asked", {}),
        }
        context = {
            "page": found,
            "database": database.name,
            "data": _data(request),
            "sql": _sql(datasette.urls.database(database.name), page, behind),
        }
        return Response.html(await datasette.render_template(f"atlas/{name}.html", context, request=request))

    return view


def _download(rows: list[list[str]], name: str) -> Response:
    """A table as a file that spreadsheets open in Chinese, and in which they calculate nothing."""
    text = io.StringIO()
    csv.writer(text).writerows([[spreadsheet_safe(cell) for cell in row] for row in rows])
    headers = {"content-disposition": f"attachment; filename={name}"}
    return Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _data(request: Request) -> str:
    """The address of the same page as data."""
    path = "/index" if request.path == "/" else request.path
    return f"{path}.json" + (f"?{request.query_string}" if request.query_string else "")


def _sql(database: str, page: Page, values: Row) -> list[tuple[str, str]]:
    """The questions behind a page: their titles, and where a reader may ask them again and change them."""
    found = []
    for title, sql in questions(page.questions).values():
        asked = {key: values[key] for key in parameters(sql) if values.get(key) is not None}
        found.append((title, f"{database}?{urlencode({'sql': sql, **asked})}"))
    return found
