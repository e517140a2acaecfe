"""A round of scheduled work: sites in; prune, crawl each, publish, export, each a process; one exit status out."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import RLock

from crawler.command_line import INTERRUPTED, TRY_LATER


@dataclass
class Round:
    """What a round runs. `settings` (NAME=VALUE) and `arguments` (NAME=VALUE of -a) go to each command and crawl."""

    sites: Sequence[str]
    settings: Sequence[str] = ()
    arguments: Sequence[str] = ()
    is_pruned: bool = False  # begin with taking out of the archive what is older than it is kept
    tell: Callable[[str], None] = print
    stopped: bool = False
    _running: subprocess.Popen[bytes] | None = None
    _lock: RLock = field(default_factory=RLock)

    def run(self) -> int:
        """Do it all once. What a crawl left is published if any crawl finished; the status is the worst there was."""
        pruned = [self._scrapy("prune")] if self.is_pruned else []
        crawls = [self._scrapy("crawl", "articles", *_pairs("-a", [f"site={site}", *self.arguments]),
                               "-s", "RUN_REASON=scheduled") for site in self.sites]  # fmt: skip
        statuses = [*pruned, *crawls]
        if 0 in crawls and not self.stopped:
            statuses = [*statuses, published := self._scrapy("publish")]
            if published == 0:
                statuses.append(self._scrapy("export"))
        return _worst(statuses)

    def stop(self) -> None:
        """End what is under way as Ctrl-C would: with everything stored; the rest of the round is left out."""
        self.stopped = True
        with self._lock:
            if self._running and self._running.poll() is None:
                self._running.send_signal(signal.SIGINT)  # the publishing too: it is whole or not at all

    def _scrapy(self, *words: str) -> int:
        command = [sys.executable, "-m", "scrapy", *words, *_pairs("-s", self.settings)]
        with self._lock:
            if self.stopped:
                return INTERRUPTED
            # A session of its own: Ctrl-C reaches it once, through `stop`, and not a second time from the terminal.
            self._running = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
            if self.stopped:  # a signal came between the two
                self.stop()
        status = self._running.wait()
        if status:
            self.tell(f"scrapy {' '.join(words[:4])} ended with status {status}")
        return status


def _pairs(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _worst(statuses: Sequence[int]) -> int:
    """A failure before a site that another run has, before all well."""
    failed = [status for status in statuses if status not in (0, TRY_LATER)]
    return failed[0] if failed else max(statuses, default=0)
