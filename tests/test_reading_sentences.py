"""What a careful reader takes from lines that are easily read wrong, and from lines that only look like them."""

import pytest

from pipelines.normalise import normalise
from pipelines.page import read_text

TITLE = "绵阳医保怎么办理?"
LEAD = "很多市民不清楚这件事到底怎么办,下面就带大家看看,照着做不用来回多跑。"


def read(*lines, title=TITLE):
    """A text with a first line that tells nothing, and the lines."""
    return normalise([read_text("\n".join([title, LEAD, *lines]))])


def first(*lines, title=TITLE):
    """The first procedure of a text."""
    return read(*lines, title=title).procedures[0]


def ways(procedure):
    """channel kind -> lines of its steps."""
    return {channel.kind: [step.text for step in channel.steps] for channel in procedure.channels}


def papers(procedure):
    return [(item.name, item.condition) for item in procedure.materials]


def test_taps_joined_by_arrows_head_nothing():
    record = read(
        "缴费方式",
        "1.支付宝缴费",
        "打开支付宝→搜索“四川社保缴费”→查询缴费记录→确认缴费",
        "2.微信缴费",
        "微信→服务→城市服务→社保缴费",
        title="绵阳居民医保怎么缴费?",
    )
    assert [procedure.line for procedure in record.procedures] == [1]
    assert list(ways(record.procedures[0])) == ["alipay", "wechat-city-service"]
    assert "empty_section" not in {flag.code for flag in record.quality_flags}


@pytest.mark.parametrize(
    ("said", "schemes"),
    [
        ("未参加职工医保的城乡居民都能参保。", ["resident"]),
        ("没有参加职工基本医疗保险或居民医保的人员,可以来登记。", []),
        ("除职工医保参保人员以外的城乡居民。", ["resident"]),
        ("尚未参加城乡居民医保的在职职工。", ["employee"]),
        ("不分职工医保、居民医保,都能办。", ["employee", "resident"]),
        ("参加职工医保的,不用再参加居民医保。", ["employee"]),
    ],
)
def test_an_insurance_named_to_leave_people_out_is_not_whose_it_is(said, schemes):
    assert first("参保对象", said).schemes == schemes


def test_a_list_of_documents_may_hold_lists_for_cases():
    found = first(
        "二、申报材料",
        "1.门诊:",
        "(1)门诊发票;",
        "(2)处方。",
        "2.生育:",
        "出生医学证明、结婚证。",
        "三、办理流程",
        "到医保窗口办理。",
    )
    assert papers(found) == [
        ("医疗费用票据", "门诊"),
        ("处方", "门诊"),
        ("出生医学证明", "生育"),
        ("结婚证", "生育"),
    ]
    assert list(ways(found)) == ["agency-counter"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("到窗口挂失,还要打发卡银行的电话。", []),
        ("有制卡机的网点当场拿卡,没有的10个工作日后领卡。", []),
        ("到医保窗口领取新的社保卡。", []),
        ("带社保卡到医保窗口办理。", [("社会保障卡", None)]),
        ("出示医保卡、就诊卡,到医院窗口结算。", [("医保卡", None), ("就诊卡", None)]),
    ],
)
def test_what_is_done_with_a_card_is_no_document(said, found):
    assert papers(first("办理流程", said)) == found


@pytest.mark.parametrize(
    ("listed", "name", "condition", "substitute"),
    [
        ("社保卡(或医保电子凭证)。", "社会保障卡", None, "医保电子凭证"),
        ("出院小结(出院记录)。", "出院小结", None, None),
        ("死亡证明(本人去世的)。", "死亡证明", "本人去世的", None),
        ("代办的还要代办人身份证。", "代办人身份证", "代办的", None),
        ("《某某待遇核定表》一式三份。", "某某待遇核定表", None, None),
        ("本人常住人口登记页。", "本人常住人口登记页", None, None),
        ("不需要提供结婚证,带户口簿即可。", "户口簿", None, None),
    ],
)
def test_a_document_with_what_stands_beside_it(listed, name, condition, substitute):
    [item] = first("所需材料", listed).materials
    assert (item.name, item.condition, item.substitute) == (name, condition, substitute)


def test_the_note_in_a_row_says_who_is_spared():
    found = first(
        "申请材料",
        "序号 | 材料名称 | 份数 | 备注",
        "1 | 身份证 | 1份 | 复印件",
        "2 | 结婚证 | 1份 | 原件,未婚的不用提供",
    )
    assert papers(found) == [("居民身份证", None), ("结婚证", "未婚的不用提供")]


def test_a_row_gives_its_office_and_its_number():
    found = first(
        "办理地点",
        "县区 | 地址 | 电话",
        "涪城区 | 临园路西段78号2楼 | 0816-2230000",
        "三台县 | 梓州东街9号 | 0816-5330000",
    )
    assert [(place.name, place.address) for place in found.locations] == [
        ("涪城区", "临园路西段78号2楼"),
        ("三台县", "梓州东街9号"),
    ]
    assert [(line.name, line.number) for line in found.hotlines] == [
        ("涪城区", "0816-2230000"),
        ("三台县", "0816-5330000"),
    ]


@pytest.mark.parametrize(
    ("heading", "polarity"),
    [
        ("哪些不报", "excluded"),
        ("二、不予报销的情形", "excluded"),
        ("什么费用不能报?", "excluded"),
        ("除外责任", "excluded"),
        ("哪些费用要自己掏", "excluded"),
    ],
)
def test_what_is_not_paid_is_told_by_its_heading(heading, polarity):
    found = first(
        "报销标准", "起付线200元。", heading, "1.工伤应当赔付的;", "2.在国外看病的。", title="绵阳门诊报销比例是多少?"
    )
    assert {item.polarity for item in found.coverage} == {polarity}
    assert len(found.coverage) == 2
    assert not [rule for rule in found.rules if rule.kind == "eligibility"]


def test_who_cannot_apply_is_no_exclusion_of_the_fund():
    found = first("哪些人不能办", "已经退休的人员。")
    assert not found.coverage


def test_ages_and_thresholds_are_no_announcement():
    found = first(
        "划入多少?", "退休人员按月划入,70周岁以下80元,70周岁及以上90元。", title="绵阳医保个人账户每月划入多少钱?"
    )
    assert [rule.text for rule in found.rules] == ["退休人员按月划入,70周岁以下80元,70周岁及以上90元。"]


def test_a_question_answered_in_its_line():
    found = first("在窗口办理。", "收费吗?免费。", "有效期多久?一般3个月,以用证明的单位为准。")
    assert [cost.amount for cost in found.costs] == [0]
    assert [(limit.kind, limit.max, limit.unit) for limit in found.time_limits] == [("validity", 3, "month")]


def test_a_farewell_is_no_fact():
    record = read("办理流程", "到医保窗口办理。", "具体以当地医保局的规定为准。")
    assert record.lines[-1].role == "disclaimer"


def test_labels_in_one_line_are_ways_of_their_own():
    found = first("办理渠道", "线上:登录“天府医保”APP→业务办理→参保登记;线下:带身份证到区镇为民服务中心办理。")
    assert [(channel.mode, len(channel.steps)) for channel in found.channels] == [("online", 1), ("offline", 1)]
    assert found.channels[0].steps[0].ui_paths == [["业务办理", "参保登记"]]
    assert [(item.name, item.channel_mode) for item in found.materials] == [("居民身份证", "offline")]


def test_labels_in_one_line_are_facts_of_their_own():
    found = first("到医保窗口办理。", "承诺时限:5个工作日;法定时限:20个工作日;收费:不收费")
    assert [limit.max for limit in found.time_limits] == [5, 20]
    assert [cost.amount for cost in found.costs] == [0]


def test_a_label_in_brackets_or_quotes_parts_no_line():
    found = first("办理流程", "打开支付宝,点击“提示;线下:窗口”后确认(注意;线下:不用再去)。")
    assert [channel.mode for channel in found.channels] == ["online"]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("打开微信,点“我-服务-医保电子凭证”激活。", ["我", "服务", "医保电子凭证"]),
        ("掌上办:闽政通APP-绵阳分厅-一件事-出生", ["绵阳分厅", "一件事", "出生"]),
        ("打开支付宝,点“医保-查询”。", ["医保-查询"]),
        ("在2025-06-30前打开支付宝办理。", None),
    ],
)
def test_paths_in_one_pair_of_quotes_or_joined_by_hyphens(said, path):
    steps = [step for channel in first("办理方式", said).channels for step in channel.steps]
    assert [step.ui_paths for step in steps] == [[path] if path else []]


def test_a_platform_and_what_is_done_there_is_a_channel():
    found = first(
        "1、四川医保公共服务平台网页打印",
        "(1)登录后进入个人网厅;",
        "(2)点“参保凭证打印”。",
        "2、窗口打印",
        "到医保窗口打印。",
        title="绵阳医保参保凭证怎么打印?",
    )
    assert [(channel.kind, len(channel.steps)) for channel in found.channels] == [
        ("local-yibao-web", 2),
        ("agency-counter", 1),
    ]


def test_who_acts_is_not_where_it_is_done():
    assert list(ways(first("办理流程", "第一步:单位经办人带齐材料到医保经办窗口申请;", "第二步:等待审核。"))) == [
        "agency-counter"
    ]
    assert list(ways(first("办理流程", "由所在单位统一办理。"))) == ["employer"]
    assert list(ways(first("办理流程", "由单位经办人到医保窗口办理。"))) == ["employer"]


def test_questions_of_the_titles_procedure_are_its_sections():
    record = read(
        "冬天来过冬的老人问得最多的是医保。",
        "1. 来之前要办什么?",
        "在老家备案,可以用国家医保服务平台APP。",
        "2. 三亚哪些医院能直接结算异地医保?",
        "市人民医院。",
        "3. 带什么?",
        "身份证。",
        title="三亚异地就医备案问答",
    )
    [found] = record.procedures
    assert list(ways(found)) == ["nhsa-app"]
    assert papers(found) == [("居民身份证", None)]


def test_numbered_guides_are_procedures():
    lines = ["1、所需材料", "身份证。", "2、办理流程", "到医保窗口办理。"]
    record = read("一、转入绵阳", *lines, "二、转出绵阳", *lines, title="绵阳医保关系转移接续办理指南")
    assert [(one.type, one.heading) for one in record.procedures] == [
        ("relation-transfer", "一、转入绵阳"),
        ("relation-transfer", "二、转出绵阳"),
    ]
    of_ways = read("一、线上办理", *lines, "二、线下办理", *lines, title="绵阳医保关系转移接续办理指南")
    assert len(of_ways.procedures) == 1


def test_lines_above_the_first_heading_are_read_where_they_tell():
    record = read(
        "绵阳公布新一年的缴费安排。",
        "个人缴费标准为每人400元,比上年不变。",
        "手机缴费怎么操作?",
        "打开支付宝,点击“社保缴费”。",
        title="绵阳公布居民医保缴费标准",
    )
    assert [cost.amount for one in record.procedures for cost in one.costs] == [400]


@pytest.mark.parametrize(
    ("said", "amounts"),
    [
        ("登记后缴费,2021年出生的320元/人。", [320]),
        ("费率8%,一个月304元。", [304]),
        ("交工本费20元;", [20]),
        ("财政每人每年补助640元。", []),
        ("最高限额每年2000元。", []),
        ("每月划入80元。", []),
    ],
)
def test_what_somebody_pays(said, amounts):
    found = first("缴费", said, title="绵阳新生儿医保怎么参保?")
    assert [cost.amount for cost in found.costs] == amounts


@pytest.mark.parametrize(
    ("said", "limits", "kinds"),
    [
        ("即办件,材料齐全的当日办结。", [(True, None)], []),
        ("入院后3个工作日内打0816-2230000电话报备。", [], None),
        ("7天内要到窗口补办。", [], None),
        ("10个工作日内到账。", [(False, 10)], []),
    ],
)
def test_how_long_it_takes_is_not_until_when_somebody_comes(said, limits, kinds):
    found = first("办结时间", said)
    assert [(limit.instant, limit.max) for limit in found.time_limits] == limits
    assert kinds is None or [rule.kind for rule in found.rules] == kinds


def test_a_sentence_without_a_length_beside_one_with_it_is_kept():
    found = first("办理时限", "出院后次年6月30日前提交,过期不予受理。受理之日起30个工作日内到账。")
    assert [limit.max for limit in found.time_limits] == [30]
    assert [rule.kind for rule in found.rules] == ["deadline"]


@pytest.mark.parametrize("label", ["相关规定", "政策文件", "依据", "参考"])
def test_a_label_before_the_title_of_a_law(label):
    [law] = first("到医保窗口办理。", f"{label}:《某省医保经办规程》(某医保发〔2022〕6号)第八条。").legal_refs
    assert (law.title, law.number) == ("某省医保经办规程", "某医保发〔2022〕6号")


def test_a_form_is_no_law():
    found = first("办理流程", "到医保窗口填写《参保登记表》。")
    assert not found.legal_refs
    assert papers(found) == [("参保登记表", None)]


@pytest.mark.parametrize(
    ("said", "number", "owner"),
    [
        ("如有疑问,可拨打绵阳市医保局服务热线0816-2230000咨询。", "0816-2230000", "绵阳市医保局"),
        ("可以打发卡银行的电话(工商银行95588)。", "95588", "工商银行"),
        ("咨询电话:0816-2230000", "0816-2230000", None),
        ("绵阳市医疗保障事务中心:涪城区长虹大道12号,电话0816-2230000", "0816-2230000", "绵阳市医疗保障事务中心"),
    ],
)
def test_whose_number_it_is(said, number, owner):
    found = first("办理流程", "到医保窗口办理。", said)
    assert [(line.number, line.owner) for line in found.hotlines] == [(number, owner)]


def test_an_office_with_address_and_phone_is_no_step():
    found = first("到医保窗口办理。", "绵阳市社会保险服务中心:绵阳市涪城区长虹大道12号,0816-2230000。")
    assert [(place.name, place.address) for place in found.locations] == [
        ("绵阳市社会保险服务中心", "绵阳市涪城区长虹大道12号")
    ]
    assert list(ways(found)) == ["agency-counter"]


def test_hours_of_two_seasons_are_no_name():
    [place] = first("办公时间", "夏季(5月-9月):上午8:30-12:00,下午15:00-18:00;冬季:上午8:30-12:00").locations
    assert place.name is None
    assert place.hours == "夏季(5月-9月):上午8:30-12:00,下午15:00-18:00;冬季:上午8:30-12:00"


def test_a_step_gives_the_house_it_goes_to():
    found = first("办理流程", "带身份证到涪城区临园路78号市医保中心打印,工作日8:30-16:30。")
    assert [(place.address, place.hours) for place in found.locations] == [("涪城区临园路78号", "工作日8:30-16:30")]
    assert not first("办理流程", "带身份证到医保窗口打印,坐58路公交车到中心站。").locations


def test_headings_numbered_by_a_figure_and_a_space():
    found = first("1 办理条件", "达到退休年龄。", "2 所需材料", "身份证、户口簿。", "3 办结时间", "3 个工作日内办结。")
    assert [rule.title for rule in found.rules] == ["办理条件"]
    assert papers(found) == [("居民身份证", None), ("户口簿", None)]
    assert [limit.max for limit in found.time_limits] == [3]


def test_when_one_can_use_it_is_a_rule_and_no_step():
    found = first(
        "1.银行代收",
        "到银行网点缴费。",
        "待遇享受时间:集中缴费期后缴的,满90天才能享受待遇。",
        title="绵阳居民医保怎么缴费?",
    )
    assert [rule.kind for rule in found.rules] == ["waiting_period"]
    assert [(limit.kind, limit.max, limit.unit) for limit in found.time_limits] == [("waiting", 90, "day")]
    assert [len(channel.steps) for channel in found.channels] == [1]


def test_questions_that_name_no_insurance_ask_about_the_title():
    answers = ["A:到医保窗口办理。"]
    asked = [
        line
        for question in ("Q1:哪些人能办?", "Q2:一个月缴多少钱?", "Q3:退休要缴多少年?", "Q4:断缴了怎么补缴?")
        for line in (question, *answers)
    ]
    assert [one.type for one in read(*asked, title="绵阳灵活就业人员怎么参加医保?").procedures] == ["enrollment"]


def test_taps_below_a_heading_without_a_channel_are_done_in_the_one_above():
    found = first("在支付宝绑定:", "打开支付宝,点击“家庭共济”。", "解绑", "还在刚才那一页,点“解除绑定”。")
    assert [len(channel.steps) for channel in found.channels] == [2]


def test_a_line_too_long_for_a_person_is_cut_into_folded_lines():
    """What is cut off begins with a label then, not with a space and a label after it."""
    record = read_text(f"无锡医保怎么参保?\n\n{'先登记再缴费。' * 285} 收费标准:工本费20元;办理时限:5天。")
    assert all(block.text == block.text.strip() for block in record.body)
    assert normalise([record]).procedures
