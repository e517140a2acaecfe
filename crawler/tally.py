"""What a crawl did, counted as it goes, and what follows from it for the run's outcome. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

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
    dead: dict[str, str] = field(default_factory=dict)  # article id -> address
    failed: dict[str, str] = field(default_factory=dict)  # article id -> address: reason
    failed_listings: list[str] = field(default_factory=list)  # address: reason
    not_due: int = 0  # known from earlier runs and not to be asked again yet
    waiting: int = 0  # still unasked at the end: listed before `since`, or beyond the limits
    errors: int = 0  # exceptions that nobody handled
    store_error: str | None = None

    @property
    def attempted(self) -> int:
        """How many articles were asked for and gave some outcome."""
        return self.saved.total() + len(self.dead) + len(self.failed)

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
            "dead": len(self.dead),
            "failed": len(self.failed),
            "failed_listings": len(self.failed_listings),
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
        if not self.listing_pages and self.failed_listings:
            return f"no list could be read: {self.failed_listings[0]}"
        if len(self.failed) > self.attempted * MAX_FAILED_SHARE:
            return f"{len(self.failed)} of {self.attempted} articles failed"
        return None
