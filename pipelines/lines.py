"""Body lines and their form: the number before, the label, how they end. Form only; no words of the field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.memory import remember, remember_list
from pipelines.record import Line
from pipelines.tables import CELL
from pipelines.vocabulary import says

Form = Literal["intro", "filler", "colon", "question", "bare", "labelled", "sentence"]

# Numbering styles, outermost first; a heading's level is its place here.
_MARKERS = (
    re.compile(
        r"^(?:第?[一二三四五六七八九十]{1,3}[、.]\s*|0\d[、.]?\s+|[一二三四五六七八九十]{1,3}\s+|第[一二三四五六七八九十]+(?:步|种|章|部分)[、:,.]?\s*)"
    ),
    re.compile(r"^(?:\([一二三四五六七八九十]{1,3}\)|[A-Z][.、](?=\s*[\u4e00-\u9fff]))\s*"),
    re.compile(
        r"^(?:\d{1,2}(?:[、)]|\.(?!\d))\s*|\d{1,2}\s+(?=[\u4e00-\u9fff《“])(?!年(?!限)|月(?!度)|[个天日元人种项份张次小步点号楼周岁类家级万千百倍名位档折寸成])|Step\s?\d[:.]?\s*|"
        r"(?:步骤|方[法式]|途径|渠道|入口|路径|办法)[一二三四五六七八九\d]{1,2}[、:., ]\s*)"
    ),
    re.compile(r"^\(\d{1,2}\)\s*"),
    re.compile(r"^(?:[问答][::、.]|[QA]\d{0,2}[::、.])\s*"),
    re.compile(r"^(?:[•·●◆■□▪▶*○◇✓√✔✘✗✅❌☑❎📌👉🔹🔸🔺⏰📍💡🎈⭐★☆➤►]+️?\s*|[-–—]+\s+|-(?=[\u4e00-\u9fff]))"),
)
_LABEL = re.compile(r"^(?P<label>(?:“[^“”:]{1,14}”)?[^:。,;!?“”→]{1,14}|“[^“”:]{1,14}”):\s*(?P<value>\S.*)$")
_CLOCK = re.compile(r"\d$")
_BOXED = re.compile(r"^【[^【】]*】$")
_BARE_LENGTH = 20
_QUESTION_LENGTH = 40
# A heading like (一)银行缴费。 may end with a stop; figures number sentences as well.
_HEADING_LEVELS = 2
_STOPPED_LENGTH = 10
_ASKED = re.compile(r"^(?:问|Q\d{0,2})[::、.]")
# Taps joined by arrows are done and head nothing.
_LED_ON = re.compile(r"→|->|—>|=>")
_SENTENCE_PUNCTUATION = re.compile(r"[。;,!?…:]")
_END = re.compile(r"[。!?]+")
_ENCLOSED = re.compile(r"“[^“”]*”|\([^()]*\)|《[^《》]*》|【[^【】]*】|「[^「」]*」")


@dataclass(slots=True)
class BodyLine:
    """A body line taken apart: `marker` and `level` of its numbering (0: none), then label and value, or text."""

    line: Line
    marker: str
    level: int
    text: str
    label: str | None
    value: str | None
    form: Form

    @property
    def whole(self) -> str:
        """The line, or the part of one that this is, with its number."""
        return self.marker + self.text


def body_line(line: Line) -> BodyLine:
    """A folded line in, its parts out.

    >>> parts = body_line(Line(3, "other", "(一)支付宝:进入“市民中心”。"))
    >>> parts.level, parts.label, parts.value, parts.form
    (2, '支付宝', '进入“市民中心”。', 'labelled')
    """
    return BodyLine(line, *_parts(line.text))


@remember
def _parts(line: str) -> tuple[str, int, str, str | None, str | None, Form]:
    """Marker, level, text, label, value and form of a line."""
    marker, level = _marker(line)
    text = line[len(marker) :] or line
    match = _LABEL.match(text)
    if match and (_CLOCK.search(match["label"]) and match["value"][:1].isdigit()):
        match = None
    label, value = (match["label"], match["value"]) if match else (None, None)
    form = "question" if _asks(marker, text) else _form(text, level, bool(label))
    return marker, level, text, label, value, form


def _asks(marker: str, text: str) -> bool:
    return bool(_ASKED.match(marker)) or (text.endswith("?") and len(text) <= _QUESTION_LENGTH and "。" not in text)


def _marker(text: str) -> tuple[str, int]:
    for level, style in enumerate(_MARKERS, 1):
        match = style.match(text)
        if match and match.end() < len(text):
            return match.group(), level
    return "", 0


def _form(text: str, level: int, labelled: bool) -> Form:  # noqa: FBT001 - private and plain
    if CELL in text or (_LED_ON.search(text) and not text.endswith(":")):
        return "labelled" if labelled and CELL not in text else "sentence"
    if says("filler", text):
        return "filler"
    if not labelled and says("intro", text) and not (text.endswith("。") and says("figures", text)):
        return "intro"
    if text.endswith(":") or _BOXED.match(text):
        return "colon"
    if labelled:
        return "labelled"
    if len(text) <= _BARE_LENGTH and not _SENTENCE_PUNCTUATION.search(text):
        return "bare"
    if 0 < level <= _HEADING_LEVELS and len(text) <= _STOPPED_LENGTH and not _SENTENCE_PUNCTUATION.search(text[:-1]):
        return "bare"
    return "sentence"


@remember_list
def split_sentences(text: str) -> list[str]:
    """A line in, its sentences out, each with its final mark; never inside quotes or brackets.

    >>> split_sentences("先登录平台。点击“怎么办?”进入(如有疑问请咨询!)页面;再提交")
    ['先登录平台。', '点击“怎么办?”进入(如有疑问请咨询!)页面;再提交']
    """
    out: list[str] = []
    inside = enclosed(text)
    start = 0
    for match in _END.finditer(text):
        if not inside[match.start()]:
            out.append(text[start : match.end()].strip())
            start = match.end()
    out.append(text[start:].strip())
    return [sentence for sentence in out if sentence]


def enclosed(text: str) -> list[bool]:
    """For each character, whether it stands in quotes or brackets that are closed again."""
    marks = [False] * len(text)
    for span in _ENCLOSED.finditer(text):
        marks[span.start() : span.end()] = [True] * len(span.group())
    return marks
