"""One article in many markups gives one record: markup is a hint, never a need."""

import html

import pytest
from demo_pages import live_articles, the_truth
from facts import leaves, without_places

from pipelines.normalise import normalise
from pipelines.page import Markup, read_html, read_text

SAMPLE = [plan for plan in live_articles() if len(plan.types) > 1][::30]


def parts(record):
    """A true record -> title, byline, body lines, the site's notice, the listed articles."""
    lines = record["lines"]
    body = [line["text"] for line in lines if line["role"] not in ("title", "byline", "site_disclaimer", "related")]
    notice = [line["text"] for line in lines if line["role"] == "site_disclaimer"]
    items = [(link["title_raw"], link["listed_at"], link["category"]) for link in record["related_links"]]
    return record["article"]["title_raw"], lines[1]["text"], body, notice, items


def wide(text):
    """The same words in full-width punctuation."""
    return text.translate(str.maketrans(",:;?!()", "，：；？！（）"))


def as_text(title, byline, body, notice, items):
    listed = [f"{name} {time}{category}" for name, time, category in items]
    return "\n\n".join([title, byline, *body, *notice, *listed])


def as_html(title, byline, inner, items):
    listed = "".join(
        f'<dd><a href="/x/{n}.html">{html.escape(name)}</a> <i>{time}</i> <b>{category}</b></dd>'
        for n, (name, time, category) in enumerate(items)
    )
    return (
        f"<html><head><title>{html.escape(title)}-某网</title><script>document.write('广告')</script></head>"
        f"<body><div><a href='/'>首页</a></div><div class=q1><h1>{html.escape(title)}</h1><span>{byline}</span>"
        f"<div class=q2>{inner}</div></div><dl>{listed}</dl><div>版权所有 某网</div></body></html>"
    )


def br_soup(title, byline, body, notice, items):
    return as_html(title, byline, "<br>\n　　".join(map(html.escape, [*body, *notice])), items)


def full_width_paragraphs(title, byline, body, notice, items):
    inner = "".join(f"<p>　　{html.escape(wide(line))}</p><script>ad()</script>" for line in [*body, *notice])
    return as_html(wide(title), byline, inner, [(wide(name), time, category) for name, time, category in items])


def list_items(title, byline, body, notice, items):
    inner = "".join(f"<li><span>{html.escape(line)}</span></li>" for line in [*body, *notice])
    return as_html(title, byline, f"<ul>{inner}</ul>", items)


def layout_table(title, byline, body, notice, items):
    cells = "".join(f"<tr><td><p>{html.escape(line)}</p></td></tr>" for line in [*body, *notice])
    return as_html(title, byline, f"<table><tbody>{cells}</tbody></table>", items)


def unclosed(title, byline, body, notice, items):
    return as_html(title, byline, "".join(f"<p><font>{html.escape(line)}" for line in [*body, *notice]), items)


@pytest.mark.parametrize("plan", SAMPLE, ids=lambda plan: str(plan.number))
@pytest.mark.parametrize("form", [br_soup, full_width_paragraphs, list_items, layout_table, unclosed])
def test_markup_changes_nothing(plan, form):
    given = parts(the_truth()[plan.number])
    plain = normalise([read_text(as_text(*given))]).as_dict()
    record = normalise([read_html(form(*given))]).as_dict()
    assert without_places(record)["procedures"] == without_places(plain)["procedures"]
    assert without_places(record) == without_places(plain)
    lines = {line["no"]: line["text"] for line in record["lines"]}
    assert all(words in lines[line] for words, line in leaves(record))


@pytest.mark.parametrize("plan", SAMPLE[:3], ids=lambda plan: str(plan.number))
def test_a_known_markup_reads_as_an_unknown_one(plan):
    page = full_width_paragraphs(*parts(the_truth()[plan.number]))
    known = Markup(name="q", title="h1", time=".q1 > span", body=".q2", related="dl")
    by_markup = normalise([read_html(page, [known])]).as_dict()
    generic = normalise([read_html(page)]).as_dict()
    assert by_markup["article"]["extractor"] == "q"
    assert generic["article"]["extractor"] == "generic"
    assert without_places(by_markup) == without_places(generic)


def test_markup_that_is_not_on_the_page_falls_back_to_the_generic_reading():
    page = br_soup(*parts(the_truth()[SAMPLE[0].number]))
    gone = Markup(name="old", title="#articleTitle", body="#articleText")
    assert normalise([read_html(page, [gone])]).article.extractor == "generic"
