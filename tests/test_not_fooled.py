"""What looks like an article and is none, and what is one under another address: each counted under its own name."""

import gzip
import json

import pytest
from crawling import (
    LINES,
    SECTION,
    Answer,
    article,
    crawl,
    listing,
    path_of,
    rows,
    scrapy,
    small_site,
    states,
)

TRAPS = (
    "soft_404 wall empty not_text unreadable_text too_large redirect_loop redirected http_error off_site"
    " later_page endless_pages"
).split()
OTHER = "医保个人账户的余额现在只能在医保经办窗口查询,请带上身份证前往办理。"


@pytest.fixture
def site():
    with small_site() as served:
        yield served


def counts(data) -> dict[str, int]:
    return json.loads(rows(data, "SELECT counts FROM run ORDER BY id DESC LIMIT 1")[0][0])


def listed(site, *numbers: int) -> None:
    site.pages[SECTION] = listing(*((path_of(number), "2026-03-05 10:20") for number in numbers))


def bomb() -> Answer:
    """Some 60 KB that unpack to 60 MB."""
    return Answer(gzip.compress(article("医" * 20_000_000).encode(), 6), headers={"Content-Encoding": "gzip"})


def trap(name: str, path: str) -> Answer:
    """What the address `path` answers in place of an article."""
    later = '<a href="{}_{}.html">{}</a>'
    return {
        "soft_404": Answer(article("您访问的页面不存在。", title="页面不存在")),
        "wall": Answer(article("请输入验证码", title="安全验证")),
        "empty": Answer(""),
        "not_text": Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        "unreadable_text": Answer(b"\x00\x01\x02\xff" * 99),
        "too_large": bomb(),
        "redirect_loop": Answer("", 302, {"Location": path}),
        "redirected": Answer("", 302, {"Location": "/"}),
        "http_error": Answer("busy", 500),
        "off_site": Answer("", 302, {"Location": "http://127.0.0.2:9/"}),
        "later_page": Answer(article(links=later.format(path[:-5], 2, 2))),
        "endless_pages": Answer(article(links=later.format(path[:-5], 999, 999))),
    }[name]


def test_each_trap_has_its_own_name_and_is_not_stored(site, tmp_path):
    site.pages |= {path_of(number): trap(name, path_of(number)) for number, name in enumerate(TRAPS, 10)}
    site.pages |= {path_of(number): article() for number in range(40, 54)} | {"/": article()}
    listed(site, *range(10, 10 + len(TRAPS)), *range(40, 54))
    run = crawl(site, tmp_path)
    assert run.returncode == 0, run.stderr
    found = rows(tmp_path, "SELECT CAST(substr(article_id, -2) AS INT), problem FROM page WHERE state = 'failed'")
    assert dict(found) == dict(enumerate(TRAPS, 10))
    kinds = {
        name: n for name, n in counts(tmp_path).items() if name.startswith("failed_") and name != "failed_listings"
    }
    assert kinds == {f"failed_{name}": 1 for name in TRAPS}
    assert rows(tmp_path, "SELECT count(*) FROM article") == [(14,)]


def test_a_page_that_says_nothing_of_its_listed_title_is_counted_and_not_stored(site, tmp_path):
    frame = (
        '<html><head><title>提示信息_小站</title></head><body><ul><li><a href="/">首页</a></li></ul>{}</body></html>'
    )
    site.pages |= {
        path_of(11): frame.format("<p>对不起，您访问的文章不存在或者已经被删除！</p><p>3秒后返回首页</p>"),
        path_of(12): frame.replace("提示信息_", "").format("<p>这里空空如也,小编去喝茶了。</p><p>先去别处逛逛吧。</p>"),
        path_of(13): article("一般是信息没有录全,带身份证到窗口补录。", title="苏州医保查询显示信息不存在怎么办?"),
    }
    listed(site, 11, 12, 13)
    crawl(site, tmp_path)
    assert rows(tmp_path, "SELECT problem, count(*) FROM page WHERE state = 'failed' GROUP BY 1") == [("soft_404", 2)]
    assert counts(tmp_path)["failed_soft_404"] == 2
    assert rows(tmp_path, "SELECT title FROM article") == [("苏州医保查询显示信息不存在怎么办?",)]
    assert scrapy("replay", data=tmp_path).returncode == 0
    assert rows(tmp_path, "SELECT count(*) FROM article") == [(1,)], "nor by a replay, which knows the list's title too"


def test_a_wall_on_every_page_fails_the_run_and_says_so(site, tmp_path):
    for number in (1, 2):
        site.pages[path_of(number)] = article("请输入验证码", title="安全验证")
    run = crawl(site, tmp_path)
    assert run.returncode == 1
    assert "2 of 2 articles failed, 2 of them: wall" in run.stderr


def test_sessions_in_addresses_make_no_second_article(site, tmp_path):
    again = [path_of(1), path_of(1) + ";jsessionid=0F3A", path_of(1) + "?PHPSESSID=77", "/(S(k3j))" + path_of(1)]
    site.pages[SECTION] = listing(*((path, "2026-03-05 10:20") for path in again))
    crawl(site, tmp_path)
    assert site.articles_asked().count(path_of(1)) == 1
    assert set(states(tmp_path)) == {"1", "3", "4"}
    assert counts(tmp_path)["other_addresses"] == 3


@pytest.mark.parametrize("order", [(11, 12), (12, 11)])
def test_an_article_at_two_addresses_is_stored_under_the_one_that_it_names(site, tmp_path, order):
    page = article(*LINES, OTHER).replace("<title>", f'<link rel="canonical" href="{path_of(12)}"><title>')
    site.pages |= {path_of(11): page, path_of(12): page}
    listed(site, *order)
    assert crawl(site, tmp_path).returncode == 0
    assert states(tmp_path) == {"11": "duplicate", "12": "fetched"}
    assert len(rows(tmp_path, "SELECT id FROM article")) == 1
    assert counts(tmp_path)["duplicates"] == 1


def test_the_named_address_is_looked_up_where_no_list_names_it(site, tmp_path):
    page = article(*LINES, OTHER).replace("<title>", f'<link rel="canonical" href="{path_of(12)}"><title>')
    site.pages |= {path_of(11): page, path_of(12): page}
    listed(site, 11)
    crawl(site, tmp_path)
    assert states(tmp_path) == {"11": "duplicate", "12": "fetched"}


def test_an_article_that_names_another_one_by_mistake_is_stored_all_the_same(site, tmp_path):
    page = article(*LINES, OTHER).replace("<title>", f'<link rel="canonical" href="{path_of(12)}"><title>')
    site.pages |= {path_of(11): page, path_of(12): article()}
    listed(site, 11, 12)
    crawl(site, tmp_path)
    assert states(tmp_path) == {"11": "fetched", "12": "fetched"}


def test_a_redirect_to_another_article_is_that_article(site, tmp_path):
    site.pages |= {path_of(11): Answer("", 301, {"Location": path_of(12)}), path_of(12): article(*LINES, OTHER)}
    listed(site, 11)
    crawl(site, tmp_path)
    assert states(tmp_path) == {"11": "duplicate", "12": "fetched"}


def test_a_list_that_repeats_its_last_page_for_ever_is_left(site, tmp_path):
    for page in range(2, 30):
        link = f'<a href="{SECTION}index_{page + 1}.html">next</a>'
        site.pages[f"{SECTION}index_{page}.html"] = listing((path_of(2), "2026-03-04 09:00"), links=link)
    site.pages[SECTION] = listing((path_of(1), "2026-03-05 10:20"), links=f'<a href="{SECTION}index_2.html">2</a>')
    assert crawl(site, tmp_path).returncode == 0
    assert sum("index_" in path for path in site.paths()) == 2
    assert counts(tmp_path)["repeated_listings"] == 1
