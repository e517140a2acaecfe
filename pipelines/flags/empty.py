"""Flags on headings that promise something and have nothing below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from pipelines.flags.context import Context
from pipelines.lines import BodyLine
from pipelines.record import QualityFlag
from pipelines.sections import Section

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
# 是否收费 is answered by what looks like a heading.
_SAYS_ALL = re.compile(r"^(?:不收|免费|否$|无$)")


def empty_section(context: Context) -> Iterator[QualityFlag]:
    """Headings with nothing of their own below them; none where that may only look so."""
    told = {section.title for section in context.sections if _content(section)}
    for part in context.outline.parts:
        for n, section in enumerate(part.sections):
            heading = section.heading
            if heading is None or not _promises(section) or _content(section) or section.title in told:
                continue
            is_last = n + 1 == len(part.sections)
            if _is_frame(context, section, heading) if is_last else _goes_on(heading, part.sections, n):
                continue
            yield context.flag("empty_section", heading.line, heading.line.text)


def _content(section: Section) -> bool:
    return any(line.form not in ("filler", "intro") for line in section.lines)


def _promises(section: Section) -> bool:
    """A group promises lines where it is a way of doing itself: 邮寄办理."""
    if section.kind == "group":
        return bool(section.channels)
    return section.kind in _LEAF_KINDS and not _SAYS_ALL.match(section.title or "")


def _is_frame(context: Context, section: Section, heading: BodyLine) -> bool:
    """The last words of a page: 相关推荐, or a signature above the date."""
    if section is context.sections[-1] and section.kind == "unknown":
        return True
    after = (line.text for line in context.body if line.no > heading.line.no and line.role != "heading")
    return bool(_DATE.match(next(after, "")))


def _goes_on(heading: BodyLine, sections: list[Section], n: int) -> bool:
    """Whether what follows the n-th section is what its empty heading introduces."""
    section, below = sections[n], sections[n + 1]
    if below.heading is None or below.heading.form == "intro":
        return True
    if heading.level and below.heading.level:
        return below.heading.level > heading.level
    if section.kind == "group":
        return below.kind not in _BESIDE_A_WAY
    if heading.level:
        return True
    if section.kind == "unknown":
        return below.kind in _ANSWERS or below.title is None
    if section.kind == "channel":
        return _is_within(section, below) or _has_steps(sections, n)
    return below.kind in (section.kind, "unknown", *_WAYS)


def _is_within(section: Section, below: Section) -> bool:
    """城市服务 below 微信 is a part of it, and so may be what no one knows."""
    if below.kind == "unknown":
        return True
    return below.kind == "channel" and any(
        inner.kind.startswith(f"{outer.kind}-") for outer in section.channels for inner in below.channels
    )


def _has_steps(sections: list[Section], n: int) -> bool:
    """窗口办理 above 所需材料 and 办理流程: the way is told before the next one begins."""
    own = takewhile(lambda one: one.kind not in _WAYS or one.title is None, islice(sections, n + 1, None))
    return any(one.kind in ("steps", *_WAYS) for one in own)
