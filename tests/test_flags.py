"""Flags: each fires on its defect and on nothing that only looks like it."""

import pytest

from pipelines.normalise import normalise
from pipelines.page import read_text
from pipelines.vocabulary import flag_kinds

TITLE = "江苏无锡医保余额怎么查?(2026/03/02)"


def flags(*body, title=TITLE):
    record = normalise([read_text("\n".join([title, "2026-03-02 10:00:00某网", *body]))])
    return {(flag.code, flag.quote) for flag in record.quality_flags}


def codes(*body, title=TITLE):
    return {code for code, _ in flags(*body, title=title)}


STEP = "打开支付宝,点击“医保”查看余额。"


@pytest.mark.parametrize(
    ("code", "defect", "harmless"),
    [
        ("arithmetic_mismatch", "每月划入(4000+1000)×2%=200元。", "每月划入(4000+1000)×2%=100元。"),
        ("arithmetic_mismatch", "差额为300元-100元=150元。", "差额为300元-100元=200元。"),
        ("implausible_value", "报销比例为130%。", "报销比例为75%。"),
        ("wrong_region_channel", "也可以登录“浙里办”APP查询余额。", "也可以登录“苏服办”APP查询余额。"),
        ("wrong_region_channel", "关注“杭州医保”公众号查询余额。", "关注“无锡医保”公众号查询余额。"),
        ("wrong_region_channel", "下载兰州银行APP查询余额。", "下载江苏银行APP查询余额。"),
        ("wrong_region_channel", "打开龙江医保APP查询余额。", "依据苏医保发〔2023〕2号办理。"),
        ("foreign_region_mention", "在成都住院的也可以查询余额。", "在医保定点医院住院的也可以查询最新余额。"),
        ("term_substituted", "具体以当地医保部门消息为准,请注意查看。", "注意查看医保部门发布的消息。"),
        ("term_substituted", "医保基金按法规比例支付余额部分。", "相关法律、法规另有说明的,从其规定。"),
        ("term_substituted", "参保前请了解相关方案,再查询余额。", "医生会给出治疗方案,可查询余额后决定。"),
        ("ui_label_altered", "打开支付宝,点击“医疗保险”查看余额。", "打开支付宝,点击“城乡居民医疗保险缴费”。"),
        ("official_name_truncated", "登录“医保服务平台”APP查询余额。", "登录“国家医保服务平台”APP查询余额。"),
        ("official_name_truncated", "登录医保服务平台APP查询余额。", "登录江苏医保服务平台APP查询余额。"),
        ("obsolete_term", "新农合余额也可以查询。", "城乡居民医保余额也可以查询。"),
        ("hotline_mismatch", "可拨打12333查询余额。", "可拨打12393查询余额。"),
        ("variant_spelling", "登陆支付宝后查询余额。", "登录支付宝后查询余额。"),
        ("punctuation_anomaly", "打开支付宝,,点击“医保”查看余额。", "打开支付宝,点击“医保”、“余额”。"),
        ("stale_year", "2023年起可以查询余额。", "2025年起可以查询余额。"),
        ("filler_line", "有以下这些步骤", "查询余额有三个步骤要走。"),
    ],
)
def test_flag_on_a_line(code, defect, harmless):
    assert code in codes("支付宝:", STEP, defect)
    assert code not in codes("支付宝:", STEP, harmless)


def test_off_topic_paragraph_is_flagged_and_in_no_record():
    spliced = "公积金的缴存比例由单位自定,离职后可以封存。"
    body = ["支付宝:", STEP, spliced, "微信:", "打开微信,搜索“医保”查看余额。"]
    record = normalise([read_text("\n".join([TITLE, *body]))])
    assert [flag.quote for flag in record.quality_flags if flag.code == "off_topic_paragraph"] == [spliced]
    assert spliced not in str(record.procedures)
    assert "off_topic_paragraph" not in codes("支付宝:", STEP, "领取失业金期间参加职工医保的,也可以查询。")


def test_empty_section():
    assert ("empty_section", "社区服务站:") in flags("支付宝:", STEP, "社区服务站:", "微信:", "打开微信查询余额。")
    assert "empty_section" not in codes("线上办理:", "支付宝:", STEP)


def test_region_flags():
    assert "region_none" in codes("支付宝:", STEP, title="医保余额怎么查?")
    assert "region_only_in_headings" in codes("支付宝:", STEP)
    assert "region_only_in_headings" not in codes("支付宝:", STEP, "无锡市民也可以到窗口查询。")
    assert "region_missing_in_title" in codes("江苏无锡医保余额怎么查?", "支付宝:", STEP, title="医保余额怎么查?")


def test_flags_of_an_article_without_a_region_do_not_speak_of_regions():
    found = codes("支付宝:", "打开“浙里办”APP查询余额。", "在成都住院的也可以查询。", title="医保余额怎么查?")
    assert not found & {"wrong_region_channel", "foreign_region_mention", "region_only_in_headings"}


def test_date_tag_mismatch():
    assert "date_tag_mismatch" in codes("支付宝:", STEP, title="医保余额怎么查?(2026/01/02)")
    assert "date_tag_mismatch" not in codes("支付宝:", STEP)


def test_title_scope_mismatch():
    other = "江苏无锡医保断缴了怎么补缴?"
    assert ("title_scope_mismatch", other) in flags("支付宝:", STEP, other, "到医保经办窗口办理补缴。")


def test_every_flag_explains_itself_to_readers():
    for kind in flag_kinds().values():
        assert kind.title_zh
        assert kind.explanation_zh.endswith("。")
        assert "," not in kind.explanation_zh
