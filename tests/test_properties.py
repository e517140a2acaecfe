"""What holds for every page: laws of folding, and of what may and may not change a record."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from random import Random

import pytest
from demo_pages import CHARSETS, live_articles, the_site, the_truth
from facts import leaves
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sites import load_site
from pipelines.charset import UndecodableError, decode
from pipelines.fold import fold
from pipelines.mojibake import damage_in
from pipelines.normalise import normalise
from pipelines.page import NotAnArticle, read_html, read_text
from tests.forms import as_text, true_parts, wide
from tests.fuzz import check
from tests.mutations import TAGS, WORDS

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("repeatable")

PLANS = live_articles()[::25]
COMPOUND = "①⑳⑴⒈㈠㊀²³¹½¾Ⅷ㍙㋀㏠𝟘🄁❶⓫０"


@cache
def known_lines():
    """Lines of the made-up site: what real lines look like to the reader."""
    return sorted({line["text"] for plan in PLANS for line in the_truth()[plan.number]["lines"]})


def page_text(plan):
    """The first page of a made-up article as text."""
    return the_site().page(plan.path).body.decode(CHARSETS[plan.markup])


any_text = st.text(max_size=200)
words = st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
lines = st.one_of(words, any_text, st.deferred(lambda: st.sampled_from(known_lines())))
texts = st.lists(lines, max_size=25).map("\n".join)
elements = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(TAGS), lines)
unclosed = st.sampled_from(TAGS).map("<{}>".format)
pages = st.lists(st.one_of(elements, elements, lines, unclosed), max_size=40).map("".join)


def sound(read):
    """Whatever is read is sound, and nothing but a refusal is raised."""
    try:
        record = normalise([read()]).as_dict()
    except (NotAnArticle, UndecodableError):
        return
    check(record)


# -- whatever comes in --------------------------------------------------------------------------------


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(body):
    sound(lambda: read_html(decode(body).text))


@given(pages)
def test_any_html_is_read_or_refused(page):
    sound(lambda: read_html(page))


@given(texts)
def test_any_text_is_read_or_refused(text):
    sound(lambda: read_text(text))


@given(st.permutations(range(60)), st.sampled_from(PLANS))
def test_lines_in_any_order_give_leaves_that_stand_in_them(order, plan):
    found = [line["text"] for line in the_truth()[plan.number]["lines"]]
    sound(lambda: read_text("\n".join(found[n] for n in order if n < len(found))))


def test_the_same_bytes_give_the_same_record_in_every_process():
    """The order of a set changes from process to process: it must never reach a record."""
    script = (
        "import json, sys; from pipelines.page import *; from pipelines.normalise import normalise\n"
        "for line in sys.stdin: print(json.dumps(normalise([read_html(json.loads(line))]).as_dict()))"
    )
    given_pages = "\n".join(json.dumps(page_text(plan)) for plan in PLANS)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=given_pages,
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != ""


# -- what stands outside the body ---------------------------------------------------------------------

plain_characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&-\ufffd")
noise_words = st.text(plain_characters, max_size=30).filter(lambda text: not damage_in(text))
nav = st.lists(st.sampled_from(["首页", "医保", "社保查询", "登录", "更多>>", "公积金"]), max_size=9).map(
    lambda names: f"<ul>{''.join(f'<li><a href=/{n}/>{name}</a></li>' for n, name in enumerate(names))}</ul>"
)
unseen = st.one_of(
    noise_words.map("<!-- 点击“{}” -->".format),
    noise_words.map("<script>document.write('点击“{}”')</script>".format),
    noise_words.map("<style>p:before {{ content: '{}' }}</style>".format),
    noise_words.map("<div style='display:none'><p>打开支付宝,点击“{}”。</p></div>".format),
    st.sampled_from(
        ["<noscript>请打开脚本</noscript>", "<iframe src=/ad></iframe>", "<img src=/ad.gif alt=点击“广告”>"]
    ),
)
advert = st.sampled_from(
    [
        "<div class=ad>医保缴费上支付宝</div>",
        "<p><a href='/app'>点击下载APP,领取红包</a></p>",
        "<div>当前位置:首页>医保</div>",
    ]
)
footer = st.sampled_from(
    ["<div>版权所有 某网 ICP备12345678号</div>", "<footer><a href=/about>关于我们</a> | 客服电话:400-123-4567</footer>"]
)


def leaves_of(page, markups=()):
    record = normalise([read_html(page, markups)]).as_dict()
    return record["procedures"], sorted(words for words, _ in leaves(record))


def without_line_numbers(found):
    return json.loads(json.dumps(found), object_hook=lambda part: {key: part[key] for key in part if key != "line"})


@pytest.mark.parametrize("markups", [(), load_site("demo").markups], ids=["generic", "site"])
@given(
    st.sampled_from(PLANS),
    st.lists(st.one_of(nav, unseen, advert), max_size=4),
    st.lists(st.one_of(nav, footer, unseen), max_size=4),
)
def test_what_stands_around_the_article_changes_no_leaf(markups, plan, before, after):
    page = page_text(plan)
    changed = page.replace("<body>", "<body>" + "".join(before)).replace("</body>", "".join(after) + "</body>")
    assert without_line_numbers(leaves_of(changed, markups)) == without_line_numbers(leaves_of(page, markups))


@given(st.sampled_from(PLANS), st.data())
def test_what_no_reader_sees_changes_no_leaf_anywhere(plan, data):
    page = page_text(plan)
    between = [place.end() for place in re.finditer(r"</p>|</h2>|</h1>", page)]
    for place in sorted(data.draw(st.sets(st.sampled_from(between), max_size=6)), reverse=True):
        page = page[:place] + data.draw(unseen) + page[place:]
    assert leaves_of(page) == leaves_of(page_text(plan))


@given(st.sampled_from(PLANS), st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(0, 9))
def test_names_of_classes_and_other_attributes_change_no_leaf(plan, name, number):
    page = page_text(plan)
    renamed = re.sub(r'(class|id)="(\w+)"', rf'\1="{name}\2" data-{name}="{number}" title="点击“{name}”"', page)
    assert leaves_of(renamed) == leaves_of(page)


# -- spelling -----------------------------------------------------------------------------------------


@given(st.sampled_from(PLANS), st.integers(0, 9999))
def test_full_width_and_half_width_characters_give_one_record(plan, seed):
    """Commas, colons, brackets, digits and letters, all of them or some."""
    random = Random(seed)
    text = as_text(true_parts(the_truth()[plan.number]))
    mixed = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and random.random() < 0.5 else char for char in text)
    plain = normalise([read_text(text)]).as_dict()
    assert normalise([read_text(wide(text))]).as_dict() == plain
    assert normalise([read_text(mixed)]).as_dict() == plain


@given(st.sampled_from(PLANS), st.sampled_from(["\u200b", "\ufeff", "\u00ad", "\u2060"]), st.integers(1, 40))
def test_characters_that_nobody_sees_change_nothing(plan, char, every):
    text = as_text(true_parts(the_truth()[plan.number]))
    littered = "".join(part + char * (n % every == 0) for n, part in enumerate(text))
    assert normalise([read_text(littered)]).as_dict() == normalise([read_text(text)]).as_dict()


# -- folding ------------------------------------------------------------------------------------------

foldable = st.one_of(any_text, words, st.text("0123４５六" + COMPOUND + " .a\u200b\u0301", max_size=30))


@given(foldable)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(foldable)
def test_folded_text_is_nfkc_on_one_line(text):
    folded = fold(text)
    assert unicodedata.normalize("NFKC", folded) == folded == folded.strip()
    assert not re.search(r"[\n\r\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029]|  ", folded)


@given(st.lists(st.sampled_from(["7", "12", "４", *COMPOUND, "个", "."]), max_size=12))
def test_folding_joins_no_two_digits(pieces):
    """A circled, raised or squared number stays apart from the digits beside it."""
    apart = re.findall(f"[{COMPOUND[:-1]}]|[^{COMPOUND[:-1]}]+", "".join(pieces))
    expected = [run for piece in apart for run in re.findall(r"\d+", fold(piece))]
    assert re.findall(r"\d+", fold("".join(pieces))) == expected
