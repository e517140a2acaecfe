"""Quality flags: defects seen in one article, each with its words and its line, in the order of FLAGS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sized

from pipelines.flags import article, empty, numbers, places, structure, words
from pipelines.flags.context import Context
from pipelines.memory import remember
from pipelines.outline import Outline
from pipelines.record import QualityFlag, Record
from pipelines.regions import find_regions

Flagger = Callable[[Context], Iterator[QualityFlag]]

FLAGS: tuple[Flagger, ...] = (
    structure.off_topic_paragraph,
    empty.empty_section,
    numbers.arithmetic_mismatch,
    numbers.implausible_value,
    places.wrong_region_channel,
    places.foreign_region_mention,
    structure.heading_label_mismatch,
    words.listed_words,
    words.ui_label_altered,
    words.hotline_mismatch,
    structure.duplicate_intro,
    structure.filler_line,
    structure.redundant_label,
    structure.precondition_after_steps,
    article.title_scope_mismatch,
    article.unclassified_procedure,
    structure.unparsed_line,
    article.region_flags,
    numbers.stale_year,
    article.date_tag_mismatch,
)


# What the flags that go by the words of a line look for.
_FINDERS: tuple[Callable[[str], Sized], ...] = (
    words.in_body,
    words.altered_labels,
    numbers.outside_bounds,
    numbers.years,
    places.named_channels,
    find_regions,
)


@remember
def _is_striking(text: str) -> bool:
    return any(finder(text) for finder in _FINDERS)


def flag_record(record: Record, outline: Outline) -> list[QualityFlag]:
    """A record and the outline it was read from in, its flags out."""
    context = Context(record, outline, _is_striking)
    return [flag for flagger in FLAGS for flag in flagger(context)]
