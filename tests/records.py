"""Small hand-written records for tests of the tables: a city, and what an article says of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from db.clock import CHINA
from db.crawl_store import CrawlStore, Fetched
from pipelines.record import (
    Article,
    Channel,
    CoverageItem,
    Hotline,
    LegalRef,
    Line,
    Material,
    Note,
    Procedure,
    QualityFlag,
    Record,
    RelatedLink,
    Rule,
    Step,
    TimeLimit,
    Trigger,
)

SITE = "shebaowang"
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=CHINA)
CITIES = {
    "320200": ("江苏", "无锡"),
    "330100": ("浙江", "杭州"),
    "510100": ("四川", "成都"),
    "110000": ("", "北京"),
}


def article_id(number: int) -> str:
    return f"{SITE}-yiliao_yibaozhishi-{number}"


def url(number: int) -> str:
    return f"https://www.shebaowang.example/yiliao/yibaozhishi/{number}.html"


def fetched(number: int, status: int = 200, at: str = "2026-03-01T01:00:00+00:00") -> Fetched:
    return Fetched(url(number), status, f'"{number}"', None, at)


def listed(number: int, **changes: object) -> RelatedLink:
    link = RelatedLink(
        seq=number,
        title_raw=f"成都医保余额怎么查?第{number}问(02/{number % 28 + 1:02})",
        title=f"成都医保余额怎么查?第{number}问",
        title_date=f"2026-02-{number % 28 + 1:02}",
        listed_at=f"2026-02-{number % 28 + 1:02} 10:20",
        category="医保知识",
        region_code="510100",
        type="balance-query",
        audience=None,
        url=url(number),
    )
    for key, value in changes.items():
        setattr(link, key, value)
    return link


def place_change(number: int = 1, code: str = "320200", days: float = 15) -> Record:
    """An article on changing the insured place, with a wrong-region flag and a balance query under it."""
    province, city = CITIES[code]
    title = f"{province}{city}医保参保地变更怎么办理?"
    texts = [
        ("title", f"{title}(2026/02/04)"),
        ("summary", f"在{city}换参保地,先停保再登记。"),
        ("heading", "线上变更:"),
        ("step", "打开“国家医保服务平台”APP,依次点“医保码”→“参保地”。"),
        ("heading", "要带的材料:"),
        ("material", "身份证,迁户口的另带户口簿。"),
        ("time_limit", f"窗口受理后不超过{days:g}个工作日。"),
        ("rule", "断缴满3个月,重新计算等待期。"),
        ("note", "以“皖事通”显示的结果为准。"),
        ("heading", "个人账户余额怎么查?"),
        ("step", "在支付宝搜索“医保余额”。"),
        ("note", "查不到的,拨打12333。"),
        ("coverage", "美容项目不报销。"),
        ("note", "依据社会保险法第三十二条。"),
    ]
    change = Procedure(1, None, "insured-place-change", title, 1, code, ["employee", "resident"])
    change.channels = [
        Channel(1, "online", "nhsa-app", "国家医保服务平台", False, [
            Step(1, texts[3][1], "action", "applicant", [["医保码", "参保地"]], 4),
        ]),
    ]  # fmt: skip
    change.materials = [
        Material(1, "身份证", "身份证", "required", None, None, None, False, None, 6),
        Material(2, "户口簿", "户口簿", "conditional", "迁户口", None, None, False, None, 6),
    ]
    change.time_limits = [TimeLimit("processing", "offline", False, None, days, "working_day", "受理", texts[6][1], 7)]
    trigger = Trigger("contribution_gap", ">=", 3, "month")
    change.rules = [Rule("waiting_period", None, texts[7][1], trigger, 8)]
    change.notes = [Note(1, "hedge", None, texts[8][1], 9)]
    query = Procedure(2, 1, "balance-query", texts[9][1], 10, code, ["employee"])
    query.channels = [
        Channel(1, "online", "alipay", "支付宝", False, [
            Step(1, texts[10][1], "action", "applicant", [["医保余额"]], 11),
        ]),
    ]  # fmt: skip
    query.hotlines = [Hotline("12333", "社保热线", "人力资源和社会保障", False, 12)]
    query.coverage = [CoverageItem(1, "项目", "excluded", None, texts[12][1], 13)]
    query.legal_refs = [LegalRef("社会保险法", "第三十二条", texts[13][1], 14)]
    return Record(
        Article(
            url=url(number),
            site=SITE,
            title_raw=texts[0][1],
            title=title,
            title_date="2026-02-04",
            published_at=f"2026-02-04T{number % 24:02}:20:57+08:00",
            source="社保网",
            category="医保知识",
            summary=texts[1][1],
            region_code=code,
            region_name=f"{city}市",
            region_source="title",
            schemes=["employee", "resident"],
            extractor="desktop",
            charset="gb18030",
        ),
        [Line(no, role, text) for no, (role, text) in enumerate(texts, 1)],
        [change, query],
        [listed(900 + number), listed(901 + number)],
        [
            QualityFlag("wrong_region_channel", "error", "line", 9, "皖事通", None, "340000", 1),
            QualityFlag("hotline_mismatch", "warning", "line", 12, "12333", None, "12393", 2),
            QualityFlag("region_only_in_headings", "info", "article", None, None, None, None, None),
        ],
    )


def build_crawl_db(path: Path, cities: tuple[str, ...] = tuple(CITIES)) -> None:
    """A crawl.db with one finished run and one article per city; of each list two articles are known."""
    with CrawlStore(path, clock=lambda: NOW) as store:
        run_id = store.start_run(SITE, "test", {"since": "2026-01-01"}, "1")
        for number, code in enumerate(cities, 1):
            record = place_change(number, code, days=10 + number)
            store.add_listed(SITE, {article_id(link.seq): link for link in record.related_links}, run_id)
            store.save_article(article_id(number), record, fetched(number), run_id)
        store.mark_missing(article_id(901), 404, run_id)
        store.finish_run(run_id, "finished", {"new": len(cities)}, None)
