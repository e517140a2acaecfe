"""Paragraphs of another insurance spliced into the text: found by what they speak of, and kept out of every record."""

from __future__ import annotations

from pipelines.lines import BodyLine
from pipelines.vocabulary import says


def off_topic_runs(lines: list[BodyLine]) -> list[list[BodyLine]]:
    """Body lines in, the maximal runs out that begin and end off the topic and nowhere come back to it."""
    runs: list[list[BodyLine]] = []
    start = 0
    for begin, line in enumerate(lines):
        if begin < start or not _speaks(line, "off_topic") or _speaks(line, "on_topic"):
            continue
        end = last = begin
        while end < len(lines) and not _speaks(lines[end], "on_topic"):
            last = end if _speaks(lines[end], "off_topic") else last
            end += 1
        runs.append(lines[begin : last + 1])
        start = last + 1
    return runs


def _speaks(line: BodyLine, topic: str) -> bool:
    return says(topic, line.line.text)
