"""Text destroyed by a wrong charset: undone where that is certain, else refused with its words, never stored."""

import pytest
from demo_pages import live_articles, the_site
from test_reading_demo import pages_of

from pipelines.charset import UndecodableError, decode
from pipelines.mojibake import damage_in, undo
from pipelines.normalise import normalise
from pipelines.page import read_html, read_text

TITLE, STEP = "无锡医保余额怎么查?", "打开支付宝,点击“医保”→“余额”查看。"
LIST = "".join(f"<li><a href='/x/{n}.html'>怎么查余额?</a><i>2026-01-0{n} 10:00</i></li>" for n in range(1, 4))
PAGE = f"<title>{TITLE}_某网</title><h1>{TITLE}</h1><p>2026-01-05 10:00 某网</p><p>{STEP}</p><ul>{LIST}</ul>"
MISREAD = STEP.encode().decode("gb18030", "replace")
DAMAGED = ["点击“医\ufffd”查看。", "点击“锟斤拷锟斤拷”查看。", MISREAD, MISREAD.replace("\ufffd", "?"), "&#65533;医保"]


def read(page):
    return normalise([read_html(decode(page).text)])


@pytest.mark.parametrize("words", DAMAGED)
@pytest.mark.parametrize("place", [TITLE + "</h1>", STEP, "怎么查余额?", "某网</p>"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_damaged_text_is_refused_wherever_it_would_be_stored(words, place, charset):
    page = PAGE.replace(place, place[0] + words + place[1:])
    with pytest.raises(UndecodableError, match="damaged text"):
        read(page.encode(charset))


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
        for page in pages_of(plan):
            assert not any(damage_in(block.text) for block in (page.title, *page.body, *page.related))
        text = decode(the_site().page(plan.path).body).text
        assert undo(text) is None


@pytest.mark.parametrize("text", ["漯河、濮阳、儋州、涪陵、亳州、衢州", "é à ü ß 1€ ½", "囍喆镕堃犇骉", "医保😀“🏥”"])
def test_rare_characters_are_no_damage(text):
    assert damage_in(text) is None
    assert undo(text) is None
