"""Documents: what one is called, what stands beside its name, and the pieces of a list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipelines.record import Requirement
from pipelines.vocabulary import materials
from pipelines.words import any_of

BRACKET = re.compile(r"\((?P<inside>[^()]*)\)")
_BRACKET_CONDITION = re.compile(
    r"^(?:如|若|仅|限|需|适用|涉及|由|代办|委托|.*(?:时|的|人员|者|情况|办理|代办|申报|申请)(?:需|须|才)?(?:提供|携带|要|需|需要)?$)"
)
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
_TAIL = re.compile(
    r"(?:(?<=[证卡簿本表书单明件票册码照历录])等[^、,;]{0,12}|等(?:有效|相关|有关|必要|证明)*(?:证件|材料|资料|信息|文件|证明材料|证明)?(?:原件)?(?:及复印件)?|"
    r"(?:的)?(?:原件(?:及|和|、|与|或)?(?:其)?复印件|原件|复印件|正反面复印件|扫描件|照片件)(?:各)?(?:[一两二三\d]+[份张])?|各?[一两二三\d]+[份张]|即可|就行|就可以|便可)$"
)
_SPLIT = re.compile(
    r"[、,;/|]|(?<=[证卡簿本表书单明件票册码历录照页》料据函信])(?:以及|和|及|与|并|同|加)(?=[^、]{2,})"
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
# The identity card of somebody else is another document.
_OF_ANOTHER = re.compile(r"(?:代办|经办|监护|委托|受托|代理|被委托)人的?|(?:家属|亲属|配偶|法人)的?")
_SHORT_NAME = 8
_NOT_A_DOCUMENT = re.compile(
    r"^(?:相关|有关|以上|上述|所需|必要|其他|其它|申请|准备|下列|以下|全部|齐全)?的?(?:材料|资料|证件|手续|文件|信息|凭证)$"
)
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


def document(piece: str, condition: str | None, substitute: str | None, group: int | None) -> Found | None:
    """A piece of a list in, the document it names out, with what its brackets say; None where it names none."""
    inside = [match["inside"] for match in BRACKET.finditer(piece)]
    name_raw = _clean(BRACKET.sub("", piece))
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
    return inside.startswith("如") and all(_DOCUMENT.search(name) for name in split_list(inside.removeprefix("如")))


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


def split_list(body: str) -> list[str]:
    """A list of documents in, its pieces out.

    >>> split_list("身份证和户口簿、照片(一寸、两寸)")
    ['身份证', '户口簿', '照片(一寸、两寸)']
    """
    return [unprotect(piece).strip() for piece in _SPLIT.split(protect(body)) if piece.strip()]


def alternatives(piece: str) -> list[str]:
    """The documents of a piece that stand for each other: 身份证或社保卡."""
    return [unprotect(name).strip() for name in _OR.split(protect(piece)) if name.strip()]


def protect(text: str) -> str:
    """Brackets are not cut."""
    return BRACKET.sub(lambda m: m.group().translate(_HIDE), text)


def unprotected(texts: list[str]) -> list[str]:
    """Texts that were cut, as they were written."""
    return [unprotect(text).strip() for text in texts]


def unprotect(text: str) -> str:
    """A text with the marks in its brackets as they were."""
    return text.translate(_SHOW)
