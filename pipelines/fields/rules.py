"""Rules: sentences that say what holds, of which kind, and what sets them off."""

from __future__ import annotations

import re
from typing import Literal

from pipelines.fields.time_limits import Length, number, parse_time_limit
from pipelines.memory import remember
from pipelines.record import Trigger, Unit
from pipelines.vocabulary import rule_kinds, says

OTHER = "other"
_GAP = re.compile(
    r"(?:中断|断缴|断保|停保|未缴费|欠费)(?:缴费|参保|医保)?(?:时间)?(?:连续|累计)?(?P<least>超过|达到?|满|大于|不少于|在)?"
    r"(?P<most>不超过|未超过|少于|不足|不满|小于)?(?P<value>\d+(?:\.\d+)?|[一二三四五六七八九十两])个?(?P<unit>月|年|天|日)"
    r"(?P<after>及以上|\(含\)以上|以上|及以内|\(含\)以内|以内|之内|内)?"
)
_UNITS: dict[str, Unit] = {"月": "month", "年": "year", "天": "day", "日": "day"}
_WAITS = re.compile(
    r"等待期(?:为|是|:|延长|固定|一般|通常|设置|设|不超过|最长|满|不得少于|不少于|至少)|(?:个月|月)(?:以内|之内)?(?:的)?(?:固定|变动|待遇)*等待期|等待?\d+个?[月年](?:才|后|,|。|$)|满\d+(?:个?[月年]|[天日])后?(?:恢复|享受|才|方)|次月(?:起)?(?:享受|生效)"
)
# Statements of these kinds are no steps even among steps.
_PLAIN = frozenset({"waiting_period", "deadline", "benefit_level", "account_balance", "payment_window"})
_NOT_OPEN = re.compile(r"尚未|暂未|暂不")
_TOLD = re.compile(r"^请|请[于在]|[,。]请")
# What somebody may do, and until when, is said in steps as well.
_ALSO_DONE = frozenset({"eligibility", "deadline", "account_balance", "payment_window", "contribution_years"})
_ADDS = re.compile(r"每.{0,8}(?:增加|延长|减少|缩短)")


@remember
def kind_of(title: str | None, sentence: str, procedure_type: str | None = None) -> str:
    """The kind of a rule by its own heading, its sentence, or what the procedure is about; `other` where none tells.

    >>> kind_of("等待期", "中断缴费超过3个月的,不享受待遇。"), kind_of(None, "在职职工可以为配偶缴费。")
    ('waiting_period', 'eligibility')
    >>> kind_of(None, "市内换单位的,账户不变。", "account-balance-transfer")
    'account_balance'
    """
    for kind in rule_kinds():
        if title and kind.title and kind.title.search(title):
            return kind.kind
    for kind in rule_kinds():
        if kind.text and kind.text.search(sentence):
            return kind.kind
    for kind in rule_kinds():
        if title and kind.hint and kind.hint.search(title):
            return kind.kind
    return next((kind.kind for kind in rule_kinds() if procedure_type in kind.types), OTHER)


def trigger_of(sentence: str) -> Trigger | None:
    """The gap in contributions that sets a rule off.

    >>> trigger_of("中断缴费3个月以上的,设置等待期。")
    Trigger(event='contribution_gap', op='>=', value=3.0, unit='month')
    """
    match = _GAP.search(sentence)
    if not match:
        return None
    value = number(match["value"])
    return Trigger("contribution_gap", _operator(match), value, _UNITS[match["unit"]])


def _operator(match: re.Match[str]) -> Literal[">=", ">", "<=", "<", "="]:
    least, most, after = match["least"], match["most"], match["after"] or ""
    if most in ("少于", "不足", "不满", "小于"):
        return "<"
    if most or "内" in after:
        return "<="
    if after or least in ("达到", "达", "满", "不少于"):
        return ">="
    return ">" if least in ("超过", "大于") else "="


@remember
def waiting_of(sentence: str) -> Length | None:
    """The waiting length a rule states in figures, as a time limit beside the rule.

    >>> waiting_of("断缴后重新参保的,等待期为3个月。").max
    3.0
    >>> waiting_of("每断缴1年增加1个月等待期。")
    """
    match = _WAITS.search(sentence)
    if not match or _ADDS.search(sentence):
        return None
    clause = next((c for c in re.split(r"[,;]", sentence.rstrip("。")) if _WAITS.search(c)), "")
    found = parse_time_limit(clause)
    return found if found and found.kind == "waiting" and found.unit else None


@remember
def is_rule(sentence: str) -> bool:
    """Whether a sentence outside any section states a rule and no doing."""
    kind = kind_of(None, sentence)
    doing = kind in _ALSO_DONE and (says("step_like", sentence) or says("carry", sentence))
    return kind != OTHER and not doing


@remember
def is_plain_rule(sentence: str) -> bool:
    """Whether a sentence among steps states a waiting time, a deadline or a share, and tells nobody to do anything.

    >>> is_plain_rule("超过3个月的,要过6个月等待期。"), is_plain_rule("请在11月25日前存足金额。")
    (True, False)
    """
    if _NOT_OPEN.search(sentence):
        return kind_of(None, sentence) == "channel_limitation"
    acts = any(says(name, sentence) for name in ("step_like", "carry", "agency_action"))
    return kind_of(None, sentence) in _PLAIN and not acts and not _TOLD.search(sentence)
