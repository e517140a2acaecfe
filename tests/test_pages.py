"""The pages made for readers: what a resident, a clerk or a journalist looks for is there, and nothing of it runs."""

import asyncio
import csv
import json
import re
import sqlite3
from html import unescape
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from datasette.app import Datasette
from records import article_id, build_crawl_db, fetched, place_change

from db.crawl_store import CrawlStore
from db.pages import questions
from db.publish import publish
from db.serve import HERE, settings
from pipelines.record import Step

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PAGES = ["home", "compare", "changes", "city", "type", "procedure", "article", "search"]


def open_datasette(path):
    return Datasette(
        [str(path)],
        plugins_dir=str(HERE / "plugins"),
        template_dir=str(HERE / "templates"),
        static_mounts=[("atlas", str(HERE / "static"))],
        settings=settings(),
    )


@pytest.fixture(scope="module")
def public_db(tmp_path_factory):
    """Four cities, one article each; that of Chengdu is hostile in its title, a step and its address."""
    folder = tmp_path_factory.mktemp("data")
    build_crawl_db(folder / "crawl.db")
    hostile = place_change(9, "510100")
    hostile.article.title = f"成都医保{HOSTILE}"
    hostile.article.url = "javascript:alert(3)"
    change = hostile.procedures[0]
    change.heading = f"成都参保地变更{HOSTILE}"
    change.channels[0].steps.append(Step(2, f"点击{HOSTILE}提交。", "action", None, [[HOSTILE]], 4))
    with CrawlStore(folder / "crawl.db") as store:
        run_id = store.start_run("shebaowang", "test", {}, "1")
        store.save_article(article_id(9), hostile, fetched(9), run_id)
        store.finish_run(run_id, "finished", {"new": 1}, None)
    publish(folder / "crawl.db", folder / "procedures.db")
    return folder / "procedures.db"


@pytest.fixture(scope="module")
def ask(public_db):
    datasette = open_datasette(public_db)

    def get(path, status=200):
        response = asyncio.run(datasette.client.get(path))
        assert response.status_code == status, (path, response.text)
        return response.json() if ".json" in path else response.text

    return get


def words_of(page):
    """What a reader sees."""
    visible = re.sub(r"<(script|style|title)\b.*?</\1>|<!--.*?-->", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", visible)))


def search(words):
    return f"/search?q={quote(words)}"


def card(number, which="insured-place-change-1"):
    return f"/procedure/{article_id(number)}-{which}"


def test_the_front_page_has_one_search_box_and_says_what_the_data_is_and_is_not(ask):
    page = ask("/")
    assert page.count('type="search"') == 1
    assert "5 篇文章 · 4 个地区 · 10 条办事事项" in words_of(page)
    assert "不是官方规定" in page
    assert 'href="/city/320000/insured-place-change"' in page  # a cell of the heat map


def test_a_resident_finds_a_city_and_a_procedure_in_one_box(ask):
    for typed in ("无锡 参保地变更", "无锡参保地", "江苏无锡医保参保地怎么改?", "wuxi 参保地"):
        found = ask(search(typed).replace("/search", "/search.json"))
        assert [one["id"] for one in found["meant"]][:1] == [f"{article_id(1)}-insured-place-change-1"], typed
    assert f'href="{card(1)}"' in ask(search("无锡 参保地变更"))


def test_a_search_marks_its_words_and_finds_what_like_finds(ask, public_db):
    assert "<mark>余额</mark>" in ask(search("余额"))
    with sqlite3.connect(public_db) as connection:
        for word in ("医保", "余额", "卡", "参保地", "个人账户", "医保码", "皖事通"):
            like = connection.execute("SELECT id FROM step WHERE text LIKE ? ORDER BY id", [f"%{word}%"]).fetchall()
            found = ask(search(word).replace("/search", "/search.json"))
            assert len(found["steps"]) == len(like), word


@pytest.mark.parametrize("typed", ["", " ", '"', "*", "NEAR(", "a OR", "%", "\\", "'", "无" * 5000, "😀", HOSTILE])
def test_nothing_typed_into_the_box_breaks_it(ask, typed):
    page = ask(search(typed))
    assert "<script>alert" not in page
    assert 'type="search"' in page


def test_a_card_is_a_procedure_not_rows(ask):
    page = ask(card(1))
    text = words_of(page)
    for said in (
        "江苏无锡医保参保地变更怎么办理?",
        "以下是文章《江苏无锡医保参保地变更怎么办理?》的说法，2026年2月4日，社保网",
        "线上 国家医保服务平台",
        "医保码›参保地",
        "身份证 第6行",
        "户口簿 视情形：迁户口",
        "11个工作日（办理，线下，受理起算）",
        "等待期",
    ):
        assert said in text, said
    assert f'href="/article/{article_id(1)}#L4"' in page  # each leaf opens its line
    assert "这条内容有疑点，请勿直接照办" in text and "皖事通" in text


def test_an_article_shows_its_lines_by_number_with_flags_in_place(ask):
    page = ask(f"/article/{article_id(1)}")
    line = re.search(r'<li id="L9".*?(?=<li id=)', page, re.DOTALL)
    assert line and "皖事通" in line[0] and "flag error" in line[0]
    assert f'href="{card(1, "balance-query-1")}"' in page
    assert "2026年3月1日取得" in words_of(page)


def test_a_city_shows_what_is_known_by_procedure_and_how_old_it_is(ask):
    page = words_of(ask("/city/320200"))
    assert "无锡市：文章说了哪些医保事项" in page
    assert "余额/账户明细查询 1 条" in page and "参保地变更 1 条" in page
    assert re.search(r"最新文章 2026年2月4日（[^）]+发布）", page)
    assert "有错误标记" in page


def test_a_city_without_an_article_says_so_and_offers_the_nearest(ask):
    page = ask("/city/320500")
    assert "还没有收录讲苏州市的文章" in page
    assert 'href="/city/320200"' in page
    page = ask("/city/320500/insured-place-change")
    assert "还没有讲苏州市参保地变更的文章" in page
    assert 'href="/city/320200/insured-place-change"' in page


def test_a_province_leads_to_its_cities(ask):
    assert 'href="/city/320200"' in ask("/city/320000")
    assert "请选一个城市" in ask("/city/320000/insured-place-change")


def comparison(cities, ending="", which="insured-place-change"):
    return f"/compare{ending}?cities={quote(cities)}&type={which}"


def test_a_clerk_puts_cities_side_by_side(ask):
    text = words_of(ask(comparison("无锡、杭州\n成都 苏州")))
    for said in (
        "无锡市杭州市成都市苏州市",
        "没有收录",
        "11个工作日",
        "12个工作日",
        "户口簿 迁户口",
        "国家医保服务平台",
    ):
        assert said in text, said
    assert "没有认出这些地名" in words_of(ask(comparison("无锡,亚特兰蒂斯,朝阳")))
    assert 'name="cities"' in ask("/compare")


def test_a_pasted_list_of_cities_gives_one_sheet_for_spreadsheets(public_db):
    datasette = open_datasette(public_db)
    response = asyncio.run(datasette.client.get(comparison("无锡 杭州 苏州", ".csv")))
    assert response.headers["content-type"].startswith("text/csv")
    assert response.content.startswith("\ufeff地区,文章".encode())
    rows = list(csv.reader(response.text.lstrip("\ufeff").splitlines()))
    assert [row[0] for row in rows] == ["地区", "无锡市", "杭州市", "苏州市"]
    assert rows[1][4] == "身份证；户口簿"


ATOM = "{http://www.w3.org/2005/Atom}"


def test_what_changed_is_told_as_a_page_and_as_feeds(ask):
    page = words_of(ask("/changes?since=2026-03-01"))
    assert "江苏无锡医保参保地变更怎么办理? 新收录 · 2026年3月1日 · 无锡市 · 参保地变更" in page
    assert "这段时间没有变化" in ask("/changes?since=2099-01-01")
    assert "无锡市的变化" in ask("/city/320200/changes")
    feed = ElementTree.fromstring(ask("/city/320200/feed.atom"))
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}id").text for entry in entries] == [
        f"http://localhost{card(1)}",
        f"http://localhost{card(1, 'balance-query-1')}",
    ]
    assert all(entry.find(f"{ATOM}{tag}").text for entry in entries for tag in ("title", "updated", "summary"))
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "http://localhost/city/320200/feed.atom"
    assert feed.find(f"{ATOM}updated").text == entries[0].find(f"{ATOM}updated").text
    items = ask("/type/balance-query/feed.json")["items"]
    assert len(items) == 5 and {item["tags"][0] for item in items} == {"余额/账户明细查询"}
    assert "<script" not in ask("/feed.atom")
    ask("/type/no-such-type/feed.atom", status=404)


@pytest.mark.parametrize("path", ["/city/999999", "/city/320200/no-such-type", "/procedure/none", "/article/none"])
def test_what_is_not_there_is_said_in_chinese(ask, path):
    assert "这里没有这一页" in ask(path, status=404)


@pytest.mark.parametrize("path", [card(9), f"/article/{article_id(9)}", "/city/510100", search("成都 参保地")])
def test_nothing_in_an_article_runs(ask, path):
    page = ask(path)
    assert "<script>alert" not in page and "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "path", ["/index", "/city/320200", "/city/320200/balance-query", card(1), f"/article/{article_id(1)}"]
)
def test_every_page_leads_to_its_data_and_to_the_sql_behind_it(ask, path):
    page = ask("/" if path == "/index" else path)
    assert f'href="{path}.json"' in page
    assert json.dumps(ask(f"{path}.json"))
    addresses = re.findall(r'<li><a href="(/procedures\?sql=[^"]+)"', page)
    assert addresses
    for address in addresses:
        rows = ask(unescape(address).replace("/procedures?", "/procedures.json?"))
        assert rows["ok"] if "ok" in rows else rows["columns"]


@pytest.mark.parametrize("page", PAGES)
def test_each_question_is_one_select_that_uses_no_scan_of_a_large_table(public_db, page):
    with sqlite3.connect(public_db) as connection:
        for name, (_, sql) in questions(page).items():
            values = dict.fromkeys(re.findall(r":([a-z]+)", sql), "x")
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            scanned = {words[1] for line in plan if (words := line.split())[0] == "SCAN"}
            large = {"s", "l", "m", "p", "f"} & scanned if (page, name) != ("search", "meant") else set()
            assert not large, (page, name, plan)


def test_the_pages_are_chinese_for_readers(ask):
    for path in ("/", "/city/320200", card(1), f"/article/{article_id(1)}", search("余额"), "/city/320500"):
        page = ask(path)
        assert '<html lang="zh-CN">' in page
        latin = set(re.findall(r"[A-Za-z]{2,}", re.sub("指纹 [0-9a-f]+", "", words_of(page)))) - {"APP", "JSON", "SQL"}
        of_an_address = {"procedure", "shebaowang", "yiliao", "yibaozhishi", "insured", "place", "change"}
        assert latin <= of_an_address, (path, latin - of_an_address)


def test_each_response_has_a_policy_with_a_nonce_of_its_own(public_db):
    datasette = open_datasette(public_db)
    nonces = set()
    for path in ("/", "/", "/procedures", "/procedures/step", "/procedures?sql=select+1", "/nowhere", "/index.json"):
        response = asyncio.run(datasette.client.get(path))
        policy = response.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
        nonce = re.search(r"script-src 'self' 'nonce-([\w-]+)'", policy)[1]
        nonces.add(nonce)
        inline = re.findall(r"<(?:script|style)\b(?![^>]*src=)[^>]*>", response.text)
        assert all(f'nonce="{nonce}"' in tag for tag in inline), (path, inline)
    assert len(nonces) == 7
