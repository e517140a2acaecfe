"""`scrapy extract` says why: for each fact its line and the rule that made it, and what stayed unread."""

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from crawler.record_tree import record_tree
from pipelines import vocabulary
from pipelines.normalise import normalise
from pipelines.page import read_text
from pipelines.reasons import Reasons, reasons_of_article
from pipelines.vocabulary import reading_rules
from tests import corpus
from tests.crawling import ROOT, command, environment, scrapy
from tests.demo_pages import live_articles
from tests.scores import demo_pages

# What few pages of the corpus have.
RARE = """芜湖医保余额怎么查?(2026/03/05)
2026-03-05 10:20:30社保网
社区里的老人常在夏天来打听这件事。
通过支付宝或微信查询:
1. 打开支付宝,点击“医保码”查看,页面会列出当年的余额、往年的余额和最近几笔支出。
部分地区支持在手机上查,部分地区要到窗口查。
所需材料:身份证。
去哪里办?
镜湖区北京中路8号政务大厦
政策依据:
市里前年的通知
注意事项:
断缴后重新参保的,等待期为3个月。
芜湖医保卡丢了怎么补办?
补卡在支付宝上申请,填好收件地址。
办理材料:
身份证
在“芜医易办”小程序里也能看。
"""
GUIDES = """芜湖医保关系转移接续办理指南
一、转入芜湖
1、所需材料
身份证。
2、办理流程
到医保窗口办理。
二、转出芜湖
1、所需材料
身份证。
2、办理流程
到医保窗口办理。
"""
WIDTH = 80
FOLDERS = {"py": "pipelines", "toml": "pipelines/vocabulary", "csv": "pipelines/vocabulary"}


def pages() -> Iterator[list]:
    """Every page that the tests know: the rare ones, the corpus, the made-up site."""
    yield [read_text(RARE)]
    yield [read_text(GUIDES)]
    yield from ([corpus.page(folder)] for style in corpus.STYLES for folder in corpus.cases(style))
    yield from (list(demo_pages(plan)) for plan in live_articles()[::20])


@cache
def readings():
    """(record, reasons) of every page."""
    found = []
    for page in pages():
        reasons = Reasons()
        found.append((normalise(page, reasons=reasons), reasons))
    return found


def leaves(record) -> Iterator[object]:
    for procedure in record.procedures:
        yield procedure
        for name in corpus.LISTS:
            yield from getattr(procedure, name)
        for channel in procedure.channels:
            yield from channel.steps


def shown(record, reasons, **look) -> str:
    console = Console(file=StringIO(), width=WIDTH, **look)
    console.print(record_tree(record, reasons))
    return console.file.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "9.txt"
    path.write_text(RARE, encoding="utf-8")
    return path


def on_a_terminal(file: Path, **settings: str) -> str:
    """What ``extract`` writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    unset = {"NO_COLOR", "FORCE_COLOR", "COLORTERM"}
    env = {name: value for name, value in environment().items() if name not in unset}
    env |= {"COLUMNS": str(WIDTH), "TERM": "xterm", **settings}
    process = subprocess.Popen(command("extract", str(file), data=file.parent), cwd=ROOT, env=env, stdout=theirs)
    os.close(theirs)
    written = b""
    try:
        while block := os.read(ours, 4096):
            written += block
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return written.decode()


# -- the list of rules ----------------------------------------------------------------------------


def test_every_rule_is_in_the_list_and_every_rule_of_the_list_makes_something():
    made = {reasons.of(leaf).rule for record, reasons in readings() for leaf in leaves(record)}
    told = {reason.rule for record, _ in readings() for reason in reasons_of_article(record).values()}
    assert made | told == set(reading_rules())
    assert len(reading_rules()) == len(vocabulary.table("reading_rules.toml")["rule"]), "a slug is there twice"


@pytest.mark.parametrize(
    ("slug", "place"), [(rule.slug, place) for rule in reading_rules().values() for place in rule.where]
)
def test_a_rule_says_where_to_change_it(slug, place):
    name, _, what = place.partition(": ")
    file = ROOT / FOLDERS[name.rpartition(".")[2]] / name
    assert what, place
    assert what in file.read_text(encoding="utf-8"), f"{slug}: {name} has no {what}"


def test_every_fact_has_its_line_and_the_heading_that_told_stands_above_it():
    told = 0
    for record, reasons in readings():
        roles = {line.no: line.role for line in record.lines}
        for leaf in leaves(record):
            reason = reasons.of(leaf)
            assert reason.line == getattr(leaf, "line", reason.line)
            if reason.told_by not in (None, reason.line):
                told += 1
                assert reason.told_by < reason.line
                assert roles[reason.told_by] in ("heading", "intro", "title"), (record.article.title, reason)
    assert told > 100


# -- the tree -------------------------------------------------------------------------------------


def test_without_a_terminal_each_fact_has_its_line_and_rule_in_plain_text(file):
    run = subprocess.run(
        command("extract", str(file), data=file.parent), cwd=ROOT, capture_output=True, text=True,
        env={**environment(), "COLUMNS": str(WIDTH)}, timeout=60,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert "\x1b" not in run.stdout
    assert max(cell_len(line) for line in run.stdout.splitlines()) <= WIDTH
    rows = [line.strip("│├└─ ") for line in run.stdout.splitlines()]
    for row in (
        "[1]   芜湖医保余额怎么查?  balance-query  title-as-heading",
        "[1]   region_code: 340200 芜湖市  region-in-title",
        "[4]   支付宝  online, alipay  channel-by-heading",
        "[7]   身份证  required  document-listed < label",
        "[9]   镜湖区北京中路8号政务大厦  place-asked-for < [8]",
        "[17]  身份证  required  document-listed < [16]",
        "[11]  市里前年的通知  note-without-law",
        "[18]  channel: 芜医易办",
    ):
        assert row in rows, row
    # A long line goes on in its own column, and its number in the text stands beside it.
    start = next(n for n, row in enumerate(rows) if row.startswith("[5]   1. 打开支付宝"))
    assert "step-in-channel" in "".join(rows[start : start + 3])
    assert "document-listed (2): a document under a heading" in run.stdout


def test_a_terminal_gets_the_rules_dim_and_what_is_left_over_yellow(file):
    written = on_a_terminal(file)
    assert "\x1b[2mdocument-listed < label\x1b[0m" in written
    assert "\x1b[33m市里前年的通知\x1b[0m" in written
    assert "\x1b[" not in on_a_terminal(file, NO_COLOR="1", TERM="dumb")


def test_a_terminal_without_chinese_gets_ascii(file):
    written = on_a_terminal(file, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert written.isascii()
    assert "`-- " in written
    assert "document-listed < [16]" in written


def test_an_unread_line_is_shown_in_red_and_lines_are_counted_by_role():
    reasons = Reasons()
    record = normalise([read_text(RARE)], reasons=reasons)
    assert "unread" not in shown(record, reasons)
    record.lines[2].role = "other"
    assert "\x1b[31m社区里的老人常在夏天来打听这件事。\x1b[0m" in shown(record, reasons, force_terminal=True)
    rows = [line.strip("│├└─ ") for line in shown(record, reasons).splitlines()]
    below = rows[rows.index("unread lines (1)") :]
    assert below[1] == "[3]   社区里的老人常在夏天来打听这件事。"
    counted = " ".join(below[2:])
    assert counted.startswith(f"{len(record.lines)} lines: ")
    assert "1 unread" in counted


def test_every_page_of_the_corpus_can_be_shown():
    for record, reasons in readings():
        assert all(cell_len(line) <= WIDTH for line in shown(record, reasons).splitlines())


def test_programs_get_the_record_alone(file):
    run = scrapy("extract", "--json", str(file), data=file.parent)
    assert len(json.loads(run.stdout)["procedures"]) == 2
    assert "document-listed" not in run.stdout
