"""Flags on headings that promise something and have nothing below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from pipelines.flags.context import Context
from pipelines.record import QualityFlag
from pipelines.sections import Part, Section

# A heading of these kinds promises lines of its own.
_LEAF_KINDS = frozenset(
    {"channel", "unknown", "materials", "time_limits", "rule", "costs", "locations", "conditions", "coverage"}
)
# What 怎么绑?, 常见疑问 and other headings of no known kind introduce.
_ANSWERS = frozenset({"channel", "group", "steps", "unknown", "rule", "materials", "conditions", "coverage"})
# What stands beside a way of doing and never under it.
_BESIDE_A_WAY = frozenset({"group", "time_limits", "costs", "locations", "hotlines", "legal_refs", "notes"})
_WAYS = frozenset({"channel", "group"})
_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
# 是否收费 answered by a line that looks like a heading.
_SAYS_ALL = re.compile(r"^(?:不收|免费|否$|无$)")


def empty_section(context: Context) -> Iterator[QualityFlag]:
    """Headings with nothing of their own below them; none where that may only look so."""
    told = {section.title for section in context.sections if _content(section)}
    for part in context.outline.parts:
        for n, section in enumerate(part.sections):
            if not section.heading or _content(section) or section.title in told:
                continue
            following = part.sections[n + 1 :]
            if _promises(section) and not _goes_on(section, following) and not _is_frame(context, part, section):
                yield context.flag("empty_section", section.heading.line, section.heading.line.text)


def _content(section: Section) -> bool:
    return any(line.form not in ("filler", "intro") for line in section.lines)


def _promises(section: Section) -> bool:
    """A group promises lines where it is a way of doing itself: 邮寄办理."""
    if section.kind == "group":
        return bool(section.channels)
    return section.kind in _LEAF_KINDS and not _SAYS_ALL.match(section.title or "")


def _goes_on(section: Section, following: list[Section]) -> bool:
    """Whether what follows, up to a heading of the same rank, is what an empty heading introduces."""
    if not following or not section.heading:
        return False
    below = following[0]
    if below.kind == "table" or below.heading is None or below.heading.form == "intro":
        return True
    level, deeper = section.heading.level, below.heading.level
    if level and deeper:
        return deeper > level
    if section.kind == "group":
        return below.kind not in _BESIDE_A_WAY
    return bool(level) or _introduces(section, following)


def _introduces(section: Section, following: list[Section]) -> bool:
    """The same for headings without numbers, by what they say."""
    below = following[0]
    if section.kind == "unknown":
        return below.kind in _ANSWERS or below.title is None
    if section.kind == "channel":
        return _is_within(section, below) or _has_steps(following)
    return below.kind in (section.kind, "unknown", *_WAYS)


def _is_within(section: Section, below: Section) -> bool:
    """微信 above 城市服务: the second is a part of the first."""
    if below.kind == "unknown":
        return True
    return below.kind == "channel" and any(
        inner.kind.startswith(f"{outer.kind}-") for outer in section.channels for inner in below.channels
    )


def _has_steps(following: list[Section]) -> bool:
    """窗口办理 above 所需材料 and 办理流程: the way is told before the next one begins."""
    own = takewhile(lambda section: section.kind not in _WAYS or section.title is None, following)
    return any(section.kind == "steps" or section.kind in _WAYS for section in own)


def _is_frame(context: Context, part: Part, section: Section) -> bool:
    """A signature above the date, or the last heading of the page: 相关推荐."""
    if section is context.sections[-1] and section.kind == "unknown":
        return True
    number = section.heading.line.no if section.heading else 0
    after = (line for line in context.body if line.no > number and line.role != "heading")
    return section is part.sections[-1] and bool(_DATE.match(next(after, part.heading.line).text))
