"""The questions that are ready to ask: each has its right answer, in Chinese, with and without parameters."""

import asyncio
import re
from urllib.parse import quote

import pytest
from records import NOW, SITE, article_id, build_crawl_db, fetched, place_change
from test_datasette import open_datasette

from db.crawl_store import CrawlStore
from db.publish import publish
from db.serve import ROOT
from pipelines.record import Material, Step

# question -> (parameters, first row, number of rows), all of it read off the articles of the fixture by eye
ANSWERS = {
    "what_to_bring": ("?region=无锡&type=参保地", {"材料": "身份证", "地区": "无锡市", "是否必备": "required"}, 5),
    "who_needs_it": ("?material=口簿&type=参保地", {"地区": "无锡市", "适用情形": "迁户口", "文章数": 2}, 4),
    "how_long": ("?region=330100&type=insured-place-change", {"地区": "杭州市", "上限": 12.0, "文章数": 1}, 1),
    "not_fifteen_days": ("", {"地区": "北京市", "上限": 14.0, "单位": "working_day"}, 5),
    "contradictions": ("?region=无锡", {"说法数": 2, "各种说法": "11个工作日,20个工作日", "文章数": 2}, 1),
    "template_sentences": ("?n=4", {"城市数": 4, "文章数": 5}, 9),
    "template_share": ("", {"地区": "无锡市", "行数": 10, "模板行数": 9, "模板百分比": 90.0}, 5),
    "only_here": ("?region=无锡", {"步骤": "到太湖边的窗口取号。", "原文行号": 2}, 1),
    "where_to_apply": ("?type=余额", {"渠道": "支付宝", "地区数": 4, "文章数": 5}, 1),
    "papers_from_employer": ("", {"材料": "劳动关系证明", "适用情形": "换工作", "城市数": 1}, 1),
    "in_alipay": ("?type=余额", {"地区": "北京市", "步骤": "在支付宝搜索“医保余额”。"}, 5),
    "waiting_periods": ("", {"地区": "北京市", "比较": ">=", "触发数": 3.0, "单位": "month"}, 5),
    "other_places_channels": ("", {"文章地区": "无锡市", "渠道": "皖事通", "渠道所属地区": "安徽省"}, 5),
    "wrong_hotline": ("", {"地区": "无锡市", "文中号码": "12333", "原文行号": 12}, 5),
    "data_quality": ("", {"问题": "写了外地的办理渠道", "次数": 5, "占全部文章百分比": 100.0}, 3),
    "what_is_missing": ("", {"事项": "余额/账户明细查询", "已读地区数": 4, "事项数": 5, "见过未读地区数": 0}, 25),
    "not_read_yet": ("", {"列表所示时间": "2026-02-10 10:20", "地区": "成都市", "状态": "waiting"}, 5),
    "what_changed": ("?since=2026-03-02", {"日期": "2026-03-02", "变化": "新文章", "地区": "无锡市"}, 1),
    "how_often": ("", {"日期": "2026-02-10", "事项": "余额/账户明细查询", "文章数": 1}, 5),
    "not_reimbursed": ("", {"项目": "美容项目不报销。", "地区数": 4, "文章数": 5}, 1),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Four cities with an article each, and a later one on Wuxi that says otherwise."""
    folder = tmp_path_factory.mktemp("data")
    build_crawl_db(folder / "crawl.db")
    later = place_change(7, "320200", days=20)
    later.article.title_raw = later.article.title = "无锡参保地变更要多久?"
    later.article.published_at = "2026-02-20T07:20:57+08:00"
    later.lines[1].text = "到太湖边的窗口取号。"
    change = later.procedures[0]
    change.channels[0].steps.append(Step(2, later.lines[1].text, "action", "applicant", [], 2))
    change.materials.append(
        Material(3, "劳动关系证明", "在职证明", "conditional", "换工作", None, None, False, None, 6)
    )
    with CrawlStore(folder / "crawl.db", clock=lambda: NOW.replace(day=2)) as store:
        run_id = store.start_run(SITE, "test", {}, "1")
        store.save_article(article_id(7), later, fetched(7, at="2026-03-02T01:00:00+00:00"), run_id)
        store.finish_run(run_id, "finished", {"new": 1}, None)
    publish(folder / "crawl.db", folder / "procedures.db")
    datasette = open_datasette(folder / "procedures.db")

    def get(path):
        response = asyncio.run(datasette.client.get(f"/procedures{quote(path, safe='/?=&.')}"))
        assert response.status_code == 200, (path, response.text)
        return response.json() if ".json" in path else response.text

    return get


@pytest.mark.parametrize("name", ANSWERS)
def test_questions_have_right_answers(ask, name):
    parameters, first, count = ANSWERS[name]
    answer = ask(f"/{name}.json{parameters or '?'}&_shape=objects")
    assert len(answer["rows"]) == count
    assert first.items() <= answer["rows"][0].items()
    page = ask(f"/{name}{parameters}")
    assert re.search(r"<h1[^>]*>[^<]*[\u4e00-\u9fff]", page)
    assert f"{count} 行" in page


def test_every_question_is_tested_and_answers_without_parameters(ask):
    assert {path.stem for path in (ROOT / "db" / "queries").glob("*.sql")} == set(ANSWERS)
    for name in ANSWERS:
        assert ask(f"/{name}.json?_shape=objects")["rows"] or name == "only_here", name


def test_each_parameter_has_a_chinese_caption_and_each_question_says_what_to_fill_in(ask):
    for file in (ROOT / "db" / "queries").glob("*.sql"):
        page = ask(f"/{file.stem}")
        captions = re.findall(r'<label for="qp\d+">([^<]+)</label>', page)
        assert all(re.search(r"[\u4e00-\u9fff]", caption) for caption in captions), (file.stem, captions)
        assert not captions or "不填" in file.read_text(encoding="utf-8"), file.stem
