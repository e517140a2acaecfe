"""Text destroyed by a wrong charset: undone where that is certain, else refused with its words, never stored."""

import pytest

from pipelines.charset import UndecodableError, decode
from pipelines.listing import parse_listing
from pipelines.mojibake import damage_in, undo
from pipelines.normalise import normalise
from pipelines.page import read_html, read_text
from tests.demo_pages import live_articles, the_site
from tests.scores import demo_pages

TITLE, STEP = "无锡医保余额怎么查?", "打开支付宝,点击“医保”→“余额”查看。"
LIST = "".join(f"<li><a href='/x/{n}.html'>怎么查余额?</a><i>2026-01-0{n} 10:00</i></li>" for n in range(1, 4))
PAGE = f"<title>{TITLE}_某网</title><h1>{TITLE}</h1><p>2026-01-05 10:00 某网</p><p>{STEP}</p><ul>{LIST}</ul>"
LEFT_OUT = "正文以外有1行乱码,未收录"
MISREAD = STEP.encode().decode("gb18030", "replace")
DAMAGED = ["点击“医\ufffd”查看。", "点击“锟斤拷锟斤拷”查看。", MISREAD, MISREAD.replace("\ufffd", "?"), "&#65533;医保"]


def read(page):
    return normalise([read_html(decode(page).text)])


@pytest.mark.parametrize("words", DAMAGED)
@pytest.mark.parametrize("place", [TITLE + "</h1>", STEP])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_damaged_title_or_text_is_refused(words, place, charset):
    page = PAGE.replace(place, place[0] + words + place[1:])
    with pytest.raises(UndecodableError, match="damaged text"):
        read(page.encode(charset))


@pytest.mark.parametrize("words", DAMAGED)
def test_a_damaged_related_title_is_left_out_and_counted(words):
    record = read(PAGE.replace(LIST, LIST.replace("怎么", words, 1)).encode())
    sound = read(PAGE.encode())
    assert record.procedures == sound.procedures
    assert len(record.related_links) == len(sound.related_links) - 1
    assert not damage_in("".join(line.text for line in record.lines))
    assert [flag.detail for flag in record.quality_flags if flag.code == "unparsed_line"] == [LEFT_OUT]


def test_a_damaged_byline_is_left_out_and_counted():
    record = read(PAGE.replace("某网</p>", "某\ufffd网</p>").encode())
    assert (record.article.published_at, record.article.source) == (None, None)
    assert [flag.detail for flag in record.quality_flags if flag.code == "unparsed_line"] == [LEFT_OUT]


@pytest.mark.parametrize("words", DAMAGED)
def test_a_damaged_entry_of_a_list_is_left_out_and_counted(words):
    listing = parse_listing(LIST.replace("怎么", words, 1), "https://a.example/", lambda url: url.endswith(".html"))
    assert [item.url for item in listing.items] == ["https://a.example/x/2.html", "https://a.example/x/3.html"]
    assert listing.damaged == 1


def test_the_refusal_quotes_the_damage():
    with pytest.raises(UndecodableError, match="点击“锟斤拷”"):
        read_text(f"{TITLE}\n{STEP}\n点击“锟斤拷”查看。")


def test_damage_that_is_no_part_of_the_record_harms_nothing():
    broken = PAGE.replace("<h1>", f"<!-- \ufffd --><script>'锟斤拷'</script><div>{MISREAD}</div><h1>")
    assert read(broken.encode()).as_dict() == read(PAGE.encode()).as_dict()


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_a_page_encoded_twice_without_loss_is_read(wrong):
    page = "".join(char for char in PAGE if _survives(char, wrong))  # cp1252 lacks some bytes
    twice = page.encode().decode(wrong).encode()
    assert decode(twice).text == page
    assert decode(twice).reason == "encoded twice, undone"


def _survives(char, charset):
    try:
        return char.encode().decode(charset)
    except UnicodeDecodeError:
        return False


def test_sound_pages_are_sound():
    for plan in live_articles()[::10]:
        for page in demo_pages(plan):
            assert not any(damage_in(block.text) for block in (page.title, *page.body, *page.related))
        text = decode(the_site().page(plan.path).body).text
        assert undo(text) is None


@pytest.mark.parametrize("text", ["漯河、濮阳、儋州、涪陵、亳州、衢州", "é à ü ß 1€ ½", "囍喆镕堃犇骉", "医保😀“🏥”"])
def test_rare_characters_are_no_damage(text):
    assert damage_in(text) is None
    assert undo(text) is None
