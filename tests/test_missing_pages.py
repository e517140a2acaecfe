"""What a site sends with status 200 where an article is not there, in its own frame; and articles about such pages."""

import pytest

from pipelines.normalise import normalise
from pipelines.page import Markup, NotAnArticle, read_html

LISTED = "柳州生育津贴申领条件、材料及流程"
NAV = {"/": "首页", "/yb/": "医疗保险", "/yd/": "异地就医", "/lx.html": "联系我们"}
TOP = f"""<div class="dh"><ul>{"".join(f'<li><a href="{url}">{name}</a></li>' for url, name in NAV.items())}</ul>
<form action="/s"><input name="q"><button>搜索</button></form></div>"""
SIDE = """<div class="yb"><h4>热门排行</h4><ul><li><i>1</i><a href="/yb/7.html">滁州医保余额怎么查...</a></li>
<li><i>2</i><a href="/yb/8.html">泰州医保卡丢了怎么补办</a></li></ul></div>"""
FOOT = """<div class="db"><p><a href="/gy.html">关于我们</a> | <a href="/lx.html">联系我们</a></p>
<p>Copyright &copy; 2015-2023 惠民百事通 版权所有 皖ICP备15000000号-1</p></div>"""
MARKUP = (Markup("page", title="div.nr > h1", time="div.xx > span", body="div.zw", related="ul.xgl"),)


def framed(content, title):
    return f"<html><head><title>{title}_惠民百事通</title></head><body>{TOP}{content}{SIDE}{FOOT}</body></html>"


def read(html, listed=None):
    return normalise([read_html(html, MARKUP, "https://hm.example/yb/1.html", listed)])


def refused(html, listed=None):
    with pytest.raises(NotAnArticle) as found:
        read(html, listed)
    return found.value.kind


APOLOGIES = """
对不起，您访问的文章不存在或者已经被删除！
您访问的页面不存在
抱歉，该文章已删除
信息不存在或已被删除
找不到该文档，可能已被删除
很抱歉，您要查看的页面已被移除。
哎呀，您要找的页面走丢了……
该内容已被发布者删除
抱歉，没有找到您要访问的页面
对不起，指定的主题不存在或已被删除或正在被审核
此内容因违规无法查看
非常抱歉，您所查找的资讯已下线，请浏览其他内容。
该信息正在审核中，请稍后再来
抱歉！页面无法访问...
文章已失效
404，您请求的文件不存在！
无法找到该网页
对不起，您输入的网址有误，该页面不存在
没有找到相关文章
Sorry, the page you requested was not found.
""".strip().splitlines()


@pytest.mark.parametrize("words", APOLOGIES)
@pytest.mark.parametrize("title", ["提示信息", "惠民百事通"])
def test_an_apology_in_the_frame_of_the_site_is_no_article(words, title):
    page = framed(f'<div class="zb"><p>{words}</p><p>3秒后自动<a href="/">返回首页</a></p></div>', title)
    assert refused(page) == "soft_404"
    assert refused(page, LISTED) == "soft_404"


@pytest.mark.parametrize("words", APOLOGIES)
def test_an_apology_under_the_articles_own_title_and_time_is_no_article(words):
    head = f'<h1>{LISTED}</h1><div class="xx"><span>2023-03-05 10:20</span></div>'
    page = framed(f'<div class="nr">{head}<div class="zw"><p>{words}</p></div></div>', LISTED)
    assert refused(page, LISTED) == "soft_404"


def test_an_apology_that_other_text_follows_is_told_by_the_missing_title_and_time():
    more = "".join(
        f"<p>本站为您提供{what}的办理指南和常见问答。</p>" for what in ("落户", "公积金", "居住证", "公租房")
    )
    page = framed(f"<div><p>{APOLOGIES[0]}</p>{more}</div>", "惠民百事通")
    assert refused(page, LISTED) == "soft_404"


def test_words_that_nobody_knows_are_told_by_the_title_of_the_list():
    page = framed("<div><h2>这里空空如也</h2><p>小编去喝茶了,换个地方逛逛吧。</p></div>", "惠民百事通")
    assert refused(page, LISTED) == "soft_404"


ABOUT_IT = {
    "医保查询显示信息不存在怎么办？": ["一般是个人信息没有录全，带身份证到窗口补录。", "也可以拨打12393问一问。"],
    "社保卡查询不到信息是什么原因": ["页面不存在，一般是网络不好，换个网络再试。", "还不行就到医保窗口查。"],
    "打开国家医保服务平台提示页面不存在如何解决": ["先更新APP到最新版本，再重新登录。"],
    "异地备案查不到记录怎么办": ["没有找到备案记录的，一般是还没有审核，等两天再查。", "急用的拨打参保地医保局电话。"],
    "医保电子凭证无法显示怎么处理": ["提示“对不起，您访问的页面不存在！”时，清理缓存再打开就好。"],
}


@pytest.mark.parametrize("title", ABOUT_IT)
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "alone"])
@pytest.mark.parametrize(
    "byline", ["<div class='xx'><span>2023-03-05 10:20</span></div>", ""], ids=["dated", "undated"]
)
def test_an_article_about_such_pages_is_an_article(title, listed, byline):
    text = "".join(f"<p>{line}</p>" for line in ABOUT_IT[title])
    page = framed(f'<div class="nr"><h1>{title}</h1>{byline}<div class="zw">{text}</div></div>', title)
    record = read(page, title if listed else None)
    assert record.article.title_raw == title.replace("？", "?")
    assert record.article.extractor == "page"


QUOTED = ("对不起，您访问的页面不存在！", "看到这句话的，多半是浏览器里存了旧网址。", "把旧网址换成新的就能进去。")


def test_a_quoted_apology_on_a_line_of_its_own_is_text():
    title, time = "柳州医保网页打不开怎么办", '<div class="xx"><span>2023-03-05</span></div>'
    text = "".join(f"<p>{line}</p>" for line in QUOTED)
    page = framed(f'<div class="nr"><h1>{title}</h1>{time}<div class="zw">{text}</div></div>', title)
    assert len([line for line in read(page).lines if line.role not in ("title", "byline")]) == len(QUOTED)


def test_a_short_article_under_another_title_than_the_list_has_is_an_article():
    text = '<h1>柳州职工生育津贴这样领</h1><div class="zw"><p>带出院小结和身份证到窗口申请。</p></div>'
    page = framed(f'<div class="nr">{text}</div>', "柳州")
    assert read(page, LISTED).article.title_raw == "柳州职工生育津贴这样领"
