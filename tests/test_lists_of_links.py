"""Lists of articles without years or times, and with titles cut short: under an article, and in the frontier."""

import pytest
from records import NOW, SITE, article_id, fetched, listed, place_change

from db.crawl_store import CrawlStore
from pipelines.listing import parse_listing
from pipelines.normalise import normalise
from pipelines.page import Markup, read_html

URL = "https://hm.example/yb/1.html"
MARKUP = (Markup("page", title="h1", time="div.xx", body="div.zw", related="ul.xgl"),)
WHOLE = "柳州生育津贴申领条件、材料及流程"
CUT = "柳州生育津贴申领条件、材料及..."


def page(entries):
    return (
        f'<html><body><h1>泰州医保余额怎么查</h1><div class="xx">2026-03-05 10:20</div><div class="zw">'
        f"<p>打开支付宝,点“医保码”,就能看到余额。</p><p>也可以带身份证到窗口查。</p></div>"
        f'<div class="xg"><h3>相关阅读</h3><ul class="xgl">{entries}</ul></div><div><p>版权所有</p></div></body></html>'
    )


@pytest.mark.parametrize("markups", [(), MARKUP], ids=["generic", "markup"])
@pytest.mark.parametrize(
    ("time", "listed_at"),
    [("<em>2025-07-01</em>", "2025-07-01"), ("<em>07-01</em>", "07-01"), ("<em>(07-01)</em>", "07-01"), ("", None)],
)
def test_articles_listed_below_are_read_whatever_their_time_looks_like(markups, time, listed_at):
    entries = "".join(f'<li><a href="/yb/{n}.html">无锡医保卡怎么补办{n}</a>{time}</li>' for n in (5, 6))
    record = normalise([read_html(page(entries), markups, URL)])
    assert [(link.title_raw, link.listed_at, link.url) for link in record.related_links] == [
        (f"无锡医保卡怎么补办{n}", listed_at, f"https://hm.example/yb/{n}.html") for n in (5, 6)
    ]
    assert not any("无锡" in line.text for line in record.lines if line.role != "related")
    shown = [line.text for line in record.lines if line.role == "related"]
    assert all(("07-01" in text) == bool(time) for text in shown), "the day stays in the line"


def test_links_without_a_time_in_a_list_that_has_times_are_no_entries():
    entries = (
        '<li><a href="/zt/">医疗保险专题汇总</a></li><li><a href="/yb/5.html">无锡医保卡怎么补办</a><em>07-01</em></li>'
    )
    record = normalise([read_html(page(entries), MARKUP, URL)])
    assert [link.title_raw for link in record.related_links] == ["无锡医保卡怎么补办"]


def test_a_title_cut_short_is_taken_from_where_it_is_whole():
    side = f'<ul><li><a href="/yb/5.html">{CUT}</a></li></ul>'
    hinted = f'<ul><li><a href="/yb/6.html" title="{WHOLE}">{CUT}</a><em>2026-03-05</em></li></ul>'
    html = f'<html><body>{side}{hinted}<dl><dd><a href="/yb/5.html">{WHOLE}</a></dd></dl></body></html>'
    listing = parse_listing(html, URL, lambda url: "/yb/" in url)
    assert {item.title_raw for item in listing.items} == {WHOLE}
    assert len(listing.items) == 2


def test_a_day_without_its_year_is_no_time_to_the_frontier(tmp_path):
    """It would stand before every `since`."""
    with CrawlStore(tmp_path / "crawl.db", clock=lambda: NOW) as store:
        run = store.start_run(SITE, "test", {}, "1")
        store.add_listed(SITE, {article_id(5): listed(5, listed_at="07-01")}, run)
        [due] = store.due(SITE, since="2026-01-01", limit=9)
        assert due.listed_at is None


@pytest.mark.parametrize("titles", [(WHOLE, CUT), (CUT, WHOLE), (CUT, WHOLE, CUT)])
def test_the_frontier_keeps_the_whole_title_whichever_list_came_last(tmp_path, titles):
    with CrawlStore(tmp_path / "crawl.db", clock=lambda: NOW) as store:
        run = store.start_run(SITE, "test", {}, "1")
        for title in titles:
            store.add_listed(SITE, {article_id(5): listed(5, title_raw=title, title=title)}, run)
        assert store.listed_title(article_id(5)) == WHOLE
        [due] = store.due(SITE, since=None, limit=9)
        assert due.title_raw == WHOLE
        store.add_listed(SITE, {article_id(5): listed(5, title_raw="柳州新标题", title="柳州新标题")}, run)
        assert store.listed_title(article_id(5)) == "柳州新标题"


def test_the_articles_own_page_completes_a_title_cut_short(tmp_path):
    record = place_change()
    cut = f"{record.article.title_raw[:6]}..."
    with CrawlStore(tmp_path / "crawl.db", clock=lambda: NOW) as store:
        run = store.start_run(SITE, "test", {}, "1")
        store.add_listed(SITE, {article_id(1): listed(1, title_raw=cut, title=cut)}, run)
        store.save_article(article_id(1), record, fetched(1), run)
        assert store.listed_title(article_id(1)) == record.article.title_raw
