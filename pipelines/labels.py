"""Lines of several labels: 线上:...;线下:... and 时限:...;收费:... are taken apart, each part under its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from pipelines.fields.channels import label_channel
from pipelines.fields.time_limits import mode_of_label
from pipelines.headings import clean_heading, kind_of_words
from pipelines.lines import BodyLine, enclosed

_LABEL = re.compile(r"(?:^|(?<=[;。!]))\s*(?P<label>[^:。,;!?“”→()《》]{2,14}):(?=\S)")
_ASKED = re.compile(r"^(?P<label>[^:。,;!?“”→]{2,14})\?\s*(?=\S)")
# What a question or a label in the middle of a line may ask for.
TYPED = frozenset({"materials", "time_limits", "costs", "locations", "hotlines", "legal_refs", "conditions", "rule"})


def parts_of(line: BodyLine, *, of_doing: bool) -> list[BodyLine]:
    """A line in, its parts out, the line alone where it has one; `of_doing`: labels of ways and channels part as well.

    >>> from pipelines.lines import body_line
    >>> from pipelines.record import Line
    >>> line = body_line(Line(1, "other", "线上:登录某某APP办理;线下:到医保窗口办理。"))
    >>> [(part.label, part.value) for part in parts_of(line, of_doing=True)]
    [('线上', '登录某某APP办理;'), ('线下', '到医保窗口办理。')]
    """
    asked = _ASKED.match(line.text)
    if asked and line.form == "sentence" and _is_typed(asked["label"]):
        return [replace(line, label=asked["label"], value=line.text[asked.end() :], form="labelled")]
    opens = _is_typed if line.label and _is_typed(line.label) else _names_a_way if of_doing else _is_typed
    starts = [0, *(match.start("label") for match in _labels(line, opens)), len(line.text)]
    if len(starts) == len(("start", "end")):
        return [line]
    return [_part(line, start, end) for start, end in pairwise(starts)]


def _labels(line: BodyLine, opens: Callable[[str], bool]) -> list[re.Match[str]]:
    """The labels after the first that open something else, none of them in quotes or brackets."""
    inside = enclosed(line.text)
    found = [match for match in _LABEL.finditer(line.text) if match.start() and not inside[match.start("label")]]
    return [match for match in found if opens(match["label"])]


def _part(line: BodyLine, start: int, end: int) -> BodyLine:
    text, marker = line.text[start:end].strip(), "" if start else line.marker
    match = _LABEL.match(text)
    label, value = (match["label"], text[match.end() :]) if match else (None, None)
    if not start:
        label, value = line.label, text.split(":", 1)[1] if line.label else None
    return replace(line, marker=marker, text=text, label=label, value=value, form="labelled" if label else "sentence")


def _is_typed(label: str) -> bool:
    known = kind_of_words(clean_heading(label))
    return known is not None and known[0] in TYPED


def _names_a_way(label: str) -> bool:
    return _is_typed(label) or mode_of_label(label) is not None or label_channel(label, None) is not None
