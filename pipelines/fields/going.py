"""Which channel a sentence goes to: the one it begins with, taps in, or walks to."""

from __future__ import annotations

import re

from pipelines.fields.channels import Mention, find_channels, plain
from pipelines.memory import remember
from pipelines.vocabulary import phrase, says

# Words for a part of whatever app is open.
_VAGUE = frozenset({"wechat", "wechat-account", "wechat-miniprogram", "third-party-platform"})
_EMPLOYER = "employer"
_THROUGH = re.compile(r"由[^,。]{0,4}$")
_GOING = re.compile(r"(?:到|去|前往|至|走进|联系)(?:当地|本地|就近的?|附近的?|各)?$")
_USER = re.compile(r"(?P<app>[^,。“”]{2,8})用户")
# A channel's name stands within so many characters after the verb that opens it.
_OPENING_REACH = 24


@remember
def opens_channel(sentence: str) -> Mention | None:
    """The channel a sentence goes to: the one it begins with (打开支付宝,...), or an app it says to tap in.

    >>> opens_channel("年轻人更习惯在支付宝里点击“市民中心”办理。").kind
    'alipay'
    >>> opens_channel("提交后可在公众号里查看“办理进度”。")
    """
    match = phrase("opening").match(sentence)
    mentions = find_channels(sentence[: match.end() + _OPENING_REACH]) if match else []
    mentions = [one for one in mentions if match and one.start + len(one.name) >= match.end()]
    if match and mentions and _stands_near(match.group(), sentence[match.end() :], mentions[0]):
        return without_actor(sentence, mentions)[0]
    if not says("taps", sentence):
        return None
    user = _USER.match(sentence)
    if user:
        return next(iter(find_channels(user["app"])), None)
    return next((m for m in find_channels(sentence) if _is_tapped(m)), None)


def without_actor(sentence: str, mentions: list[Mention]) -> list[Mention]:
    """The channels of a sentence without the employer who goes to one of them: 单位经办人到医保窗口申请.

    由单位到窗口办理 is done through the employer; 由单位登录电子税务局 is done on the site.
    """
    if not mentions or mentions[0].kind != _EMPLOYER:
        return mentions
    through = _THROUGH.search(plain(sentence)[: mentions[0].start])
    goes = [one for one in mentions[1:] if one.mode == "online" or (not through and _goes_to(sentence, one))]
    return goes or mentions


def _goes_to(sentence: str, mention: Mention) -> bool:
    return says("goes_to", plain(sentence)[: mention.start + 1][-4:])


def is_gone_to(sentence: str, mention: Mention) -> bool:
    """Whether a sentence goes to an office that it names, and does not only speak of it; an app named is used.

    >>> sentence = "两种卡在医院结算时效力相同。"
    >>> is_gone_to(sentence, find_channels(sentence)[0])
    False
    """
    before = sentence[max(0, mention.start - _OPENING_REACH) : mention.start + 1]
    return mention.mode != "offline" or says("goes_to", before) or says("goes_to", mention.name)


def uses_app(sentence: str) -> bool:
    """可以用支付宝缴费: an app and what it does."""
    online = any(mention.mode == "online" for mention in find_channels(sentence))
    return online and says("uses", sentence)


def _is_tapped(mention: Mention) -> bool:
    return (mention.mode == "online" or mention.kind == "self-service-terminal") and mention.kind not in _VAGUE


def _stands_near(verb: str, words: str, mention: Mention) -> bool:
    """Whether a channel comes right after the verb; an office gone to may have its place between: 到A区的窗口."""
    start = mention.start - len(verb)
    return start <= 1 or (mention.mode == "offline" and bool(_GOING.search(verb)) and "," not in words[:start])
