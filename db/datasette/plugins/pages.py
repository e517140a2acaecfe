"""Datasette plugin: the pages made for readers, each as a page and, with .json behind its address, as data."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlencode

from datasette import NotFound, Request, Response, hookimpl  # type: ignore[import-untyped]
from datasette.app import Datasette  # type: ignore[import-untyped]
from jinja2 import Environment

from db.export.formats import spreadsheet_safe
from db.pages import Row, parameters, questions, wording
from db.pages.article import article
from db.pages.changes import atom, changes, json_feed
from db.pages.city import city, city_type
from db.pages.compare import compare, sheet
from db.pages.home import home
from db.pages.procedure import procedure
from db.pages.search import search

MISSING = "这里没有这一页：它的内容可能从未收录，也可能已经撤下。可以从首页搜索。"

Form = Callable[[Datasette, Request, "Page", Row], Awaitable[Response]]


class Page(NamedTuple):
    """A page: its template, its address, what makes it, the file of its questions, what the reader types in.

    `make` takes a connection and the named parts of the address and of what was typed in; `more` are other forms of
    what it says, by their addresses.
    """

    template: str
    address: str
    make: Callable[..., Row | None]
    questions: str
    asks: tuple[str, ...] = ()
    more: Mapping[str, Form] = MappingProxyType({})


async def as_page(datasette: Datasette, request: Request, page: Page, found: Row) -> Response:
    """What a page says, to be read."""
    database = datasette.get_database().name
    path = "/index" if request.path == "/" else request.path
    context = {
        "page": found,
        "database": database,
        "data": f"{path}.json" + (f"?{request.query_string}" if request.query_string else ""),
        "sql": _sql(datasette.urls.database(database), page, {**request.url_vars, **found.get("asked", {})}),
    }
    return Response.html(await datasette.render_template(f"atlas/{page.template}.html", context, request=request))


async def as_json(_datasette: Datasette, _request: Request, _page: Page, found: Row) -> Response:
    """What a page says, as data."""
    return Response.json(found)


async def as_sheet(_datasette: Datasette, _request: Request, _page: Page, found: Row) -> Response:
    """A comparison as a file that spreadsheets open in Chinese, and in which they calculate nothing."""
    text = io.StringIO()
    csv.writer(text).writerows([[spreadsheet_safe(cell) for cell in row] for row in sheet(found)])
    headers = {"content-disposition": "attachment; filename=compare.csv"}
    return Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


async def as_atom(datasette: Datasette, request: Request, _page: Page, found: Row) -> Response:
    """Changes as an Atom feed."""
    feed = atom(found, datasette.absolute_url(request, request.path), _absolute(datasette, request))
    return Response(feed, content_type="application/atom+xml; charset=utf-8")


async def as_json_feed(datasette: Datasette, request: Request, _page: Page, found: Row) -> Response:
    """Changes as a JSON Feed."""
    feed = json_feed(found, datasette.absolute_url(request, request.path), _absolute(datasette, request))
    return Response.json(feed, headers={"content-type": "application/feed+json; charset=utf-8"})


def _changes(under: str = "") -> Page:
    feeds = {rf"{under}/feed\.atom": as_atom, rf"{under}/feed\.json": as_json_feed}
    return Page("changes", f"{under}/changes", changes, "changes", ("since",), feeds)


_CITY = r"/city/(?P<code>\d{6})"
_TYPE = r"/type/(?P<type>[a-z-]+)"
PAGES = (
    Page("home", "/", home, "home"),
    Page("search", "/search", search, "search", ("q",)),
    Page("compare", "/compare", compare, "compare", ("cities", "type"), {r"/compare\.csv": as_sheet}),
    _changes(),
    _changes(_CITY),
    _changes(_TYPE),
    Page("city", _CITY, city, "city"),
    Page("city_type", rf"{_CITY}/(?P<type>[a-z-]+)", city_type, "type"),
    Page("procedure", r"/procedure/(?P<id>[\w-]+)", procedure, "procedure"),
    Page("article", r"/article/(?P<id>[\w-]+)", article, "article"),
)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The addresses of the pages in all their forms; the data of the front page is at /index.json."""
    forms: list[tuple[str, Page, Form]] = []
    for page in PAGES:
        data = "/index" if page.address == "/" else page.address
        forms += [(page.address, page, as_page), (rf"{data}\.json", page, as_json)]
        forms += [(address, page, form) for address, form in page.more.items()]
    return [(f"^{address}$", _view(page, form)) for address, page, form in forms]


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """How the pages word dates, ages, numbers and hits."""
    for function in (wording.day, wording.age, wording.length, wording.marked, wording.shown, wording.web):
        env.globals[function.__name__] = function


def _view(page: Page, form: Form) -> Callable[..., Any]:
    async def view(datasette: Datasette, request: Request) -> Response:
        asked = {**request.url_vars, **{key: request.args.get(key) or "" for key in page.asks}}
        found = await datasette.get_database().execute_fn(lambda connection: page.make(connection, **asked))
        if found is None:
            raise NotFound(MISSING)
        return await form(datasette, request, page, found)

    return view


def _absolute(datasette: Datasette, request: Request) -> Callable[[str], str]:
    return lambda path: str(datasette.absolute_url(request, datasette.urls.path(path)))


def _sql(database: str, page: Page, values: Row) -> list[tuple[str, str]]:
    """The questions behind a page: their titles, and where a reader may ask them again and change them."""
    found = []
    for title, sql in questions(page.questions).values():
        asked = {key: values[key] for key in parameters(sql) if key in values}
        found.append((title, f"{database}?{urlencode({'sql': sql, **asked})}"))
    return found
