"""Private persons are covered in everything that is published; offices and hotlines are not."""

import sqlite3

import pytest
from records import SITE, article_id, fetched, place_change

from db.crawl_store import CrawlStore
from db.masking import masked
from db.publish import publish
from pipelines.record import Note

MOBILE, IDENTITY, NAME = "13905171234", "320102198507124321", "王建国"
STAYS = [
    "咨询电话0510-85012345",
    "拨打12393或12345",
    "订单号202602041020571234",
    "第1390517123456号文件",
    "姓名:与户口簿一致",
    "姓名:必填",
    "联系人:当地医保局",
    "满15年缴费1390517元",
    "400-820-8820",
]


@pytest.mark.parametrize("text", STAYS)
def test_what_names_no_person_stays(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("手机:139-0517-1234", "手机:139-****-****"),
        ("139 0517 1234联系", "139 **** ****联系"),
        ("身份证32010219850712432X", "身份证320***************"),
        ("经办人:欧阳,负责人为李雷。", "经办人:欧阳,负责人为李*。"),
        (None, None),
        ("", ""),
    ],
)
def test_who_is_a_person_is_covered(text, shown):
    assert masked(text) == shown


def test_no_table_and_no_index_of_the_public_database_has_them(tmp_path):
    record = place_change()
    said = f"联系人:{NAME},手机{MOBILE},身份证号{IDENTITY}。窗口电话0510-85012345。"
    record.lines[8].text = said
    record.procedures[0].notes = [Note(1, "contact", None, said, 9)]
    record.article.summary = said
    record.related_links[0].title = record.related_links[0].title_raw = f"{NAME}{MOBILE}的医保余额怎么查?"
    with CrawlStore(tmp_path / "crawl.db") as store:
        run_id = store.start_run(SITE, "test", {}, "1")
        store.add_listed(SITE, {article_id(link.seq): link for link in record.related_links}, run_id)
        store.save_article(article_id(1), record, fetched(1), run_id)
        store.finish_run(run_id, "finished", {"new": 1}, None)
    publish(tmp_path / "crawl.db", tmp_path / "procedures.db")
    content = (tmp_path / "procedures.db").read_bytes().decode("utf-8", errors="replace")
    assert MOBILE not in content and IDENTITY not in content and NAME not in content.replace(f"{NAME}139", "")
    with sqlite3.connect(tmp_path / "procedures.db") as connection:
        [(note,)] = connection.execute("SELECT text FROM note")
        assert note == "联系人:王**,手机139********,身份证号320***************。窗口电话0510-85012345。"
        [(line,)] = connection.execute("SELECT text FROM line_view WHERE line_no = 9")
        assert line == note  # the leaf's words still stand in its line


def test_lines_that_differ_only_in_what_is_covered_can_be_published_together(tmp_path):
    with CrawlStore(tmp_path / "crawl.db") as store:
        run_id = store.start_run(SITE, "test", {}, "1")
        for number, mobile in enumerate((MOBILE, "13905174321"), 1):
            record = place_change(number)
            record.lines[8].text = f"手机{mobile}"
            record.procedures[0].notes = [Note(1, "contact", None, f"手机{mobile}", 9)]
            store.save_article(article_id(number), record, fetched(number), run_id)
        store.finish_run(run_id, "finished", {"new": 2}, None)
    publish(tmp_path / "crawl.db", tmp_path / "procedures.db")
    with sqlite3.connect(tmp_path / "procedures.db") as connection:
        assert connection.execute("SELECT DISTINCT text FROM line_view WHERE line_no = 9").fetchall() == [
            ("手机139********",)
        ]
