"""Regions in titles: found by name, never inside another word."""

from collections import Counter
from itertools import product

import pytest

from pipelines.regions import by_code, find_regions, region_of, related

# Words of this domain, and words that sound like places; two of them side by side are no county.
WORDS = """
医保 社保 参保 投保 续保 断保 停保 低保 新农合 合作医疗 医疗保险 大病保险 惠民保 家庭共济 异地就医 备案 转诊 转移
接续 缴费 补缴 退费 报销 结算 支付 查询 激活 绑定 登录 打开 点击 选择 填写 提交 下载 打印 审核 受理 办理 办结 公告
公安 民政 税务 银行 卫生院 医院 诊所 药店 门诊 住院 慢性病 化验 治疗 康复 检查 用药 病历 发票 证明 身份证 户口本
居住证 社保卡 申请表 承诺书 照片 材料 流程 渠道 方式 线上 线下 窗口 大厅 经办机构 医保局 社区 街道 乡镇 政务 平台
小程序 公众号 热线 电话 地址 工作日 自然日 即时 当月 年度 集中 期间 延长 临时 长期 有效 生效 待遇 标准 比例 限额
余额 个人账户 统筹 基金 补助 救助 减免 互助 共和 平安 职工 居民 学生 儿童 退休 灵活就业 失业 单位 个人 家庭 本人
代办 监护人 城镇 城乡 农村 城区 郊区 矿区 新区 市区 县区 区县 县级 市级 省级 地区 区域 片区 辖区 山区 市场 市民
县城 县域 省内 市内 境内 国内 本地 各地 全国 全省 全市 全县 最新 最高 平均 普通 特殊 重大 其中 其他 另外 例如 比如
同时 同步 同意 和 与 或 在 到 由 对 按 等 的 可 应 需要 应当 通过 按照 关于 以及 并且 或者 南部 北部 东部 西部 中部
中心 东方 西方 中方 城东 城西 城南 城北 城中 城关 老城区 新城区 市中心 开发区 高新区 工业园区 示范区 便捷 安全 安定
安居 合作 通道 资源 人力 会同 部门 友好 友谊 光明 解放 前进 和平 振兴 复兴 富裕 平和 同心 民权 惠民 惠农 爱民 红旗
向阳 东风 新华 大方 方正 定点 固定 确定 第一 第三 一次 首次 大学 学校 公司 企业 工会
""".split()


def codes(text):
    return [mention.region.code for mention in find_regions(text)]


def named(text):
    return [mention.region.name for mention in find_regions(text)]


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
        ("湖南长沙医保怎么缴费?", "430100"),
        # counties and districts
        ("慈溪市医保怎么缴费?", "330282"),
        ("浙江慈溪医保怎么缴费?", "330282"),
        ("宁波慈溪医保怎么缴费?", "330282"),
        ("浙江省宁波市慈溪市医保怎么缴费?", "330282"),
        ("江苏苏州昆山医保怎么缴费?", "320583"),
        ("居民医保缴费流程(以慈溪为例)", "330282"),
        ("浙江居民医保缴费流程,以慈溪市为例", "330282"),
        ("滨海新区医保怎么缴费?", "120116"),
        ("上海浦东医保怎么缴费?", "310115"),
        ("重庆石柱医保怎么缴费?", "500240"),
        ("广东顺德医保怎么缴费?", "440606"),
        ("滑县医保怎么缴费?", "410526"),
        ("马鞍山和县医保怎么缴费?", "340523"),
        ("新疆和康县医保怎么缴费?", "653228"),
        ("互助土族自治县医保怎么缴费?", "630223"),
        ("长沙县医保怎么缴费?", "430121"),
        ("东方市医保怎么缴费?", "469007"),
        ("延长县医保怎么缴费?", "610621"),
        ("慈溪医保怎么缴费?", "330282"),
        ("二、昆山城乡居民基本医疗保险怎么参保?", "320583"),
        ("诸暨2026年灵活就业人员医保缴费", "330681"),
        ("合川参保登记去哪儿办?", "500117"),
        ("诸暨外地户籍灵活就业人员能参加医保吗?", "330681"),
        ("太仓企业职工如何缴纳医保费?", "320585"),
        ("义乌怎么给新生儿办医保?", "330782"),
        ("外地人在太仓怎么参保?", "320585"),
        ("在海宁打工,居民医保怎么缴?", "330481"),
        ("海南州医保怎么缴费?", "632500"),
        ("青海海南州医保怎么缴费?", "632500"),
        ("海南医保怎么转?", "460000"),
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
        # counties are called by their short names after their own city or province, or where they open a title
        "到慈溪医保窗口",
        "慈溪怎么走?",
        "慈溪人员名单公示",
        "长者医保怎么缴?",
        "固定单位怎么参加医保?",
        "合作单位怎么参加医保?",
        "互助人员怎么参加医保?",
        "安定职工怎么缴医保?",
        "在慈溪医保窗口",
        "朝阳产业和夕阳产业",
        "石河子医保怎么转?",
        "双河医保怎么转?",
        "仙桃医保怎么转?",
        "资源居民医保怎么缴?",
        "公安医保怎么缴?",
        "鼓楼医保怎么缴?",
        "越秀医保怎么缴?",
        "合作市级医院和县级医院",
        "收费县级公示",
        "县市区和县直单位",
        "各市场监管部门",
        "资源县级共享",
        "以合作为例",
        "以职工为例",
        "以西湖为例",
        "城区和郊区、矿区的窗口",
        "老城区、新市区和东城区都设窗口",
        "贫困山区和中心城区",
        "线上城区居民办理",
    ],
)
def test_no_region_inside_other_words(text):
    assert codes(text) == []


def test_no_two_words_make_a_county():
    found = {a + b: named(a + b) for a, b in product(WORDS, WORDS)}
    counties = {by_code()[code].name for code in by_code() if by_code()[code].level.startswith("county")}
    assert {text: names for text, names in found.items() if counties & {*names}} == {}


def test_a_province_and_a_word_make_no_county():
    provinces = [region.short_name for region in by_code().values() if region.level in ("province", "municipality")]
    texts = [province + word for province, word in product(provinces, WORDS)]
    # These say what they say: 海南|东方 is the city of that name, 吉林|市区 begins like 吉林市.
    allowed = {"海南东方"} | {f"吉林{word}" for word in ("市区", "市民", "市内", "市中心")}
    wrong = {text: m for text in texts for m in find_regions(text) if by_code()[m.region.code].parent_code}
    assert {text: m.region.name for text, m in wrong.items() if text not in allowed} == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("天津市河北区医保中心", ["河北区"]),
        ("河北区医保中心", []),
        ("海南区域医疗中心", ["海南省"]),
        ("海南区医保", []),
        ("乌海海南区医保", ["海南区"]),
        ("北京朝阳医保怎么查?", ["朝阳区"]),
        ("北京医保:朝阳怎么查?", ["北京市"]),
        ("长春朝阳医保", ["朝阳区"]),
        ("朝阳医保怎么查?", ["朝阳市"]),
        ("朝阳区医保怎么查?", []),
        ("辽宁朝阳县医保", ["朝阳县"]),
        ("西安区医保", []),
        ("牡丹江西安区医保", ["西安区"]),
        ("鼓楼区医保", []),
        ("南京鼓楼区医保", ["鼓楼区"]),
        ("福州医保、鼓楼区窗口", ["福州市", "鼓楼区"]),
        ("市中区医保", []),
        ("济南市市中区医保", ["市中区"]),
        ("天津和平区医保", ["和平区"]),
        ("和平区医保", []),
        ("浙江西湖医保", ["浙江省"]),
        ("杭州西湖医保", ["西湖区"]),
        ("杭州西湖益联保", ["杭州市"]),
        ("江苏鼓楼区医保", ["江苏省"]),
        ("山西城区医保", ["山西省"]),
        ("晋城城区医保", ["城区"]),
        ("海南昌江医保", ["昌江黎族自治县"]),
        ("长沙医保比长沙高吗?", ["长沙市", "长沙市"]),
    ],
)
def test_one_name_on_several_levels(text, names):
    assert named(text) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甘肃合作医疗怎么报销?", "甘肃省"),
        ("陕西延长缴费期", "陕西省"),
        ("山东惠民保怎么买?", "山东省"),
        ("湖南会同有关部门", "湖南省"),
        ("四川南部居民", "四川省"),
        ("安徽省和县级医院", "安徽省"),
        ("无锡市场监管", "无锡市"),
        ("承德县级医院", None),
    ],
)
def test_a_word_after_a_province_is_no_county_of_it(text, name):
    region = region_of(text)
    assert (region.name if region else None) == name


def test_a_chain_of_regions_is_one_mention():
    text = "江苏省苏州市昆山市医保和浙江慈溪医保"
    assert [text[m.start : m.end] for m in find_regions(text)] == ["江苏省苏州市昆山市", "浙江慈溪"]


@pytest.mark.parametrize(
    ("one", "other", "are_related"),
    [
        ("320200", "320000", True),
        ("320200", "320500", False),
        ("320583", "320500", True),
        ("320583", "320000", True),
        ("320583", "320582", False),
        ("320583", "320200", False),
        ("110105", "110000", True),
        ("429004", "420000", True),
        ("429004", "420100", False),
    ],
)
def test_relation_of_regions(one, other, are_related):
    assert related(one, other) is are_related
    assert related(other, one) is are_related


def test_every_region_lies_in_the_one_its_code_says():
    above = {"prefecture": {"province"}, "county_direct": {"province"}, "county": {"prefecture", "municipality"}}
    for region in by_code().values():
        parent = by_code()[region.parent_code] if region.parent_code else None
        assert (parent is not None) == (region.level in above), region
        if parent:
            digits = 4 if parent.level == "prefecture" else 2
            assert parent.level in above[region.level], region
            assert region.code.startswith(parent.code[:digits]), region
        assert region.name.startswith(region.short_name[:2]), region


def test_the_divisions_are_the_whole_country_without_zones_and_placeholders():
    counted = Counter(region.level for region in by_code().values())
    assert counted == {"province": 30, "municipality": 4, "prefecture": 333, "county_direct": 32, "county": 2818}
    assert list(by_code()) == sorted(by_code())
    for region in by_code().values():
        assert region.name not in ("市辖区", "县") and "直辖" not in region.name and "开发区" not in region.name
        assert not 71 <= int(region.code[4:]) <= 80
