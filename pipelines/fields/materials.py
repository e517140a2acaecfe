"""Materials: what to bring, on what condition, and what may stand for it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from pipelines.memory import remember_list
from pipelines.record import Requirement
from pipelines.vocabulary import materials, phrase
from pipelines.words import any_of

_BRACKET = re.compile(r"\((?P<inside>[^()]*)\)")
_BRACKET_CONDITION = re.compile(
    r"^(?:如|若|仅|限|需|适用|涉及|由|代办|委托|.*(?:时|的|人员|者|情况|办理|代办|申报|申请)(?:需|须|才)?(?:提供|携带|要|需|需要)?$)"
)
_WHEN = re.compile(r"(?:时|的)(?:需|须|才)?(?:提供|提交|携带)?$|^(?:如|若|仅|限)")
# What a document must look like or where it is had, in brackets after its name; anything else there is a condition.
_SPECIFICATION = re.compile(
    r"原件|复印|[份张页寸]|章|签[字名]|正反|选[一二]|任选|领取|下载|打印|官网|样[式本张]|包括|含|扫描|照片|电子|纸质|[均即]可|有效|近|内|"
    r"以上|以下|另|同上|各|同时|或|[、/]|^[^的时者员]{1,3}$|名称|姓名|[《“]|\d|[监印]制|[出开]具|完整|清晰"
)
_OPTIONAL = re.compile(r"可选|如有|若有|非必须|可不带")
_SUBSTITUTE = re.compile(r"(?:也?可|可以)?(?:由|用|以|凭)?(?P<name>[^,。;()]{2,16}?)(?:替代|代替|代)(?:提供)?$")
# 社会保障卡(或医保电子凭证): what stands for it.
_OTHERWISE = re.compile(
    r"(?:或者?|也可(?:用|以用|持|凭)?)(?:是|持|凭|提供)?"
    r"(?P<name>[^,。;()]{1,16}?(?:证|卡|簿|本|表|书|单|票据|发票|病历|件|码|凭证|小结|证明|函|承诺))"
)
_SUBSTITUTE_AFTER = re.compile(
    r"[,;](?:无法提供的?,?|没有的?,?)?(?:也?可|可以)(?:由|用|以|凭)(?P<name>[^,。;()]{2,16}?)(?:替代|代替)"
)
_CONDITION = re.compile(
    r"^(?P<condition>(?:若|如果?|因|属于?|对于?|涉及|委托|代办|他人代办|非本人|由他人)[^,。;]{1,30}?(?:的|时|者)?|"
    r"[^,。;、:《()]{3,24}(?<!目)的),(?=.)"
)
# Whose documents these are, where the words are not simply for everybody.
_CONDITION_WHO = re.compile(
    r"^(?!(?:参保|申请|办理|缴费|办事|代办|所有|本)?(?:人员?|者|职工|居民|患者|家长)(?:本人)?[^的]{0,6}[带持凭提携出])"
    r"(?P<condition>(?:[^,。;、:《()]{2,20}(?:的|人员|者|时|儿|孩子|子女|老人|学生|户|患者|城市|地区)|"
    r"[^,。;:《()证卡簿表书单]{2,24}(?:的|人员|者|患者|情形)(?=[另还再])))(?:由[^,。;]{1,6}?)?,?"
    r"(?=(?:还|另|再|则|都|也|应|需|须|要|可|同时|额外|外)*"
    r"(?:提供|携带|提交|出具|出示|准备|带|附|持|凭|填写?|写|交|加|备|拿|(?<=[还另再])[需要须]))"
)
_LEAD = re.compile(
    r"^[^()、《》]*?(?:还|另|再|则|同时|并|均|都|只|仅)?(?:需要?|须|应当?|要|请|可)?(?:另外|额外|同时|提前|事先|一并|自行)?"
    r"(?:准备好?|携带好?|提供|提交|出具|出示|带上|带好|带齐|备齐|备好|填写|(?<=[要需])写(?!明)|持(?:有(?!效))?|凭(?!证|据)|带|拿|附|交|填|(?<=[再另还])加|(?<=[再另还]要)|(?<=[再另还][需须])|(?<=[再另还]需要))(?!的)(?:好|齐)?(?:以下|下列|相关)?(?:材料|资料)?[:]?"
)
# What nobody has to bring.
_SPARED = re.compile(
    r"(?:不|无)(?:需要?|用|必|须)(?:再|另外?|单独|额外|重复)*(?:提供|提交|携?带|出示|出具|准备|附|交|复印)[^,。;]*"
)
_WHO_IS_SPARED = re.compile(rf"[^,;|]{{2,16}}(?:的|时|者|人员){_SPARED.pattern}")
_TAIL = re.compile(
    r"(?:(?<=[证卡簿本表书单明件票册码照历录])等[^、,;]{0,12}|等(?:有效|相关|有关|必要|证明)*(?:证件|材料|资料|信息|文件|证明材料|证明)?(?:原件)?(?:及复印件)?|"
    r"(?:的)?(?:原件(?:及|和|、|与|或)?(?:其)?复印件|原件|复印件|正反面复印件|扫描件|照片件)(?:各)?(?:[一两二三\d]+[份张])?|各?[一两二三\d]+[份张]|即可|就行|就可以|便可)$"
)

_SPLIT = re.compile(
    r"[、,;/|]|(?<=[证卡簿本表书单明件票册码历录照页》料据函信])(?:以及|和|及|与|并|同|加)(?=[^、]{2,})"
)
# Any of all that are named will do.
_ANY_OF = re.compile(
    r"(?:[二两三四五](?:者|种)?|其)?中?(?:的)?(?:任意?一[种个样项]|任选(?:其)?一[种个样项]?|[二两三四五]选一|之一)(?:即可|就行)?$"
)
_OR = re.compile(r"或者?(?:是)?|/")
_QUANTITY = re.compile(r"^(?:[一1两二2三3]份|近期|本年度|签署)")
_OWNER = re.compile(r"^(?:参保人员?|申请人|患者|本人|个人|您|职工|参保者)?(?:的)?(?:有效|本人|个人)?(?:的)?")
# The words before these say which one it is: 灵活就业人员|停保申请表.
_SAID_WHICH = ("表", "授权书")
# A thing to bring that no list knows ends like this.
_DOCUMENT = re.compile(
    r"(?:证|卡|簿|薄|本|表|书|单|票据|发票|病历|首页|记录|材料|照片?|件|合同|协议|户口|码|小结|通知|报告|页|资料|证明|介绍信|函|名册|说明|处方|存折|签证)$"
)
# What a step tells to carry is a thing in the hand, no number or material in general.
_CARRIED = (
    r"(?:《[^《》]{2,40}》|[^、,。;:《》()“”「」【】]{0,16}?(?:证明书?|(?<!有关)(?<!相关)(?<!验)证件?|卡|簿|薄|户口本|存折|审批表|"
    r"申请表|登记表|承诺书|委托书|清单|回执单|票据|发票|病历|首页|记录|合同|协议书|户口|医保码|电子凭证|小结|介绍信|名册|处方)"
    r"(?![号上内中里类本簿薄机片行银]))(?:原件|复印件|原件(?:及|和)复印件)?(?:\([^()]*\))?"
)
# What is done with a card or a paper is no name of one: 领卡, 没有的15个工作日后领卡.
_DEED = re.compile(
    r"^.$|\d个?(?:工作日|天|日|月)|[的后时](?:再|才|可)?[领补办取拿打]|"
    r"^(?:再|先|就(?![诊医])|才|去|打(?!印|款)|拨打|领(?!取)|拿|取(?!得|药)|办(?!理)|补办|挂失|激活|制|刷|绑定?|销|插)[^、,]{0,4}卡$"
)
_CARRIED_LIST = re.compile(rf"{_CARRIED}(?:(?:、|,|或者?|和|及|以及|与)(?:签署|填写)?{_CARRIED})*")
# When something is done, and who cannot use a telephone, is no condition of a document.
_OF_THE_DOING = re.compile(r"手机|线上|网上|方便|智能|时$")
# The identity card of somebody else is another document.
_OF_ANOTHER = re.compile(r"(?:代办|经办|监护|委托|受托|代理|被委托)人的?|(?:家属|亲属|配偶|法人)的?")
_SHORT_NAME = 8
_NOT_A_DOCUMENT = re.compile(
    r"^(?:相关|有关|以上|上述|所需|必要|其他|其它|申请|准备|下列|以下|全部|齐全)?的?(?:材料|资料|证件|手续|文件|信息|凭证)$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A document read from a sentence; `group` numbers the alternatives within the sentence."""

    name: str
    name_raw: str
    requirement: Requirement
    condition: str | None
    substitute: str | None
    group: int | None
    is_form: bool


@cache
def _names() -> tuple[re.Pattern[str], dict[str, tuple[str, bool]]]:
    known = {alias: (row.name, row.is_form) for row in materials() for alias in (row.name, *row.aliases)}
    return re.compile(any_of(known)), known


def canonical(name: str) -> tuple[str, bool]:
    """A document as written in, its canonical name (or the written one) and whether it is a form out.

    >>> canonical("本人有效身份证"), canonical("《城乡居民参保登记表》")
    (('居民身份证', False), ('城乡居民参保登记表', True))
    """
    bare = name.strip("《》“”「」")
    pattern, known = _names()
    short = bare.replace("医疗保险", "医保")
    found = next((m for m in pattern.finditer(short) if m.end() == len(short)), None)
    before = short[: found.start()] if found else ""
    which = before and not before.endswith("的") and short.endswith(_SAID_WHICH)
    if found and not which and not _OF_ANOTHER.search(before):
        return known[found.group()]
    return bare, "表" in bare[-3:] and not bare.endswith("代表")


@remember_list
def parse_materials(sentence: str) -> list[Found]:
    """A sentence of a materials section in, the documents it asks for out.

    >>> [(m.name, m.requirement, m.condition) for m in parse_materials("携带身份证、户口簿(如涉及迁户)等材料。")]
    [('居民身份证', 'required', None), ('户口簿', 'conditional', '如涉及迁户')]
    >>> [(m.name, m.group) for m in parse_materials("社保卡或医保卡。")]
    [('社会保障卡', 1), ('医保卡', 1)]
    """
    groups = count(1)
    return [item for clause in _clauses(sentence) for item in _of_clause(clause, groups)]


def _clauses(sentence: str) -> list[str]:
    """A sentence cut at each ; and before each condition: 身份证,死亡支取的另带死亡证明 is two clauses."""
    clauses = []
    for part in re.split(";", _protect(sentence)):
        cuts = [0, *(m.end() for m in re.finditer(",", part) if _condition(part[m.end() :])), len(part)]
        clauses += [part[start:end] for start, end in itertools.pairwise(cuts) if part[start:end].strip(",。")]
    return _unprotected(clauses)


def _condition(text: str) -> re.Match[str] | None:
    return _CONDITION.match(text) or _CONDITION_WHO.match(text)


def _of_clause(clause: str, groups: Iterator[int], of_all: str | None = None) -> list[Found]:
    """The documents of one clause; what it begins with, or `of_all`, is said of all of them."""
    text, row_condition = _row(clause.rstrip("。;,!"))
    condition = _condition(text)
    body = text[condition.end() :] if condition else text
    body, substitute = _cut_substitute(body)
    body = _LEAD.sub("", body, count=1) if not _BRACKET.match(body) else body
    found: list[Found] = []
    pieces = _split(body)
    if _ANY_OF.search(body):
        pieces = ["或".join(_ANY_OF.sub("", piece) for piece in pieces)]
    for piece, group in zip(pieces, groups, strict=False):
        names = _alternatives(piece)
        said = condition["condition"] if condition else row_condition or of_all or _shared_condition(names)
        items = [_document(name, said, substitute, group if len(names) > 1 else None) for name in names]
        found += [item for item in items if item]
    return found


def _shared_condition(names: list[str]) -> str | None:
    """死亡证明或火化证(去世的): the bracket after the last of several speaks of them all."""
    bracket = _BRACKET.search(names[-1]) if len(names) > 1 else None
    inside = bracket["inside"] if bracket else ""
    return inside if inside.endswith("的") else None


def _row(text: str) -> tuple[str, str | None]:
    """A row of a table in, what is left without the cell that says when it is needed, and that cell."""
    cells = text.split(" | ")
    when = next((cell for cell in cells[1:] if _WHEN.search(cell)), None)
    left = " | ".join(_SPARED.sub("", cell) for cell in cells if cell is not when)
    spared = next((match.group() for cell in cells[1:] if (match := _WHO_IS_SPARED.search(cell))), None)
    return left.strip(","), when or spared


@remember_list
def parse_carried(sentence: str) -> list[Found]:
    """A step in, the documents it says to carry out: only what stands between 携带 and where to go.

    >>> [m.name for m in parse_carried("携带身份证、医保卡到政务服务中心医保窗口办理。")]
    ['居民身份证', '医保卡']
    >>> parse_carried("输入身份证号、医保卡号登录。")
    []
    """
    found: list[Found] = []
    groups = count(1)
    end = 0
    for verb in phrase("carry").finditer(sentence):
        listed = _CARRIED_LIST.match(sentence, verb.end()) if verb.start() >= end else None
        if listed:
            end = listed.end()
            found += _of_clause(listed.group(), groups, _said_before(sentence, verb))
    return [item for item in found if not _DEED.search(item.name_raw)]


def _said_before(sentence: str, verb: re.Match[str]) -> str | None:
    """The condition under which a step tells to carry something: 重复缴费的,在待遇期前带身份证..."""
    for start in [0, *(m.end() for m in re.finditer("[,;]", sentence[: verb.start()]))]:
        match = _condition(sentence[start:])
        if match and start + match.end("condition") <= verb.start() and ";" not in sentence[start : verb.start()]:
            return None if _OF_THE_DOING.search(match["condition"]) else match["condition"]
    return None


def _protect(text: str) -> str:
    """Brackets are not cut."""
    return _BRACKET.sub(lambda m: m.group().translate(_HIDE), text)


def _unprotected(texts: list[str]) -> list[str]:
    return [_unprotect(text).strip() for text in texts]


def _unprotect(text: str) -> str:
    return text.translate(_SHOW)


_HIDDEN = {
    ",": "\ue000",
    ";": "\ue001",
    "。": "\ue002",
    "、": "\ue003",
    "/": "\ue004",
    "或": "\ue005",
    "到": "\ue006",
    "在": "\ue007",
    "向": "\ue008",
}
_HIDE = str.maketrans(_HIDDEN)
_SHOW = str.maketrans({hidden: shown for shown, hidden in _HIDDEN.items()})


def _split(body: str) -> list[str]:
    return [_unprotect(piece).strip() for piece in _SPLIT.split(_protect(body)) if piece.strip()]


def _alternatives(piece: str) -> list[str]:
    return [_unprotect(name).strip() for name in _OR.split(_protect(piece)) if name.strip()]


def _cut_substitute(body: str) -> tuple[str, str | None]:
    match = _SUBSTITUTE_AFTER.search(body)
    return (body[: match.start()], match["name"]) if match else (body, None)


def _document(piece: str, condition: str | None, substitute: str | None, group: int | None) -> Found | None:
    inside = [match["inside"] for match in _BRACKET.finditer(piece)]
    name_raw = _clean(_BRACKET.sub("", piece))
    if name_raw not in piece:  # words on both sides of a bracket are no name of one document
        name_raw = _clean(piece[: piece.index("(")])
    if "《" in name_raw:  # 加盖公章的《某某表》
        name_raw = name_raw[name_raw.index("《") :]
        name_raw = name_raw[: name_raw.find("》") + 1] or name_raw
    if not name_raw or _NOT_A_DOCUMENT.match(name_raw):
        return None
    name, is_form = canonical(name_raw)
    if name == name_raw.strip("《》“”") and not _DOCUMENT.search(name):
        if f"{name_raw}复印件" not in piece:
            return None
        name = name_raw = f"{name_raw}复印件"
    optional = any(_OPTIONAL.search(text) for text in inside)
    for text in inside:
        instead = _SUBSTITUTE.search(text) or _OTHERWISE.fullmatch(text)
        if instead:
            substitute = _OWNER.sub("", instead["name"]) or instead["name"]
        elif (
            not _is_another_name(text)
            and (_BRACKET_CONDITION.match(text) or not _SPECIFICATION.search(text))
            and not (_OPTIONAL.search(text) or _are_examples(text))
        ):
            condition = text
    requirement: Requirement = "optional" if optional else "conditional" if condition else "required"
    return Found(
        name,
        name_raw,
        requirement,
        condition,
        substitute,
        group,
        is_form or ("《" in piece and "表" in piece),
    )


def _are_examples(inside: str) -> bool:
    """如户口簿、结婚证 names documents that would do; 如涉及迁户 is a condition."""
    return inside.startswith("如") and all(_DOCUMENT.search(name) for name in _split(inside.removeprefix("如")))


def _is_another_name(inside: str) -> bool:
    """出院小结(出院记录): a bracket that holds another document is the same one by another name."""
    return len(inside) <= _SHORT_NAME and canonical(inside)[0] != inside and not _BRACKET_CONDITION.match(inside)


def _clean(name: str) -> str:
    """Strip what surrounds a document's name, so that the rest still stands in the line."""
    before = None
    while name != before:
        before = name
        name = _TAIL.sub("", name.strip(" 。;,:、"))
        name = _QUANTITY.sub("", name).removeprefix("的")
    return name
