"""What a crawl did, counted as it goes, and what follows from it for the run's outcome. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from crawler.problems import BudgetSpent, Ending, LeftAlone

Outcome = Literal["finished", "failed", "stopped"]

# Where more of the articles asked for failed, the run did: the site, or our reading of it, changed.
MAX_FAILED_SHARE = 0.5
# The reasons with which Scrapy closes a spider that was told to stop by a signal.
STOPPED_BY_SIGNAL = "shutdown"


@dataclass
class Tally:
    """Counts and names of one run; addresses are canonical ones."""

    listing_pages: int = 0
    listed: set[str] = field(default_factory=set)  # ids of all articles that some list named
    newly_listed: int = 0
    saved: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged
    not_modified: int = 0  # of the unchanged: the site said so without sending the page
    came_back: int = 0  # of all saved: had been missing or gone
    dead: dict[str, str] = field(default_factory=dict)  # article id -> address: never was an article
    missing: dict[str, str] = field(default_factory=dict)  # article id -> address: was one, is not there today
    gone: dict[str, str] = field(default_factory=dict)  # article id -> address: was one, not there on several days
    duplicates: dict[str, str] = field(default_factory=dict)  # article id -> id of the article that it is
    other_addresses: set[str] = field(default_factory=set)  # listed with a session, a query or as a later page
    failed: dict[str, str] = field(default_factory=dict)  # article id -> address: reason
    problems: Counter[str] = field(default_factory=Counter)  # of the failed, by kind: wall, soft_404, ...
    failed_listings: list[str] = field(default_factory=list)  # address: reason
    listings_not_modified: int = 0  # of the pages of lists: the site said so without sending the page
    repeated_listings: int = 0  # name the same articles as another page of a list
    endless_listings: bool = False  # the lists went on after as many pages as are read
    not_due: int = 0  # known from earlier runs and not to be asked again yet
    waiting: int = 0  # still unasked at the end: listed before `since`, or beyond the limits
    errors: int = 0  # exceptions that nobody handled
    store_error: str | None = None
    left_alone: LeftAlone | None = None  # why the site is not to be asked any more for now
    no_answer: str | None = None  # what was said when the site or the network was given up

    @property
    def attempted(self) -> int:
        """How many articles were asked for and gave some outcome."""
        others = (self.dead, self.missing, self.gone, self.duplicates, self.failed)
        return self.saved.total() + sum(map(len, others))

    def counts(self) -> dict[str, int]:
        """The numbers that are stored with the run."""
        return {
            "listing_pages": self.listing_pages,
            "listed": len(self.listed),
            "newly_listed": self.newly_listed,
            "new": self.saved["new"],
            "changed": self.saved["changed"],
            "unchanged": self.saved["unchanged"],
            "not_modified": self.not_modified,
            "came_back": self.came_back,
            "dead": len(self.dead),
            "missing": len(self.missing),
            "gone": len(self.gone),
            "duplicates": len(self.duplicates),
            "other_addresses": len(self.other_addresses),
            "failed": len(self.failed),
            **{f"failed_{kind}": number for kind, number in sorted(self.problems.items())},
            "failed_listings": len(self.failed_listings),
            "listings_not_modified": self.listings_not_modified,
            "repeated_listings": self.repeated_listings,
            "endless_listings": int(self.endless_listings),
            "waiting": self.waiting,
            "errors": self.errors,
        }

    def outcome(self, close_reason: str) -> tuple[Outcome, str | None]:
        """Why the spider closed -> the run's outcome and, where it is not finished, why, in one line."""
        if error := self._error():
            return "failed", error
        if close_reason == STOPPED_BY_SIGNAL:
            return "stopped", "stopped by the operator; the next run goes on"
        return "finished", None

    def _error(self) -> str | None:
        if self.store_error:
            return self.store_error
        if self.errors:
            return f"{self.errors} unexpected errors, see the log"
        if self.no_answer:
            return self.no_answer
        if self.left_alone and not isinstance(self.left_alone, (BudgetSpent, Ending)):
            return f"{self.left_alone}; the next run goes on"
        if not self.listing_pages and self.failed_listings:
            return f"no list could be read: {self.failed_listings[0]}"
        if len(self.failed) > self.attempted * MAX_FAILED_SHARE:
            kind, number = (self.problems.most_common(1) or [("", 0)])[0]
            why = f", {number} of them: {kind}" if kind else ""
            return f"{len(self.failed)} of {self.attempted} articles failed{why}"
        return None
