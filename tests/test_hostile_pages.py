"""Bad input: every page gives a record or a clear refusal, in bounded time, and nothing made up."""

import random

import pytest

from pipelines.charset import UndecodableError, decode
from pipelines.normalise import normalise
from pipelines.page import NotAnArticle, read_html, read_text

BODY = "<h1>无锡医保余额怎么查?</h1><p>支付宝:</p><p>打开支付宝,点击“医保”→“余额”查看。</p>"


def record_of(page):
    return normalise([read_html(page)])


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("real", ["utf-8", "gbk", "gb18030"])
def test_the_bytes_decide_the_charset(declared, real):
    page = f'<meta charset="{declared or "x"}">{BODY}'
    assert decode(page.encode(real), declared).text == page


def test_a_page_cut_inside_a_character_is_still_read():
    text = decode(BODY.encode()[:-7]).text
    assert "\ufffd" not in text
    assert "支付宝" in text


@pytest.mark.parametrize("seed", range(5))
def test_binary_data_is_refused(seed):
    with pytest.raises(UndecodableError):
        decode(b"\x89PNG\r\n\x1a\n" + random.Random(seed).randbytes(5000))


@pytest.mark.parametrize(
    "page", ["", "   ", "<html></html>", "<p></p>", "<!-- x -->", "\x00", "<a", "<title>医保</title>"]
)
def test_an_empty_page_is_refused(page):
    with pytest.raises(NotAnArticle):
        record_of(page)


@pytest.mark.parametrize(
    "page",
    [
        "<title>404</title><h1>页面不存在</h1><p>您访问的页面不存在或已被删除,请返回首页重新查找。</p>",
        "<title>安全验证</title><h1>请输入验证码</h1><p>您的访问过于频繁,请输入验证码后继续访问。</p>",
        "<title>登录</title><h1>请登录</h1><p>登录之后才能继续阅读本站的全部文章内容。</p>",
    ],
)
def test_error_and_login_pages_are_refused(page):
    with pytest.raises(NotAnArticle, match="error or login page"):
        record_of(page)


def test_a_listing_is_refused():
    items = "".join(
        f"<li><a href='/{n}.html'>无锡医保余额怎么查?</a><span>2026-01-0{n}</span></li>" for n in range(1, 9)
    )
    with pytest.raises(NotAnArticle, match="list of links"):
        record_of(f"<h1>医保知识</h1><ul>{items}</ul>")


def test_an_empty_text_is_refused():
    with pytest.raises(NotAnArticle, match="empty"):
        read_text("\n \n")


def test_what_no_reader_sees_is_not_read():
    hidden = "<script>点击“脚本”</script><style>p{}</style><p style='display: none'>点击“隐藏”</p><!--点击“注释”-->"
    assert record_of(BODY + hidden).as_dict()["procedures"] == record_of(BODY).as_dict()["procedures"]


def test_nesting_deeper_than_python_recurses():
    depth = 1_500
    record = record_of("<div>" * depth + BODY + "</div>" * depth)
    assert [channel.kind for channel in record.procedures[0].channels] == ["alipay"]


def test_nesting_deeper_than_the_parser_goes_is_refused():
    with pytest.raises(NotAnArticle):
        record_of("<div>" * 50_000 + BODY)


@pytest.mark.parametrize("end", range(0, len(BODY), 7))
def test_a_truncated_page_never_breaks_the_reader(end):
    try:
        record = record_of(BODY[:end])
    except NotAnArticle:
        return
    lines = {line.no: line.text for line in record.lines}
    assert all(procedure.heading in lines[procedure.line] for procedure in record.procedures)


def test_hostile_words_stay_words():
    nasty = "打开支付宝,点击“&lt;script&gt;alert(1)&lt;/script&gt;”→“'; DROP TABLE step; --”。"
    step = record_of(f"<h1>无锡医保余额怎么查?</h1><p>支付宝:</p><p>{nasty}</p>").procedures[0].channels[0].steps[0]
    assert step.ui_paths == [["<script>alert(1)</script>", "'; DROP TABLE step; --"]]


@pytest.mark.parametrize("unit", ["点击“", "(", "如“a”、", "1-", "9" * 50, "a,", "→", "医保", "(如", "需", "的"])
def test_a_giant_line_is_read_in_bounded_time(unit):
    """A pattern that backtracks would hang here until the run's time limit."""
    giant = unit * 4000
    lines = ["无锡医保余额怎么查?", "支付宝:", f"打开支付宝以后点击首页的医保查看余额,{giant}。", "所需材料:", giant]
    assert normalise([read_text("\n".join(lines))]).procedures
