"""Datasette over the public database: Chinese search, Chinese pages, questions, and a file that changes meanwhile."""

import asyncio
import json
import re
import sqlite3
import subprocess
import tomllib
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from urllib.parse import quote

import datasette as datasette_package
import pytest
from datasette.app import Datasette
from records import CITIES, NOW, SITE, article_id, build_crawl_db, fetched, place_change

from db.crawl_store import CrawlStore
from db.publish import publish
from db.schema import TABLES, VIEWS, Table
from db.search import index_name, match_query
from db.serve import HERE, ROOT, StoreError, serve_command, settings

SEARCHED = [shown for shown in (*TABLES, *VIEWS) if shown.page.search_table and shown.name != "page"]
# Words of the domain, one to six characters; some in no article, some across punctuation, some twice in a text.
WORDS = """
医保 余额 无锡 参保 参保地 参保地变 参保地变更 医保参保地 医保余额 账户 个人账户 个人账户余额 身份证 户口簿
口簿 工作日 个工作日 等待期 皖事通 支付宝 国家医保服务 医保服务平台 平台 社会保险法 险法第三十 不报销 美容项目 江苏
江苏省 北京 成都市 医 保 锡 法 额 查 码参 期断 通显 备案 生育
深圳 线上变 更要带 怎么 么办理 12333 APP
"""
STRANGE = ['"', '""', "医保 AND", "NOT", "*", "医保*", "(", "NEAR(医保)", "'", "-", "医保 OR 余额", "^", ":", "%", "_"]


@pytest.fixture(scope="module")
def public_db(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    build_crawl_db(folder / "crawl.db")
    publish(folder / "crawl.db", folder / "procedures.db")
    return folder / "procedures.db"


def open_datasette(path):
    return Datasette(
        [str(path)],
        plugins_dir=str(HERE / "plugins"),
        template_dir=str(HERE / "templates"),
        static_mounts=[("atlas", str(HERE / "static"))],
        settings=settings(),
    )


@pytest.fixture(scope="module")
def ask(public_db):
    datasette = open_datasette(public_db)

    def get(path, status=200):
        response = asyncio.run(datasette.client.get(f"/procedures{path}"))
        assert response.status_code == status, (path, response.text)
        return response.text if "html" in response.headers["content-type"] else response.json()

    return get


@pytest.fixture(scope="module")
def base(public_db):
    connection = sqlite3.connect(f"{public_db.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


def rows_like(base, shown, word):
    """The rows that LIKE finds in the searched columns of the table itself."""
    columns = next(s.page.search for s in SEARCHED if s.name == shown.page.search_table)
    condition = " OR ".join(f"{column} LIKE ?" for column in columns)
    return base.execute(f"SELECT * FROM {shown.name} WHERE {condition}", [f"%{word}%"] * len(columns)).fetchall()


@pytest.mark.parametrize("shown", SEARCHED, ids=lambda s: s.name)
def test_search_finds_what_like_finds(ask, base, shown):
    found = 0
    for word in WORDS.split():
        answer = ask(f"/{shown.name}.json?_search={quote(word)}&_size=max&_shape=arrays")
        expected = rows_like(base, shown, word)
        names = [column[1] for column in base.execute(f"PRAGMA table_info({shown.name})")]
        got = [tuple(dict(zip(answer["columns"], row, strict=True))[name] for name in names) for row in answer["rows"]]
        assert sorted(map(repr, got)) == sorted(map(repr, expected)), word
        found += len(got)
    assert found or not base.execute(f"SELECT 1 FROM {shown.name}").fetchone()


@pytest.mark.parametrize("shown", [s for s in SEARCHED if s.page.search], ids=lambda s: s.name)
def test_every_piece_of_every_text_is_found_as_by_like(base, shown):
    """One to six characters from anywhere in any text, and characters that never stood side by side."""
    columns, key, index = shown.page.search, shown.page.search_key, index_name(shown.name)
    texts = [text for row in base.execute(f"SELECT {', '.join(columns)} FROM {shown.name}") for text in row if text]
    runs = {run for text in texts for run in re.findall(r"[\u4e00-\u9fff]+", text)}
    glued = {run[-2:] + other[:2] for run in sorted(runs)[:40] for other in sorted(runs)[-40:]}
    pieces = glued | {run[i : i + n] for run in runs for n in range(1, 7) for i in range(len(run) - n + 1)}
    condition = " OR ".join(f"{column} LIKE :like" for column in columns)
    for piece in sorted(pieces)[:: max(1, len(pieces) // 1500)]:
        like = base.execute(f"SELECT {key} FROM {shown.name} WHERE {condition}", {"like": f"%{piece}%"}).fetchall()
        match = base.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ?", [match_query(piece)]).fetchall()
        assert sorted(match) == sorted(like), piece


@pytest.mark.parametrize("word", ["医保", "余额", "无锡"])
@pytest.mark.parametrize("shown", SEARCHED, ids=lambda s: s.name)
def test_the_page_shows_what_like_finds(ask, base, shown, word):
    page = ask(f"/{shown.name}?_search={quote(word)}&_size=max")
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    shown_rows = body[1].count("<tr>") if body else 0
    assert shown_rows == len(rows_like(base, shown, word))
    assert f'value="{word}"' in page


def test_several_words_are_all_needed_and_columns_stay_apart(ask, base):
    def count(table, search):
        return ask(f"/{table}.json?_search={quote(search)}")["filtered_table_rows_count"]

    assert count("article", "无锡 参保地") == 1
    assert count("article", "无锡 杭州") == 0
    assert count("step", "ＡＰＰ") == count("step", "app") == len(CITIES)  # full width, lower case
    assert count("step", "AP") == len(CITIES)  # Latin words are found from their beginning,
    assert count("step", "PP") == 0  # not from their middle
    assert count("article", "办理在无锡") == 0  # the end of one column, the beginning of the next
    assert count("procedure_view", "无锡市 余额") == 1
    assert len(ask(f"/article.json?_search_title={quote('无锡')}")["rows"]) == 1


@pytest.mark.parametrize("search", STRANGE)
def test_no_search_makes_an_error(ask, search):
    ask(f"/step.json?_search={quote(search)}")
    ask(f"/procedure_view?_search={quote(search)}")


def test_tables_have_chinese_titles_captions_and_labels(ask):
    page = ask("/article")
    assert '<html lang="zh-CN">' in page
    assert "<h1>文章</h1>" in page
    assert "发布时间" in page
    assert "搜索：" in page
    assert "无锡市</a>" in page  # the region's name, not its code
    assert page.index("江苏无锡医保") > page.index("北京医保")  # newest first
    row = ask(f"/material/{article_id(1)}-insured-place-change-1-m2")
    assert ">视情形</td>" in row
    procedure = ask(f"/procedure/{article_id(1)}-insured-place-change-1")
    assert "参保地变更</a>" in procedure
    assert "职工医保、居民医保" in procedure


@pytest.mark.parametrize("shown", [*TABLES, *VIEWS], ids=lambda s: s.name)
def test_every_table_page_opens_and_speaks_chinese(ask, shown):
    if isinstance(shown, Table) and shown.where == "crawl":  # the frontier and the archive stay in crawl.db
        ask(f"/{shown.name}", status=404)
        return
    page = ask(f"/{shown.name}")
    assert f"<h1>{shown.title_zh}" in page
    visible = unescape(re.sub(r"<(script|style|details).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))
    for english in ("Search", "rows", "Apply", "Advanced", "descending", "This data as", "Next page", "Powered"):
        assert english not in visible


def test_facets_show_names(ask):
    answer = ask("/procedure.json?_facet=region_code&_facet=type")["facet_results"]
    assert {f["label"] for f in answer["region_code"]["results"]} == {"无锡市", "杭州市", "成都市", "北京市"}
    assert {f["label"] for f in answer["type"]["results"]} == {"参保地变更", "余额/账户明细查询"}
    kinds = ask("/channel.json")["facet_results"]["kind"]["results"]
    assert {f["label"] for f in kinds} == {"国家医保服务平台APP", "支付宝"}
    assert ">线上</a>" in ask("/channel")


def test_technical_tables_are_hidden_and_the_file_is_not_for_download(ask):
    tables = {table["name"]: table["hidden"] for table in ask(".json")["tables"]}
    assert {name for name, hidden in tables.items() if not hidden} == {
        table.name for table in TABLES if table.where != "crawl"
    }
    assert tables["article_fts"]
    ask(".db", status=403)


def test_the_front_pages_say_what_the_data_is(ask):
    for page in (ask(""), ask("/../")):
        assert "某篇文章说" in page
        assert "procedure_view" in page


def test_each_piece_we_translate_is_in_datasettes_templates():
    templates = Path(datasette_package.__file__).parent / "templates"
    for name, pieces in tomllib.loads((HERE / "zh.toml").read_text(encoding="utf-8")).items():
        source = (templates / f"{name}.html").read_text(encoding="utf-8")
        assert [piece for piece in pieces if piece not in source] == []


# --- a newly published file -------------------------------------------------------------------------------------


def publish_cities(folder, cities):
    """A public database of these cities, one article each."""
    (folder / "crawl.db").unlink(missing_ok=True)
    build_crawl_db(folder / "crawl.db", cities)
    publish(folder / "crawl.db", folder / "procedures.db")


def test_readers_see_a_new_file_at_once_and_never_two_in_one_answer(tmp_path):
    few, all_ = ("320200", "330100"), tuple(CITIES)
    publish_cities(tmp_path, few)
    datasette = open_datasette(tmp_path / "procedures.db")
    seen, failed = set(), []

    async def read(until):
        while not until.is_set():
            response = await datasette.client.get("/procedures/article.json?_facet=region_code&_labels=on")
            if response.status_code != 200:
                failed.append(response.text)
                return
            answer = response.json()
            total = answer["filtered_table_rows_count"]
            facets = answer["facet_results"]["region_code"]["results"]
            assert total == len(answer["rows"]) == sum(f["count"] for f in facets)
            seen.add(total)

    async def go():
        until = asyncio.Event()
        readers = [asyncio.create_task(read(until)) for _ in range(8)]
        for cities in (all_, few, all_, few, all_):
            await asyncio.to_thread(publish_cities, tmp_path, cities)
        until.set()
        await asyncio.gather(*readers)
        answers = await asyncio.gather(*(datasette.client.get("/procedures/article.json") for _ in range(8)))
        return {answer.json()["filtered_table_rows_count"] for answer in answers}

    assert asyncio.run(go()) == {len(all_)}
    assert failed == []
    assert seen == {len(few), len(all_)}


def test_what_is_no_database_is_not_shown(tmp_path):
    publish_cities(tmp_path, ("320200",))
    path = tmp_path / "procedures.db"
    datasette = open_datasette(path)

    def count():
        answer = asyncio.run(datasette.client.get("/procedures/article.json"))
        return answer.json()["filtered_table_rows_count"]

    assert count() == 1
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"no database" * 1000)
    garbage.replace(path)
    assert count() == 1
    path.unlink()
    assert count() == 1
    publish_cities(tmp_path, tuple(CITIES))
    assert count() == len(CITIES)


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:  # only loopback
        return answer.read().decode()


def test_the_serve_command_starts_a_server_that_follows_its_file(tmp_path):
    publish_cities(tmp_path, ("320200",))
    command = serve_command(tmp_path / "procedures.db", 0)
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        address = next(m[0] for line in server.stderr if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        url = f"{address}/procedures/article.json?_search={quote('医保')}"
        assert json.loads(fetch(url))["filtered_table_rows_count"] == 1
        assert "文章" in fetch(f"{address}/procedures/article")
        assert "font-family" in fetch(f"{address}/atlas/atlas.css")
        with pytest.raises(urllib.error.HTTPError):
            fetch(f"{address}/procedures.db")
        with CrawlStore(tmp_path / "crawl.db", clock=lambda: NOW) as store:
            run_id = store.start_run(SITE, "again", {}, "1")
            store.save_article(article_id(2), place_change(2, "330100"), fetched(2), run_id)
        publish(tmp_path / "crawl.db", tmp_path / "procedures.db")
        counts = {json.loads(fetch(url))["filtered_table_rows_count"] for _ in range(8)}
        assert counts == {2}
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_there_is_nothing_to_serve_before_the_first_publish(tmp_path):
    with pytest.raises(StoreError, match="scrapy publish"):
        serve_command(tmp_path / "procedures.db", 8001)
    build_crawl_db(tmp_path / "crawl.db", ("320200",))
    with pytest.raises(StoreError, match="another program"):
        serve_command(tmp_path / "crawl.db", 8001)
