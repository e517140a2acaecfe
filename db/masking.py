"""What names a private person is covered before anything is published: mobile and identity numbers, names of contacts.

Numbers of offices and hotlines stay. A covered text is as long as it was, so that quotes still stand in their lines.
"""

from __future__ import annotations

import re

_COVER = "*"
# Resident identity number (GB 11643): region, date of birth, three digits, check character.
_IDENTITY = re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
# Mobile numbers of the mainland, also in groups of 3-4-4 digits.
_MOBILE = re.compile(r"(?<![\d-])1[3-9]\d(?P<gap>[ -]?)\d{4}(?P=gap)\d{4}(?!\d)")
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦"
    "贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
_CONTACT = re.compile(
    rf"(?:联系人|经办人|负责人|咨询人|承办人|姓名|户主)(?:姓名)?[::为是]\s*(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?![\u4e00-\u9fff])"
)
_SHOWN = 3


def masked(text: str | None) -> str | None:
    """A text in, the same with what names a private person covered; None stays None.

    >>> masked("联系人:王小明,手机13812345678,窗口电话0510-85012345,热线12393")
    '联系人:王**,手机138********,窗口电话0510-85012345,热线12393'
    """
    if text is None:
        return None
    if any(sign.isdigit() for sign in text):
        text = _MOBILE.sub(_covered, _IDENTITY.sub(_covered, text))
    return _CONTACT.sub(_covered_name, text)


def _covered(match: re.Match[str]) -> str:
    return match[0][:_SHOWN] + re.sub(r"[\dXx]", _COVER, match[0][_SHOWN:])


def _covered_name(match: re.Match[str]) -> str:
    start, end = match.start("name") - match.start() + 1, match.end("name") - match.start()
    return match[0][:start] + _COVER * (end - start) + match[0][end:]
