"""A made-up site that is nothing like the known ones: where `docs/adding-a-site.md` is followed to the letter."""

from __future__ import annotations

from crawling import Answer

FOLDER = "/minsheng/yibao/"
OTHER = "/minsheng/baoxiao/"
CITIES = "苏州 常州 无锡 南通 扬州 镇江 泰州 盐城 徐州 宿迁 淮安 连云港 杭州 宁波 温州 嘉兴".split()
FIRST = range(12)  # in the first list, the others in the second
NAV = '<div class="top"><a href="/">首页</a> <a href="/jiaotong/">交通</a> <a href="/minsheng/">民生</a></div>'
FOOT = '<div class="foot"><a href="/about.html">关于我们</a><p>江边办事网 版权所有</p></div>'


def path_of(number: int) -> str:
    return f"{FOLDER if number in FIRST else OTHER}2026-03/c{880000 + number}.html"


def title_of(number: int) -> str:
    return f"{CITIES[number]}异地就医备案怎么办理?流程和材料一次说清"


def _page(title: str, content: str) -> Answer:
    html = (
        f'<!DOCTYPE html><html><head><meta charset="gb2312"><title>{title} - 江边办事网</title></head>'
        f'<body>{NAV}<div class="main">{content}</div>{FOOT}</body></html>'
    )
    return Answer(html.encode("gb18030"))


def _entries(numbers) -> str:
    return "".join(
        f'<li><a href="{path_of(n)}">{title_of(n)}</a> <i>2026-03-{20 - n:02d} 09:{n:02d}</i></li>' for n in numbers
    )


def _listed_below(numbers) -> str:
    """The list under an article gives days without a year."""
    return "".join(f'<li><a href="{path_of(n)}">{title_of(n)}</a><em>03-{20 - n:02d}</em></li>' for n in numbers)


def article(number: int) -> Answer:
    city = CITIES[number]
    others = [(number + step) % len(FIRST) for step in (1, 2, 3)]
    return _page(
        title_of(number),
        f'<h1 class="bt">{title_of(number)}</h1>'
        f'<p class="sj">2026-03-{20 - number:02d} 09:{number:02d}:00 来源:江边办事网</p>'
        f'<div class="wz"><p>去外地看病之前先做备案,回来报销才不费事。</p>'
        f"<p>一、线上备案</p><p>打开微信搜索“国家异地就医备案”小程序,选择“{city}”,上传材料后提交。</p>"
        f'<div class="tg"><a href="/tg/9.html">【推广】手头紧?看看您能借多少</a></div>'
        f"<p>二、窗口备案</p><p>带上材料到{city}医保经办窗口,由工作人员登记。</p>"
        f"<p>三、所需材料</p><p>1.身份证;</p><p>2.社会保障卡。</p></div>"
        f'<div class="xg"><h3>相关阅读</h3><ul>{_listed_below(others)}</ul></div>',
    )


def _list(numbers, pager: str) -> Answer:
    return _page("异地就医", f'<ul class="lb">{_entries(numbers)}</ul><div class="fy">{pager}</div>')


def guide_pages() -> dict[str, Answer]:
    """Two lists of two pages each, sixteen articles, and what else a site has."""
    pages = {path_of(n): article(n) for n in range(len(CITIES))}
    for folder, first, second in ((FOLDER, FIRST[:8], FIRST[8:]), (OTHER, range(12, 15), range(15, 16))):
        links = f'<b>1</b> <a href="{folder}p2.html">2</a> <a href="{folder}p2.html">下一页</a>'
        pages[folder] = _list(first, links)
        pages[f"{folder}p2.html"] = _list(second, f'<a href="{folder}">1</a> <b>2</b>')
    pages["/about.html"] = _page("关于我们", "<h1>关于我们</h1><p>这个网站是编出来的,只用来试验。</p>")
    pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})
    return pages
