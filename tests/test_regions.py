"""Regions in titles: found by name, never inside another word."""

import pytest

from pipelines.regions import find_regions, region_of, related


def codes(text):
    return [mention.region.code for mention in find_regions(text)]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("江苏无锡医保怎么查?", "320200"),
        ("江苏省无锡市医保怎么查?", "320200"),
        ("北京医保个人账户可以转移吗?", "110000"),
        ("吉林医保怎么缴费?", "220000"),
        ("吉林省吉林市医保怎么缴费?", "220200"),
        ("吉林吉林医保怎么缴费?", "220200"),
        ("海南医保怎么缴费?", "460000"),
        ("居民医保缴费流程(以酒泉为例)", "620900"),
        ("居民医保缴费流程,以随州为例", "421300"),
        ("农村医保缴费(以辽宁沈阳为例)", "210100"),
        ("河南济源医保怎么缴费?", "419001"),
        ("湖北仙桃职工医保余额", "429004"),
        ("新疆石河子医保转移", "659001"),
        ("恩施医保怎么报销?", "422800"),
        ("景德镇2026年医保缴费", "360200"),
        ("黑龙江医保怎么查?", "230000"),
        ("上海海外归来人员医保", "310000"),
    ],
)
def test_region_of_a_title(title, code):
    assert region_of(title).code == code


@pytest.mark.parametrize(
    "text",
    [
        "医保定点药店怎么选?",
        "社保定点医院名单",
        "查询最新余额的方法",
        "医保扩大理赔范围",
        "其中卫生院可以报销",
        "第三明确就诊科室",
        "阿里巴巴买药能用医保吗?",
        "延长治疗时间怎么备案?",
        "平安康复医院能用医保吗?",
        "东方便捷就医服务",
        "文昌阁旁的药店",
        "双河镇医保服务站",
    ],
)
def test_no_region_inside_other_words(text):
    assert codes(text) == []


def test_a_district_is_not_the_province_of_its_name():
    assert codes("天津市河北区医保中心") == ["120000"]
    assert codes("北京朝阳医保怎么查?") == ["110000"]
    assert codes("朝阳医保怎么查?") == ["211300"]


def test_relation_of_regions():
    assert related("320200", "320000")
    assert related("320000", "320200")
    assert not related("320200", "320500")
