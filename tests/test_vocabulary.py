"""The vocabulary: free of faults, each fault is seen, and ordinary words are no channels and no other documents."""

import subprocess
import sys

import pytest

from pipelines import vocabulary
from pipelines.fields.channels import find_channels, heading_channels, label_channel
from pipelines.fields.documents import canonical
from pipelines.normalise import normalise
from pipelines.page import read_text
from pipelines.regions import by_code
from pipelines.titles import types_of
from pipelines.unknown import unknown_words
from pipelines.vocabulary import MaterialName, RegionalChannel, check
from pipelines.vocabulary.check import Alias

PROVINCES = {code for code in by_code() if code.endswith("0000") and code < "700000"}


def test_the_vocabulary_is_free_of_faults():
    assert list(check.problems()) == []


def test_the_checker_says_what_is_wrong_and_fails(monkeypatch, capsys):
    twice = (*vocabulary.materials(), MaterialName("居民身份证", (), is_form=False))
    monkeypatch.setattr(vocabulary, "materials", lambda: twice)
    assert check.main() == 1
    error = "居民身份证 is listed twice: for 居民身份证 (materials.toml) and for 居民身份证 (materials.toml)"
    assert capsys.readouterr().err == f"vocabulary: {error}\n"


def test_the_checker_is_a_command():
    done = subprocess.run([sys.executable, "-m", "pipelines.vocabulary.check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# -- each fault is seen ---------------------------------------------------------------------------


def regional(**changes):
    row = {"name": "某某办", "region_code": "320200", "kind": "gov-app", "certainty": "K", "source": "city app"}
    return RegionalChannel(**{**row, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region_code": "329900"}, "no region has the code"),
        ({"region_code": ""}, "no region has the code"),
        ({"kind": "city-app"}, "no channel kind"),
        ({"source": " "}, "no source"),
        ({"certainty": "X"}, "certainty is V or K"),
        ({"name": "湖北医疗保障"}, "a place and a common word"),
        ({"name": "无锡市医保"}, "a place and a common word"),
        ({"name": "江苏"}, "a place and a common word"),
    ],
)
def test_a_bad_regional_channel_is_seen(changes, words):
    found = list(check.bad_regional([regional(**changes)], by_code(), ["gov-app"]))
    assert len(found) == 1
    assert words in found[0]
    assert list(check.bad_regional([regional()], by_code(), ["gov-app"])) == []


@pytest.mark.parametrize(
    ("left", "right", "seen"),
    [
        ("就诊医院医保办", "医保办事大厅", True),
        ("医保服务平台", "医保服务平台小程序", False),
        ("小程序", "医保小程序", False),
        ("甲乙局", "局丙丁", False),
    ],
)
def test_only_words_that_cut_each_other_are_seen(left, right, seen):
    pair = [Alias(left, "hospital", "a"), Alias(right, "agency-counter", "b")]
    assert bool(list(check.cuts(pair, []))) is seen
    assert list(check.cuts(pair, [{"shared": "医保办", "reason": "it is the hospital's"}])) == []
    assert bool(list(check.cuts(pair, [{"shared": "医保办", "reason": ""}]))) is seen
    assert list(check.cuts([alias._replace(owner="hospital") for alias in pair], [])) == []


def test_a_name_that_another_list_takes_first_is_seen():
    assert list(check.misread_channels([Alias("医保局", "hospital", "x")]))
    assert list(check.misread_channels([Alias("某某小程序", "gov-app", "x")]))
    assert list(check.misread_channels([Alias("医保局", "agency-counter", "x")])) == []


def test_a_document_read_as_another_is_seen():
    assert list(check.misread_materials([MaterialName("某某身份证", (), is_form=False)]))
    assert list(check.misread_materials([MaterialName("居民身份证", ("结婚证",), is_form=False)]))
    assert list(check.misread_materials([MaterialName("医保卡", ("医疗保险卡",), is_form=False)]))


@pytest.mark.parametrize(
    "changes",
    [{"name_zh": ""}, {"name_zh": "enrolment"}, {"name_en": ""}, {"name_en": "参保登记"}, {"about_zh": "参保,登记。"}],
)
def test_a_slug_without_words_is_seen(changes):
    good = {"slug": "enrollment", "name_zh": "参保登记", "name_en": "enrolment"}
    assert list(check.undescribed("type", [good])) == []
    assert len(list(check.undescribed("type", [{**good, **changes}]))) == 1


@pytest.mark.parametrize("pattern", ["医保(", "医?", "(?:参保)*", "医保|"])
def test_a_bad_pattern_is_seen(pattern):
    assert list(check.bad_patterns("headings.toml", {"heading": [{"kind": "x", "pattern": pattern}]}))
    assert list(check.bad_patterns("phrases.toml", {"anything": pattern}))
    assert list(check.bad_patterns("headings.toml", {"heading": [{"kind": "x", "pattern": "医保"}]})) == []


def test_a_replacement_that_is_a_defect_itself_is_seen():
    assert list(check.self_defeating("obsolete_term", [{"pattern": "农合", "meant": "新农合"}]))
    assert list(check.self_defeating("variant_spelling", [{"pattern": "(帐)户", "meant": r"\1账户"}])) == []


def test_a_rule_that_leads_nowhere_is_seen():
    assert list(check.unknown_kinds([{"kind": "gov-ap"}], ["gov-app", "other"]))
    assert list(check.unknown_kinds([{"kind": "gov-app"}, {"followed_by": "过"}], ["gov-app", "other"])) == []


def test_a_name_that_begins_a_verb_needs_a_guard():
    guard = {"name": "漳州通", "followed_by": "用|过"}
    assert list(check.unguarded(["漳州通"], []))
    assert list(check.unguarded(["漳州通"], [{**guard, "followed_by": "用"}]))
    assert list(check.unguarded(["漳州通", "皖事通"], [guard])) == []


# -- how much there is ----------------------------------------------------------------------------


def test_every_province_has_an_app_of_its_own():
    apps = {channel.region_code for channel in vocabulary.regional_channels() if channel.kind == "gov-app"}
    assert apps >= PROVINCES
    assert len(PROVINCES) == 31
    assert len([code for code in apps if not code.endswith("0000")]) >= 50


def test_there_are_documents_for_every_procedure():
    assert len(vocabulary.materials()) >= 120


# -- ordinary words and words inside words ---------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "城乡居民医保办理流程",
        "医保办法",
        "农村居民参加医保",
        "外卖员、快递员等灵活就业人员",
        "湖北医保缴费",
        "福建医疗保障政策",
        "邻居委托他人代办",
        "服务号码",
        "天津医保缴费",
        "血压计一体机",
        "医院等级",
        "社区居民",
        "电话0512-12345678",
        "北京通州",
        "合肥通过现场核验办结",
    ],
)
def test_ordinary_words_are_no_channels(text):
    assert find_channels(text) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("社区医院", ["hospital"]),
        ("社区卫生服务中心", ["hospital"]),
        ("乡镇卫生院", ["hospital"]),
        ("街道办事处", ["community-point"]),
        ("村医保服务点", ["community-point"]),
        ("社保局公众号", ["wechat-account"]),
        ("支付宝小程序", ["alipay"]),
        ("医院公众号", ["wechat-account"]),
        ("国务院客户端", ["gov-app"]),
        ("掌上办事大厅", ["gov-app"]),
        ("银行自助缴费机", ["self-service-terminal"]),
        ("电子医保凭证窗口", ["agency-counter"]),
        ("医银通", ["bank-counter"]),
        ("银行代扣", ["bank-counter"]),
        ("医疗保障局的官方微信小程序", ["local-yibao-account"]),
        ("医保服务网点", ["agency-counter"]),
        ("12393医疗保障服务热线", ["hotline-12393"]),
        ("掌上12333", ["hrss-app"]),
        ("国家政务服务平台网站", ["gov-web"]),
        ("税务局微信公众号", ["tax-channel"]),
        ("新疆医保服务平台", ["local-yibao-app"]),
        ("江苏人社APP", ["hrss-app"]),
        ("江苏医疗保险服务平台APP", ["local-yibao-app"]),
        ("拨打12345", ["hotline-12345"]),
    ],
)
def test_the_longest_name_wins(text, kinds):
    assert [mention.kind for mention in find_channels(text)] == kinds


@pytest.mark.parametrize(
    ("name", "code"),
    [("i莆田", "350300"), ("爱山东", "370000"), ("京通", "110000"), ("北京通", "110000"), ("湘税社保", "430000")],
)
def test_a_regional_name_carries_its_region(name, code):
    assert [mention.region_code for mention in find_channels(f"打开“{name}”APP")] == [code]


@pytest.mark.parametrize(
    ("label", "kind"),
    [("快递", "mail"), ("医保办", "hospital"), ("村居", "community-point"), ("一体机", "self-service-terminal")],
)
def test_a_word_too_common_for_a_text_is_a_label(label, kind):
    assert label_channel(label, None).kind == kind
    assert [mention.kind for mention in heading_channels(label)] == [kind]


@pytest.mark.parametrize(
    ("written", "name", "is_form"),
    [
        ("外国人永久居留身份证", "外国人永久居留身份证", False),
        ("身份证照片", "居民身份证", False),
        ("缴费票据", "缴费凭证", False),
        ("住院发票", "医疗费用票据", False),
        ("转诊单", "转诊证明", False),
        ("《某某专项申请表》", "某某专项申请表", True),
    ],
)
def test_a_document_has_one_name(written, name, is_form):
    assert canonical(written) == (name, is_form)


@pytest.mark.parametrize(
    ("title", "types"),
    [
        ("无锡社保卡怎么激活?", ("card-and-certificate",)),
        ("无锡医保参保信息怎么查询?", ("contribution-record-query",)),
        ("无锡居民医保微信怎么交费?", ("online-payment",)),
        ("无锡住院起付线是怎么定的?", ("reimbursement-ratio",)),
        ("无锡跨省就医要做什么?", ("remote-care-filing",)),
        ("无锡医保怎么办理退休?", ("retirement-procedure",)),
        ("无锡医保联系方式变更", ("info-change",)),
        ("无锡居民医保一年要交多少钱?", ("premium-standard",)),
        ("无锡新生儿参保", ("enrollment",)),
        ("无锡医保余额有多少钱怎么查?", ("balance-query",)),
        ("无锡医保断缴后怎么缴纳?", ("gap-backpay-waiting",)),
    ],
)
def test_procedure_types_by_other_words(title, types):
    assert types_of(title) == types


# -- unknown words ---------------------------------------------------------------------------------


def test_what_no_list_has_is_told_with_its_line():
    text = [
        "江苏无锡医保锦鲤活动怎么玩?",
        "2026-03-02 10:00:00某网",
        "一、线上",
        "打开“锦鲤易办”APP,点击“医保”查看。",
        "打开“灵锡”APP,点击“医保”查看。",
        "搜索小程序“我的医保凭证”,点击“医保”查看。",
        "关注“无锡医保”公众号,点击“医保”查看。",
        "关注“锦鲤社区通”公众号,点击“医保”查看。",
    ]
    found = [tuple(one) for one in unknown_words(normalise([read_text("\n".join(text))]))]
    assert ("heading", text[0], 1) in found
    assert [one for one in found if one[0] == "channel"] == [("channel", "锦鲤易办", 4), ("channel", "锦鲤社区通", 8)]


def test_a_line_in_no_record_is_told():
    record = normalise([read_text("江苏无锡医保余额怎么查?\n支付宝:\n打开支付宝,点击“医保”查看余额。")])
    record.lines[-1].role = "other"
    assert [tuple(one) for one in unknown_words(record)] == [("line", "打开支付宝,点击“医保”查看余额。", 3)]


def test_a_page_of_known_words_has_no_unknown_ones():
    text = ["江苏无锡医保余额怎么查?(2026/03/02)", "支付宝:", "打开支付宝,点击“医保”查看余额。"]
    assert unknown_words(normalise([read_text("\n".join(text))])) == []
