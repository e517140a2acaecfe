"""A run of replay: which articles of a site are read again, what became of each, and the counts that are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from crawler.archive import Archive
from crawler.archived import addresses_asked
from crawler.identity import netloc
from crawler.replay import Job, Reading, read_all
from crawler.sites import Site, load_sites
from crawler.tally import MAX_FAILED_SHARE, Outcome
from crawler.warc import read_answers
from db import captures
from db.crawl_store import CrawlStore
from db.withdrawal import is_withdrawn
from pipelines.rules_version import RULES_VERSION

# So often, in seconds, a run says in crawl.db that it is still there.
RENEWED_EVERY = 20.0
OK = 200

Tell = Callable[[int, int], None]


@dataclass
class ReplayTally:
    """What a replay did to the records of one site."""

    saved: Counter[str] = field(default_factory=Counter)  # new, changed, unchanged, withdrawn
    fields: Counter[str] = field(default_factory=Counter)  # field -> records that changed in it
    failed: dict[str, str] = field(default_factory=dict)  # article id -> reason
    unread: dict[str, str] = field(default_factory=dict)  # the same of those that had no record before either

    def counts(self) -> dict[str, int]:
        """The numbers that are stored with the run."""
        return {name: self.saved[name] for name in ("new", "changed", "unchanged")} | {"failed": len(self.failed)}

    def outcome(self) -> tuple[Outcome, str | None]:
        """The run's outcome and, where it failed, why: of most articles there is no record any more."""
        total = self.saved.total() + len(self.failed)
        if len(self.failed) > total * MAX_FAILED_SHARE:
            return "failed", f"{len(self.failed)} of {total} articles failed"
        return "finished", None


def begin(store: CrawlStore, site: str, jobs: list[Job]) -> int:
    """Begin a run of the site, which `replay` ends; returns its id."""
    return store.start_run(site, "replay", {"articles": len(jobs)}, RULES_VERSION)


def replay(store: CrawlStore, run_id: int, folder: Path, jobs: list[Job], max_size: int, tell: Tell) -> ReplayTally:
    """Read articles again and store what differs; `tell` hears how far it is."""
    tally = ReplayTally()
    outcome: tuple[Outcome, str | None] = ("stopped", "stopped by the operator; the next replay goes on")
    heard = monotonic()
    try:
        for done, (job, reading) in enumerate(zip(jobs, read_all(jobs, folder, max_size), strict=True), 1):
            _save(store, job, reading, run_id, tally)
            tell(done, len(jobs))
            if monotonic() - heard > RENEWED_EVERY:
                heard = monotonic()
                store.renew_run(run_id, tally.counts())
        outcome = tally.outcome()
    except Exception as error:
        outcome = "failed", str(error)
        raise
    finally:
        store.finish_run(run_id, outcome[0], tally.counts(), outcome[1])
    return tally


def jobs_of(store: CrawlStore, site: str, *, every: bool) -> list[Job]:
    """The articles of a site that other rules read (or `every` one), and those that none could read so far."""
    known = captures.read_by_others(store.db, site, None if every else RULES_VERSION)
    return [
        *(Job(article_id, captures.pages_of(store.db, article_id), known=True) for article_id in known),
        *(_job(store, article_id) for article_id in captures.unread(store.db, site)),
    ]


def new_jobs(store: CrawlStore, article_ids: Collection[str]) -> list[Job]:
    """Of these articles, those of which the archive has something newer than their record."""
    jobs = (_job(store, article_id) for article_id in article_ids)
    return [job for job in jobs if _is_newer(store, job)]


def take_in(
    store: CrawlStore, archive_of: Callable[[str], Archive], site: Site | None, file: Path, warn: Callable[[str], None]
) -> dict[str, set[str]]:
    """A WARC file of another tool -> site -> ids of its articles in the file, whose pages are in the archive then.

    `archive_of` gives the archive of a site by its name. Pages are told by their hosts; those of a mirror count where
    the site is given.
    """
    sites = [site] if site else load_sites()
    found: dict[str, set[str]] = {}
    with ExitStack() as stack:
        archives = {known.name: stack.enter_context(closing(archive_of(known.name))) for known in sites}
        for answer in read_answers(file, warn):
            owner = site or next((known for known in sites if netloc(answer.url) in known.hosts), None)
            addresses = addresses_asked(owner, answer.url) if owner and answer.status == OK else None
            ref = addresses.identify(answer.url) if addresses else None
            if addresses and ref and not is_withdrawn(store.db, ref.article_id):
                archives[ref.site].take_in(answer, addresses.canonical(answer.url), ref.article_id)
                found.setdefault(ref.site, set()).add(ref.article_id)
    return found


def _job(store: CrawlStore, article_id: str) -> Job:
    title = store.listed_title(article_id)
    return Job(article_id, captures.captures_of(store.db, article_id), known=False, listed=title)


def _is_newer(store: CrawlStore, job: Job) -> bool:
    read_at = captures.read_at(store.db, job.article_id)
    return bool(job.captures) and (read_at is None or job.captures[-1].fetched_at > read_at)


def _save(store: CrawlStore, job: Job, reading: Reading, run_id: int, tally: ReplayTally) -> None:
    if not reading.record or not reading.fetched:
        if job.known:
            tally.failed[job.article_id] = reading.problem or "no record"
        else:
            tally.unread[job.article_id] = reading.problem or "no record"
    elif job.known:
        moment = reading.fetched.moment
        fields = store.save_replayed(job.article_id, reading.record, moment, run_id, reading.pages)
        tally.saved["changed" if fields else "unchanged"] += 1
        tally.fields.update(fields)
    else:
        tally.saved[store.save_article(job.article_id, reading.record, reading.fetched, run_id, reading.pages)] += 1
