"""Materials: what to bring, on what condition, and what may stand for it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from itertools import count

from pipelines.fields.documents import BRACKET, Found, alternatives, document, protect, split_list, unprotected
from pipelines.memory import remember_list
from pipelines.vocabulary import phrase

_WHEN = re.compile(r"(?:时|的)(?:需|须|才)?(?:提供|提交|携带)?$|^(?:如|若|仅|限)")
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
# Any of all that are named will do.
_ANY_OF = re.compile(
    r"(?:[二两三四五](?:者|种)?|其)?中?(?:的)?(?:任意?一[种个样项]|任选(?:其)?一[种个样项]?|[二两三四五]选一|之一)(?:即可|就行)?$"
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
    for part in re.split(";", protect(sentence)):
        cuts = [0, *(m.end() for m in re.finditer(",", part) if _condition(part[m.end() :])), len(part)]
        clauses += [part[start:end] for start, end in itertools.pairwise(cuts) if part[start:end].strip(",。")]
    return unprotected(clauses)


def _condition(text: str) -> re.Match[str] | None:
    return _CONDITION.match(text) or _CONDITION_WHO.match(text)


def _of_clause(clause: str, groups: Iterator[int], of_all: str | None = None) -> list[Found]:
    """The documents of one clause; what it begins with, or `of_all`, is said of all of them."""
    text, row_condition = _row(clause.rstrip("。;,!"))
    condition = _condition(text)
    body = text[condition.end() :] if condition else text
    body, substitute = _cut_substitute(body)
    body = _LEAD.sub("", body, count=1) if not BRACKET.match(body) else body
    found: list[Found] = []
    pieces = split_list(body)
    if _ANY_OF.search(body):
        pieces = ["或".join(_ANY_OF.sub("", piece) for piece in pieces)]
    for piece, group in zip(pieces, groups, strict=False):
        names = alternatives(piece)
        said = condition["condition"] if condition else row_condition or of_all or _shared_condition(names)
        items = [document(name, said, substitute, group if len(names) > 1 else None) for name in names]
        found += [item for item in items if item]
    return found


def _shared_condition(names: list[str]) -> str | None:
    """死亡证明或火化证(去世的): the bracket after the last of several speaks of them all."""
    bracket = BRACKET.search(names[-1]) if len(names) > 1 else None
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


def _cut_substitute(body: str) -> tuple[str, str | None]:
    match = _SUBSTITUTE_AFTER.search(body)
    return (body[: match.start()], match["name"]) if match else (body, None)
