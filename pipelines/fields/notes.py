"""Notes: tips, hedges, contacts."""

from __future__ import annotations

from pipelines.vocabulary import says


def kind_of(text: str) -> str:
    """What a note is for.

    >>> kind_of("如有疑问可拨打12393咨询。"), kind_of("部分地区暂未开通线上办理。")
    ('contact', 'channel_limitation')
    """
    for kind, name in (("channel_limitation", "limitation"), ("contact", "contact"), ("hedge", "hedge")):
        if says(name, text):
            return kind
    return "tip"
