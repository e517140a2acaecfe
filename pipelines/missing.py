"""Whether a site says that an article is not there, though it sent a page: the page's words in, why out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.fold import fold
from pipelines.lines import split_sentences
from pipelines.vocabulary import phrase

# An article has more sentences than this, and an apology is short.
_FEW = 3
_APOLOGY_LENGTH = 60
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_OF_A_SENTENCE = 8
# So much of a listed title, in pairs of characters, is found on a page that is of it at all.
_SHARE = 0.25


def why_missing(title: str, head: str, body: Sequence[str], *, has_byline: bool, listed: str | None) -> str | None:
    """Title of the page and of its head, lines of the text, title in a list; why it is no article, None if it is one.

    >>> why_missing("提示", "", ["抱歉,您访问的文章已删除!", "3秒后返回首页"], has_byline=False, listed=None)
    "an error page: '抱歉,您访问的文章已删除!'"
    >>> why_missing("提示页面不存在怎么办?", "", ["页面不存在,一般是网络不好。"], has_byline=False, listed=None)
    """
    sentences = [sentence for line in body[: 4 * _FEW] for sentence in split_sentences(line)]
    apologies = [sentence for sentence in (title, *sentences) if _is_apology(sentence)]
    rest = [text for text in sentences if _says_something(text) and text not in apologies and not _leads_away(text)]
    named = next((text for text in (title, head) if _names_an_error(text)), None)
    of_the_list = listed is not None and _is_about(listed, [title, head])
    an_article = has_byline or of_the_list
    if named and len(rest) < _FEW and not of_the_list:
        return f"an error or login page, titled {named!r}"
    if apologies and (not rest or (not an_article and (len(rest) < _FEW or _is_apology(_first([title, *sentences]))))):
        return f"an error page: {apologies[0]!r}"
    if listed and len(rest) < _FEW and not an_article and not _is_about(listed, [title, head, *body]):
        return f"says nothing of what the list calls {listed!r}, and little else"
    return None


def _is_apology(sentence: str) -> bool:
    if len(sentence) > _APOLOGY_LENGTH or phrase("missing_explained").search(sentence):
        return False
    return bool(phrase("missing_sentence").search(sentence))


def _names_an_error(title: str) -> bool:
    return bool(phrase("missing_title").search(title)) and not phrase("missing_explained").search(title)


def _leads_away(sentence: str) -> bool:
    return bool(phrase("missing_return").search(sentence))


def _says_something(sentence: str) -> bool:
    return len(_HAN.findall(sentence)) >= _HAN_OF_A_SENTENCE


def _first(sentences: Sequence[str]) -> str:
    return next(filter(_says_something, sentences), "")


def _is_about(listed: str, said: Sequence[str]) -> bool:
    """Whether a page takes up the title that a list gives it, by its pairs of Chinese characters."""
    wanted = {one + other for one, other in pairwise(fold(listed)) if _HAN.match(one) and _HAN.match(other)}
    text = "\n".join(said)
    return sum(pair in text for pair in wanted) >= _SHARE * len(wanted)
