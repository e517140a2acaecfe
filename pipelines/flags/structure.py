"""Flags on how the text is put together: spliced, doubled, out of order, unread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import attrgetter

from pipelines.fields.channels import label_channel
from pipelines.flags.context import Context
from pipelines.flags.words import defects
from pipelines.headings import clean_heading
from pipelines.record import QualityFlag

_LATE_CONDITION = re.compile(r"^(?:若|如果)[^。]*(?<![无不响])(?:需先|应先|须先)")


def off_topic_paragraph(context: Context) -> Iterator[QualityFlag]:
    """Each run of lines of another insurance, at its first line."""
    for role, found in groupby(context.body, attrgetter("role")):
        if role == "off_topic":
            run = list(found)
            yield context.flag("off_topic_paragraph", run[0], run[0].text, None, f"共{len(run)}行")


def heading_label_mismatch(context: Context) -> Iterator[QualityFlag]:
    """A label that names another channel than the heading above it."""
    for section, line in context.labelled:
        mention = label_channel(line.label or "", None) if section.channels else None
        if mention and not any(_one_family(mention.kind, channel.kind) for channel in section.channels):
            yield context.flag("heading_label_mismatch", line.line, line.label)


def _one_family(label: str, heading: str) -> bool:
    family = {"wechat", "nhsa", "alipay"} & {label.split("-")[0], heading.split("-")[0]}
    wechat_side = {"local-yibao-account", "nhsa-miniprogram"}
    if label == heading or label.split("-")[0] == heading.split("-")[0]:
        return True
    return "wechat" in family and (label in wechat_side or heading in wechat_side)


def duplicate_intro(context: Context) -> Iterator[QualityFlag]:
    """Two intros in a row."""
    for before, line in pairwise(context.body):
        if before.role == line.role == "intro":
            yield context.flag("duplicate_intro", line, line.text)


def filler_line(context: Context) -> Iterator[QualityFlag]:
    """Lines that pretend to say something; a date, a number or 特此通告 does not."""
    for line in context.body:
        if line.role == "filler" and any(one.pattern.search(line.text) for one in defects("filler_line")):
            yield context.flag("filler_line", line, line.text)


def redundant_label(context: Context) -> Iterator[QualityFlag]:
    """A label that only repeats the heading above it."""
    for section, line in context.labelled:
        if section.title and clean_heading(line.label or "") == clean_heading(section.title):
            yield context.flag("redundant_label", line.line, line.label)


def precondition_after_steps(context: Context) -> Iterator[QualityFlag]:
    """A condition to meet first, told after what it is the condition of."""
    for section in context.sections:
        for line in section.lines[1:]:
            if _LATE_CONDITION.match(line.text):
                yield context.flag("precondition_after_steps", line.line, line.line.text)


def unparsed_line(context: Context) -> Iterator[QualityFlag]:
    """Lines that ended in no record."""
    for line in context.body:
        if line.role == "other":
            yield context.flag("unparsed_line", line, line.text)
