"""Steps: who does what, and where to tap."""

from __future__ import annotations

import itertools
import re

from pipelines.fields.channels import find_channels, is_own_app, plain
from pipelines.memory import remember
from pipelines.record import Actor, StepRole
from pipelines.regions import find_regions
from pipelines.vocabulary import says

_QUOTE = re.compile(r"[“「【](?P<label>[^”」】]{1,30})[”」】]")
_EXAMPLE = re.compile(r"(?:[(,、]?(?:例如|比如|譬如|诸如|如))[:,]?(?=[“「【])")
# After a quoted name these say that it is a place to look in, not a button on the way.
_APP = re.compile(r"^(?:手机|官方)?(?:APP|客户端|公众号|微信公众号|服务号|官网|网站)", re.IGNORECASE)
_APP_ALONE = re.compile(r"(?:APP|客户端|小程序|公众号|服务号|官网|网站)$", re.IGNORECASE)
_MINI = re.compile(r"^(?:微信|支付宝)?小程序")
_OPENED = re.compile(r"(?:进入|打开|关注|登[录陆])$")
_ACCOUNT = re.compile(r"(?:省|市)?(?:医保|医疗保障|税务|人社|社保)")
# What a page shows, an envelope bears or money goes into is not tapped.
_SHOWN = re.compile(r"(?:显示|弹出|出现|提示|变[为成]|注明|写[明上]|设有|打[入进到]|放[进入]|开通了|名为|叫做?|字样)$")
_GONE_TO = re.compile(r"(?:在|用|通过|打开|登[录陆]|进入|下载|到)$")
_LED_ON = re.compile(r"(?:微信|支付宝)?小程序\s*(?:→|->|—>|>>?|—{1,2}|–|-)\s*")
_SOUGHT = re.compile(r"(?:搜索|搜|选择|点击|找到)$")
_OR = re.compile(r"^(?:等)?(?:按钮|选项|入口|菜单|模块|功能|专区|板块)?(?:或者?|、|/)(?:点击|选择|进入|搜索)?$")
_OR_AGAIN = re.compile(r"[,;](?:或者?|也可以?|亦可)(?:是)?(?:依次)?(?:点击|选择|进入|搜索|通过|打开)")
_ARROW = re.compile(r"\s*(?:→|->|—>|-->|>>?|—{1,2}|–|-)\s*")
# Stages of a business joined by arrows are no taps.
_STAGE = re.compile(r"(?:提交|受理|初审|复核|审核|拨付|审批|办结|核实|材料)")
_STAGES = 2
_ARROWED = re.compile(r"[^,。;:!?“”「」()]{1,20}(?:(?:→|->|—>|>>?|—{1,2})[^,。;:!?“”「」()→>—]{1,20})+")
# Words joined by hyphens are a path where there are three of them: 我-服务-医保.
_HYPHENED = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,16}(?:-[\u4e00-\u9fff]{1,16}){2,}")
_HYPHEN = re.compile("-")
_LEAD_VERB = re.compile(
    r"^.*?(?:依次|分别)?(?:点击|点按|选择|进入|打开|搜索|找到|点开|登[录陆]|点 )"
    r"(?:首页|页面|底部|右下角|右上角)?(?:的)?"
)


@remember
def role_of(sentence: str) -> StepRole:
    """What a sentence among steps is.

    >>> role_of("工作人员审核资料后当场办理。"), role_of("若尚未停保,需先办理停保。"), role_of("点击“参保地”。")
    ('agency_action', 'precondition', 'action')
    """
    place = find_regions(sentence)[:1]
    if place and place[0].start == 0:  # 无锡市医保中心收到...
        sentence = sentence[place[0].end :]
    if says("result", sentence):
        return "result"
    if says("agency_action", sentence) and not says("applicant_goes_on", sentence):
        return "agency_action"
    if says("precondition", sentence):
        return "precondition"
    return "note" if says("limitation", sentence) or says("statement", sentence) else "action"


def actor_of(sentence: str, role: StepRole) -> Actor | None:
    """Who does what the sentence says."""
    if role == "agency_action":
        return "agency"
    return "employer" if says("employer_action", sentence) else "applicant"


def ui_paths(sentence: str) -> list[list[str]]:
    """The tap paths of a sentence: alternatives, each the labels tapped in order.

    >>> ui_paths("打开支付宝,点击“市民中心”→“医保”,选择“余额”或“明细”查看。")
    [['市民中心', '医保', '余额'], ['市民中心', '医保', '明细']]
    >>> ui_paths("关注当地医保公众号(如“随州医保”),登录“国家医保服务平台”APP。")
    []
    """
    return [list(path) for path in _paths(sentence)]


@remember
def _paths(sentence: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(path) for clause in _alternative_clauses(sentence) for path in _paths_of(clause))


def _alternative_clauses(sentence: str) -> list[str]:
    """...,或点击... begins another way to the same place."""
    cuts = [0, *(match.start() for match in _OR_AGAIN.finditer(sentence)), len(sentence)]
    return [sentence[start:end] for start, end in itertools.pairwise(cuts)]


def _paths_of(clause: str) -> list[list[str]]:
    labels = _taps(clause)
    if not labels:
        return _unquoted(clause)
    paths: list[list[str]] = [[]]
    last_end = None
    for start, end, label in labels:
        if last_end is not None and _OR.match(clause[last_end:start]):
            paths.append([*paths[0][:-1], label])
        else:
            paths = [[*path, *_joined(label)] for path in paths]
        last_end = end
    return paths


def _joined(label: str) -> list[str]:
    """A quoted label, or the labels of a whole path in quotes: “我-服务-医保”."""
    hyphened, arrowed = _HYPHENED.fullmatch(label), _ARROWED.fullmatch(label)
    if not hyphened and not arrowed:
        return [label]
    return [part for part in (_HYPHEN if hyphened else _ARROW).split(label) if part]


def _taps(clause: str) -> list[tuple[int, int, str]]:
    """The quoted labels that are tapped, with their places: no examples, no names of apps."""
    quotes = list(_QUOTE.finditer(clause))
    examples = _example_spans(clause)
    taps = []
    for n, quote in enumerate(quotes):
        rest = clause[quote.end() :]
        if any(start <= quote.start() < end for start, end in examples) or _APP.match(rest):
            continue
        if _OPENED.search(clause[: quote.start()]) and _is_account(quote["label"]):
            continue
        if _SHOWN.search(clause[: quote.start()]):
            continue
        if _GONE_TO.search(clause[: quote.start()]) and is_own_app(quote["label"]):
            continue
        if _MINI.match(rest) and not _path_goes_on(clause, quotes, n):
            continue
        taps.append((quote.start(), quote.end(), quote["label"].strip()))
    return taps


def _is_account(label: str) -> bool:
    """“无锡医保” alone is an account that is opened, no button."""
    places = find_regions(label)
    return bool(places) and places[0].start == 0 and bool(_ACCOUNT.match(label[places[0].end :]))


def _example_spans(clause: str) -> list[tuple[int, int]]:
    spans = []
    for match in _EXAMPLE.finditer(clause):
        run = re.match(r"(?:[“「【][^”」】]*[”」】][、或和及]?)+", clause[match.end() :])
        spans.append((match.end(), match.end() + (run.end() if run else 0)))
    return spans


def _path_goes_on(clause: str, quotes: list[re.Match[str]], n: int) -> bool:
    """A quoted mini program is tapped where it is searched for or chosen on the way, or an arrow leads on from it."""
    following = quotes[n + 1] if n + 1 < len(quotes) else None
    led_on = following and _LED_ON.fullmatch(clause[quotes[n].end() : following.start()])
    return bool(led_on) or ((n > 0 or following is not None) and bool(_SOUGHT.search(clause[: quotes[n].start()])))


def _unquoted(clause: str) -> list[list[str]]:
    """Arrow-joined words without quotes: 首页→医保→参保地."""
    arrowed = [_ARROW.split(match.group().strip()) for match in _ARROWED.finditer(clause) if _is_path(match.group())]
    joined = arrowed or [_HYPHEN.split(m.group()) for m in _HYPHENED.finditer(clause) if _is_path(m[0])]
    paths = [[_LEAD_VERB.sub("", label) or label for label in labels if label] for labels in joined]
    return [path[1:] if len(path) > 1 and _is_app(path[0]) else path for path in paths]


def _is_path(joined: str) -> bool:
    return len(_STAGE.findall(joined)) < _STAGES


def _is_app(label: str) -> bool:
    """Whether the first of joined words is where the path begins and no button: 某某通APP→首页→医保."""
    return (
        bool(_APP_ALONE.search(label))
        or is_own_app(label)
        or any(mention.mode == "online" and len(mention.name) == len(plain(label)) for mention in find_channels(label))
    )
