"""What can be wrong with an answer: an exception in; the name of its kind and plain words out. Pure.

The names are stored with each address (page.problem) and counted with each run, so they never change.
"""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from pipelines.page import NotAnArticle, UndecodableError

NO_ANSWER = "no_answer"
OTHER = "other"

# Scrapy's exceptions and, where several things raise the same one, a part of what it says -> our name and words.
KNOWN: tuple[tuple[type[BaseException], str, str, str], ...] = (
    (CannotResolveHostError, "", NO_ANSWER, "the host name is not known"),
    (DownloadConnectionRefusedError, "", NO_ANSWER, "connection refused"),
    (DownloadTimeoutError, "", NO_ANSWER, "no answer in time"),
    (DownloadFailedError, "", NO_ANSWER, "the connection broke off"),
    (ResponseDataLossError, "", NO_ANSWER, "the answer broke off"),
    (DownloadCancelledError, "", "too_large", "larger than DOWNLOAD_MAXSIZE"),
    (IgnoreRequest, "DOWNLOAD_MAXSIZE", "too_large", "larger than DOWNLOAD_MAXSIZE once it is decompressed"),
    (IgnoreRequest, "max redirections", "redirect_loop", "redirects without end"),
)


class PageProblem(ValueError):  # noqa: N818 - it says what is wrong, as NotAnArticle does
    """An answer is not the page that was asked for; the message says why, `kind` names it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Refused(IgnoreRequest):
    """A request that is not made; the message says why, `kind` names it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class LeftAlone(IgnoreRequest):
    """The host is not to be asked any more for now: no fault of the page, and the end of the crawl."""


class BudgetSpent(LeftAlone):
    """What may be asked of the host in a day was asked: the crawl has done what it may."""


class Ending(LeftAlone):
    """The crawl is ending anyway."""


# What can be wrong with a page that is not our fault.
UNREADABLE = (PageProblem, NotAnArticle, UndecodableError)


def kind_of(error: BaseException | None) -> str:
    """The name of the kind of problem."""
    if isinstance(error, UndecodableError):
        return "unreadable_text"
    if isinstance(error, (PageProblem, Refused, NotAnArticle)):
        return error.kind
    found = [name for kind, words, name, _ in KNOWN if isinstance(error, kind) and words in str(error)]
    return found[0] if found else OTHER if isinstance(error, IgnoreRequest) else NO_ANSWER


def reason_of(error: BaseException | None) -> str:
    """Why a page could not be fetched, in plain words."""
    found = [plain for kind, words, _, plain in KNOWN if isinstance(error, kind) and words in str(error)]
    return found[0] if found else " ".join(str(error).split()) or type(error).__name__
