"""The lines of a page are those that a reader sees, whatever lxml writes of its markup and whatever was read before."""

import pytest

from pipelines.blocks import html_blocks
from pipelines.markup import parse_html

LINE = "<p>打开<b>手机</b></p>"


def read(html, url=None):
    return html_blocks(parse_html(html).root, url)


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>甲<!-- > </p><p> -->乙</p>", ["甲乙"]),
        ("<p>甲<script>if (a < b) '</p>乙'</script>丙</p>", ["甲丙"]),
        ("甲<p hidden>乙</p>丙<p style='Display: none'>丁</p>", ["甲丙"]),
        ("<p style='color:red'>甲</p>乙", ["甲", "乙"]),
        ("<p title='a > b'>1 < 2 &amp;lt; 3</p>", ["1 < 2 &lt; 3"]),
        ("<p>甲&#1;乙&#13;丙</p>", ["甲 乙 丙"]),
        ("<p>&#13;</p>甲", ["甲"]),
        ("<li>甲<ul><li/></ul>乙</li>", ["甲", "乙"]),
        ("<object><object>甲</object>乙</object>丙", ["丙"]),
        ("<table><tr><td>甲<td><!-- x -->乙<td>丙</table>", ["甲 | 乙 | 丙"]),
        ("<table><tr><td>甲<td><p>乙</p></table>", ["甲", "乙"]),
    ],
)
def test_lines_are_what_a_reader_sees(html, lines):
    assert [block.text for block in read(html)] == lines


def test_a_line_read_before_is_read_anew_where_it_stands_in_a_link_or_in_bold():
    (plain,) = read(LINE)
    (linked,) = read(f"<a href='/a.html'>{LINE}</a>", "http://example.org/")
    (bold,) = read(f"<strong>{LINE}</strong>")
    assert (plain.bold, plain.link_share, plain.href) == (False, 0, None)
    assert (linked.link_share, linked.href) == (1, "http://example.org/a.html")
    assert bold.bold


def test_a_line_read_before_has_its_addresses_from_the_page_it_stands_on():
    html = "<p><a href='1.html'>怎么改参保地?</a></p><li><a href='2.html'>怎么缴费?</a> 2026-02-04 10:20</li>"
    for url in (None, "http://example.org/a/", "http://example.org/b/"):
        line, entry = read(html, url)
        assert (line.href, entry.item.url) == (f"{url or ''}1.html", f"{url or ''}2.html")
