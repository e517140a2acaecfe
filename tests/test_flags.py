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
        ("implausible_value", "门诊费用最多报180%,其余自付。", "缴费基数为上年平均工资的60%-300%。"),
        ("implausible_value", "三级医院住院,支付比例超过130%的不再补助。", "基金支付总额同比增长120%,支付比例为75%。"),
        ("implausible_value", "报销比例:社区医院90%,县医院800%。", "参保率达到105%,报销比例:社区医院90%。"),
        ("implausible_value", "目录外费用的110%由个人承担。", "目录外费用的100%由个人承担。"),
        ("wrong_region_channel", "打开津医保APP查询余额。", "到江津医保窗口也能查询余额。"),
        ("foreign_region_mention", "大同的参保人也可以查询余额。", "各个入口大同小异,都能查询余额。"),
        ("foreign_region_mention", "保定参保的也可以查询余额。", "余额可在医保定点药店查询,扩大理赔后也一样。"),
        ("foreign_region_mention", "在眉山住院的也可以查询余额。", "在宜兴住院的也可以查询余额。"),
        ("term_substituted", "按规定或法规时限查询余额。", "按照国家法规办理查询。"),
        ("term_substituted", "法规医保基金不支付的,不从余额里扣。", "法律法规规定医保基金不支付的,不从余额里扣。"),
        ("term_substituted", "余额以当地法规为准。", "余额以国家法规为准。"),
        ("term_substituted", "余额以经办机构消息为准。", "余额以官方消息为准。"),
        ("official_name_truncated", "到服务中心医保窗口查询余额。", "到便民服务中心医保窗口查询余额。"),
        ("authority_mismatch", "到社保中心窗口查询余额。", "社保中心不办理医保业务,余额请到医保大厅查询。"),
        ("authority_mismatch", "社保局窗口也能查询余额。", "别跑社保中心,余额请到医保大厅查询。"),
        ("hotline_mismatch", "或者打12333查询余额。", "也可登录掌上12333或“12333”小程序查询余额。"),
        ("hotline_mismatch", "咨询12333,报社保卡号查询余额。", "社保卡丢了打12333。"),
        ("term_substituted", "按法规不予支付的,不从余额里扣。", "依法不予支付的,不从余额里扣。"),
        ("stale_year", "2023年起可以查询余额。", "2025年起可以查询余额。"),
        ("filler_line", "有以下这些步骤", "查询余额有三个步骤要走。"),
        ("filler_line", "综上所述,查询余额并不难。", "特此通告。"),
        ("filler_line", "有以下这些方法", "02"),
        ("precondition_after_steps", "若账号被锁,需先解锁再查询余额。", "若已经实名,无需先认证,直接查询余额。"),
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


CITY = "社区服务站:"


def test_empty_section():
    assert ("empty_section", CITY) in flags("支付宝:", STEP, CITY, "微信:", "打开微信查询余额。")
    assert ("empty_section", CITY) in flags("支付宝:", STEP, CITY, "办理时限:", "即时办结。")
    assert ("empty_section", "邮寄办理") in flags("支付宝:", STEP, "邮寄办理", "办理时限", "即时办结。")
    assert ("empty_section", "一、在职人员") in flags("一、在职人员", "二、退休人员", STEP)


@pytest.mark.parametrize(
    "body",
    [
        ["线上办理:", "支付宝:", STEP],
        ["网上怎么查:", "支付宝:", STEP],
        ["【怎么查】", "途径1:支付宝", STEP],
        ["查询余额分两种情况:", "本人查询:", STEP, "家人查询:", STEP],
        ["微信:", "城市服务:", "打开微信,依次点“城市服务”“医保”查询余额。"],
        ["社区服务站:", "所需材料:", "身份证", "办理流程:", "到社区服务站,出示身份证查询余额。"],
        ["社区服务站:", "请携带以下材料:", "身份证", "支付宝:", STEP],
        ["办理时限", "所需材料", "办理时限", "即时办结。", "所需材料", "身份证"],
        [
            "支付宝:",
            STEP,
            "各区医保窗口",
            "窗口 | 地址 | 办公时间 | 电话",
            "滨湖 | 湖滨路8号 | 周一至周五9:00-17:00 | 0510-8000000",
        ],
        ["支付宝:", STEP, "是否收费", "不收费", "办理时限", "即时办结。"],
        ["一、在职人员", "(一)本人怎么查", STEP],
        ["一、社区服务站", "所需材料:", "身份证", "二、支付宝", STEP],
        ["邮寄办理", "所需材料:", "身份证", "支付宝:", STEP],
        ["支付宝:", STEP, "办理时限:", "窗口办理:", "到窗口办理的,3个工作日内办结。"],
        ["支付宝:", STEP, "无锡市医疗保障局", "2026年3月2日"],
        ["支付宝:", STEP, "相关推荐:"],
    ],
)
def test_a_heading_that_introduces_or_closes_is_not_empty(body):
    assert "empty_section" not in codes(*body)


@pytest.mark.parametrize("above", ["注意事项:", "特殊情况:", "办理条件:"])
def test_a_condition_told_too_late_is_flagged_wherever_it_stands(above):
    late = "如果欠费,应先补缴。"
    assert ("precondition_after_steps", late) in flags("支付宝:", STEP, above, "余额每月月底更新一次。", late)
    assert "precondition_after_steps" not in codes("支付宝:", STEP, above, late)


@pytest.mark.parametrize(
    ("heading", "quote"),
    [
        ("江苏无锡医保余额查询方法余额明细去哪里查?", "余额查询方法余额明细去哪里查"),
        ("无锡门诊慢特病认定流程慢特病怎么申请?", "门诊慢特病认定流程慢特病怎么申请"),
        ("无锡医保余额查询方法有哪些?", None),
        ("无锡医保余额查询流程需要几天怎么查?", None),
        ("无锡医保余额哪些能查、哪些不能查?", None),
    ],
)
def test_glued_headings_are_quoted_without_place_and_insurance(heading, quote):
    found = [words for code, words in flags(heading, "支付宝:", STEP) if code == "concatenated_heading"]
    assert found == ([quote] if quote else [])


def test_quotes_begin_and_end_with_the_defect():
    found = flags(
        "支付宝:",
        STEP,
        "请以当地医保部门消息为准,按法规比例支付余额。",
        "参保人的缴费比例超过115%时,余额会退回。",
    )
    assert {quote for code, quote in found if code == "term_substituted"} == {"医保部门消息为准", "按法规比例支付"}
    assert ("implausible_value", "缴费比例超过115%") in found


def test_the_same_words_are_flagged_once_a_line():
    record = normalise([read_text("\n".join([TITLE, "支付宝:", STEP, "帐户余额在帐户页面里。", "帐户可以注销。"]))])
    assert [flag.quote for flag in record.quality_flags if flag.code == "variant_spelling"] == ["帐户", "帐户"]


def test_a_name_borne_here_too_is_not_foreign():
    assert "foreign_region_mention" not in codes(
        "支付宝:", STEP, "朝阳的参保人也可以查询。", title="北京医保余额怎么查?"
    )
    assert "foreign_region_mention" in codes("支付宝:", STEP, "朝阳的参保人也可以查询。")


def test_a_part_of_the_name_of_a_county_is_no_region():
    county = "黑龙江五大连池医保余额怎么查?"
    assert "foreign_region_mention" not in codes("支付宝:", STEP, "到五大连池医保局也可以查询。", title=county)
    assert "foreign_region_mention" in codes("支付宝:", STEP, "到大连医保局也可以查询。", title=county)


def test_region_flags():
    assert "region_none" in codes("支付宝:", STEP, title="医保余额怎么查?")
    assert ("region_only_in_headings", "江苏无锡") in flags("支付宝:", STEP)
    assert "region_only_in_headings" not in codes("支付宝:", STEP, "无锡市民也可以到窗口查询。")
    assert "region_missing_in_title" in codes("江苏无锡医保余额怎么查?", "支付宝:", STEP, title="医保余额怎么查?")


def test_only_a_real_mention_of_the_region_counts():
    title = "河北保定医保余额怎么查?"
    assert ("region_only_in_headings", "河北保定") in flags("支付宝:", STEP, "医保定点药店也能查。", title=title)
    assert ("region_only_in_headings", "保定") in flags("保定医保余额怎么查?", "支付宝:", STEP, title="医保余额怎么查?")
    assert "region_only_in_headings" not in codes("支付宝:", STEP, "保定的药店也能查。", title=title)


def test_region_conflict():
    other = "安徽合肥医保断缴了怎么补缴?"
    body = ["江苏无锡医保余额怎么查?", "支付宝:", STEP, other, "到医保经办窗口办理补缴。"]
    assert ("region_conflict", other) in flags(*body)
    assert ("region_conflict", other) in flags(*body[3:])
    assert "region_conflict" not in codes(*body, title="江苏无锡和安徽合肥医保办事对比")
    third = ["浙江杭州医保怎么停保?", "到医保经办窗口办理停保。"]
    assert "region_conflict" not in codes(*body, *third)
    assert "region_conflict" not in codes(*body[:3], "去合肥看病怎么办异地就医备案?", "到医保经办窗口办理备案。")


def test_flags_of_an_article_without_a_region_do_not_speak_of_regions():
    found = codes("支付宝:", "打开“浙里办”APP查询余额。", "在成都住院的也可以查询。", title="医保余额怎么查?")
    assert not found & {"wrong_region_channel", "foreign_region_mention", "region_only_in_headings"}


def test_date_tag_mismatch():
    late = "医保余额怎么查?(2026/01/02)"
    assert ("date_tag_mismatch", late) in flags("支付宝:", STEP, title=late)
    assert "date_tag_mismatch" not in codes("支付宝:", STEP)
    assert "date_tag_mismatch" not in codes("支付宝:", STEP, title="医保余额怎么查?(01/02)")


def test_title_scope_mismatch():
    other = "江苏无锡医保断缴了怎么补缴?"
    assert ("title_scope_mismatch", other) in flags("支付宝:", STEP, other, "到医保经办窗口办理补缴。")
    unknown = "江苏无锡医保窗口周日开门吗?"
    found = flags("江苏无锡医保余额怎么查?", "支付宝:", STEP, unknown, "周日不上班。")
    assert {("title_scope_mismatch", unknown), ("unclassified_procedure", unknown)} <= found


def test_every_flag_explains_itself_to_readers():
    for kind in flag_kinds().values():
        assert kind.title_zh
        assert kind.explanation_zh.endswith("。")
        assert "," not in kind.explanation_zh
