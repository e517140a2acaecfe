"""Ten times the bytes take at most twelve times the work, counted in steps of the interpreter, not by a clock.

What a pattern does inside one line is not seen here: lines are cut at a length, and the giant lines of
test_hostile_pages.py would hang on a pattern that backtracks.
"""

import re
import sys

import pytest
from demo_pages import CHARSETS, live_articles, the_site, the_truth

from pipelines.normalise import normalise
from pipelines.page import read_html, read_text

# A body of a few copies, and of ten times as many.
FEW, MANY = 5, 50
AT_MOST = 12
PLANS = [plan for plan in live_articles() if len(plan.types) > 1][::250]


def work(read):
    """A function in, the lines of Python it runs and the calls into C it makes out."""
    steps = 0

    def line(frame, event, arg):
        nonlocal steps
        steps += 1
        return line

    def call(frame, event, arg):
        nonlocal steps
        steps += event == "c_call"

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(line)
    sys.setprofile(call)
    try:
        read()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return steps


def body_of(plan, times):
    """The lines of an article's body so many times over, each time with words of its own: no cache knows them."""
    lines = [line["text"] for line in the_truth()[plan.number]["lines"] if line["role"] not in ("title", "byline")]
    return [f"{text}{n}" if n else text for n in range(times) for text in lines]


def text_page(plan, times):
    return "\n".join([plan.title_raw, *body_of(plan, times)])


def html_page(plan, times, line="<p>{}</p>", around="{}"):
    body = "".join(map(line.format, body_of(plan, times)))
    return f"<title>{plan.title_raw}</title><h1>{plan.title_raw}</h1><div>{around.format(body)}</div>"


FORMS = {
    "text": lambda plan, times: read_text(text_page(plan, times)),
    "paragraphs": lambda plan, times: read_html(html_page(plan, times)),
    "br": lambda plan, times: read_html(html_page(plan, times, "{}<br>")),
    "list": lambda plan, times: read_html(html_page(plan, times, "<li><span>{}</span></li>", "<ul>{}</ul>")),
    "table": lambda plan, times: read_html(html_page(plan, times, "<tr><td>{}</td></tr>", "<table>{}</table>")),
    "one line": lambda plan, times: read_html(html_page(plan, times, "{}")),
    "nested": lambda plan, times: read_html(html_page(plan, times, "<div><b>{}</b>", "{}")),
    "scripts": lambda plan, times: read_html(html_page(plan, 1) + "<script>ad('点击')</script><!-- x -->" * 50 * times),
}


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: str(plan.number))
@pytest.mark.parametrize("form", FORMS)
def test_the_work_grows_with_the_bytes(form, plan):
    normalise([FORMS[form](plan, 1)])
    few, many = (work(lambda times=times: normalise([FORMS[form](plan, times)])) for times in (FEW, MANY))
    assert many <= AT_MOST * few, f"{many / few:.1f} times the work for ten times the page"


def test_a_long_list_of_articles_is_linear_too():
    plan = next(plan for plan in reversed(live_articles()) if plan.markup == "desktop")
    page = the_site().page(plan.path).body.decode(CHARSETS["desktop"])
    entry = re.search(r'<li><a href="[^"]+" target.*?</li>', page)[0]

    def listing(times):
        return page.replace(entry, "".join(entry.replace("</a>", f"{n}</a>") for n in range(100 * times)))

    few, many = (work(lambda times=times: normalise([read_html(listing(times))])) for times in (1, 10))
    assert many <= AT_MOST * few


ONE_LINE = {
    "channels": "支付宝:\n打开支付宝,点击“第{n}项”。",
    "steps without a place": "第一步:备齐第{n}种资料再说。",
    "documents": "第{n}号证明、第{n}号登记表(如有)",
    "numbers": "第{n}分中心电话:0510-8{n:07}",
    "questions": "问:医保第{n}种情况怎么办?",
    "rows": "第{n}类人员 | 身份证、户口簿 | 5个工作日",
}


@pytest.mark.parametrize("line", ONE_LINE.values(), ids=list(ONE_LINE))
def test_a_page_of_one_line_over_and_over_is_linear_too(line):
    def page(lines):
        body = "\n".join(line.format(n=n) for n in range(lines))
        return f"无锡医保参保地怎么变更?\n2026-01-09 10:20:30社保网\n办理材料:\n人员 | 材料 | 时限\n{body}"

    normalise([read_text(page(10))])
    few, many = (work(lambda lines=lines: normalise([read_text(page(lines))])) for lines in (40, 400))
    assert many <= AT_MOST * few, f"{many / few:.1f} times the work for ten times the page"
