"""What titles and headings are about: a list of 500 labelled by hand, each half with a floor, and cases by name.

The words were chosen with the odd half in view; the even half was only measured.
"""

from pathlib import Path

import pytest

from pipelines import titles
from pipelines.regions import region_of
from pipelines.titles import type_of_clause, types_of
from pipelines.vocabulary import procedure_types, table

LINES = Path(__file__).with_name("titles.tsv").read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES]
HALVES = {"odd": ROWS[::2], "even": ROWS[1::2]}


def share(rows, is_right):
    return sum(map(is_right, rows)) / len(rows)


def has_its_types(row):
    return [slug for slug in row[1].split("|") if slug not in ("", "other")] == [*types_of(row[0])]


def has_its_region(row):
    region = region_of(row[0])
    return row[2] == (region.code if region else "")


@pytest.mark.parametrize(("half", "floor"), [("odd", 0.99), ("even", 0.85)])
def test_types_of_labelled_titles(half, floor):
    assert share(HALVES[half], has_its_types) >= floor


@pytest.mark.parametrize(("half", "floor"), [("odd", 0.99), ("even", 0.98)])
def test_regions_of_labelled_titles(half, floor):
    assert share(HALVES[half], has_its_region) >= floor


def test_labels_are_types_and_each_type_is_in_both_halves():
    slugs = {kind.slug for kind in procedure_types()} | {""}
    for rows in HALVES.values():
        assert {slug for row in rows for slug in row[1].split("|")} == slugs


@pytest.mark.parametrize(
    ("text", "types"),
    [
        # one thing said in several ways
        ("咋给爸妈用我的医保卡余额", "family-mutual-aid"),
        ("母亲住院能刷儿子的医保个账吗?子女的医保父母能用", "family-mutual-aid"),
        ("医保空窗了四个月", "gap-backpay-waiting"),
        ("职工医保需要缴满25年吗", "lifetime-years"),
        ("社会保障卡丢了去哪儿补", "card-and-certificate"),
        ("参保地怎样调回老家", "insured-place-change"),
        ("人不在了,医保卡里的钱怎么领", "account-withdrawal"),
        ("跳槽去外省,医保卡里的钱带得走吗", "account-balance-transfer"),
        ("医保卡几号进钱", "account-credit"),
        ("怎么知道单位有没有交医保", "contribution-record-query"),
        ("医保钱包里还剩多少钱?医保卡还剩多少怎么看", "family-mutual-aid|balance-query"),
        ("手机银行缴芜湖城乡居民医保操作指南", "online-payment"),
        ("先自费垫付,回来怎么报销", "reimbursement-claim"),
        ("住院能报几成", "reimbursement-ratio"),
        ("洗牙能走医保吗", "reimbursement-scope"),
        ("在外地突然生病住院,医保怎么用", "remote-care-filing"),
        ("辞职回老家,医保怎么转过去", "relation-transfer"),
        ("门诊大病怎么申请", "chronic-disease"),
        ("生娃能领多少津贴", "maternity"),
        ("特困人员住院有救助吗", "medical-assistance"),
        ("达到法定退休年龄,医保怎么办", "retirement-procedure"),
        ("不想交了,居民医保怎么退", "suspension"),
        ("医保里的名字写错了怎么更正", "info-change"),
        ("居民医保今年又涨价了", "premium-standard"),
        ("外地户口能上居民医保吗", "enrollment"),
        # the order of priority, clause by clause
        ("断缴以后怎么查缴费记录", "gap-backpay-waiting"),
        ("余额怎么查？断缴了怎么补?", "balance-query|gap-backpay-waiting"),
        # parts of a procedure, and other matters
        ("第一步 停掉原参保地的医保", ""),
        ("准备材料", ""),
        ("办理时限", ""),
        ("缴错了怎么办", ""),
        ("养老保险关系转移", ""),
        ("领失业金期间医保怎么停", "suspension"),
        ("水费怎么网上交", ""),
        ("定点医院怎么变更", ""),
        ("医保局周末上班吗", ""),
        ("", ""),
    ],
)
def test_types_of_a_title(text, types):
    assert "|".join(types_of(text)) == types


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("医保卡里的钱怎么给家人用", "社保卡里的钱咋给老婆用"),
        ("个人账户每月划入多少", "个人帐户每个月划入多少"),
        ("如何查询医疗保险缴费记录", "咋查医保交费记录"),
        ("异地看病怎么备案", "异地就诊如何备案"),
    ],
)
def test_words_that_mean_the_same_name_the_same(one, other):
    assert types_of(one) == types_of(other) != ()


def test_a_place_between_two_words_does_not_part_them():
    assert type_of_clause("参加居民医保") == type_of_clause("参加浙江慈溪居民医保") == "enrollment"


# -- the lists ------------------------------------------------------------------------------------


def lists():
    """Each list of words of the file, with where it stands."""
    data = table("procedure_types.toml")
    yield from ((key, data[key]) for key in ("never", "elsewhere", "unless"))
    for row in data["type"]:
        yield f"{row['slug']}: names", row.get("names", [])
        yield from ((f"{row['slug']}: {key}", when[key]) for when in row.get("when", ()) for key in when)


def test_no_listed_word_is_lost_before_it_is_looked_for():
    plain = [(where, word, titles._plain(word)) for where, words in lists() for word in words]
    assert [(where, word) for where, word, left in plain if not left or titles._SET_ASIDE in left] == []


def test_no_word_is_twice_in_a_list_and_a_rule_says_what_it_is_about():
    assert [where for where, words in lists() if len({*words}) < len(words)] == []
    rows = table("procedure_types.toml")["type"]
    for row in rows:
        assert {*row} <= {
            "slug", "name_zh", "name_en", "schemes", "names", "when", "official_item", "official_code", "certainty",
        }  # fmt: skip
        for when in row.get("when", ()):
            assert when["about"]
            assert {*when} <= {"about", "doing", "never"}


def test_a_word_has_one_other_way_to_be_said():
    data = table("procedure_types.toml")
    others = [other for words in data["same"].values() for other in words]
    assert len(others) == len({*others})
    assert {*others}.isdisjoint(data["same"])
    assert {*others}.isdisjoint(data["set_aside"])
