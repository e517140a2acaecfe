"""``scrapy schedule``: crawl, publish and export at set times in the foreground; or once, for cron and systemd."""

from __future__ import annotations

import argparse
import logging
import signal
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from crawler.command_line import ProjectCommand, reject, say, show_examples
from crawler.heartbeat import check_addresses
from crawler.options import OptionError, data_file, make_data_dir, parse_options
from crawler.rounds import Round
from db.clock import CHINA, now
from db.crawl_store import CrawlStore
from db.measures import REPLAY
from db.runs import last_runs

# Far enough back to find the last one that was a crawl.
RUNS_LOOKED_AT = 20

LEFT_OUT = "a round was due and is left out: the one before it is still under way"

EXAMPLES = """
  scrapy schedule --site shebaowang -s CONTACT=you@example.org           every six hours, until Ctrl-C
  scrapy schedule --site shebaowang --cron "30 4 * * *" -s CONTACT=...   every day at 04:30, time of Beijing
  scrapy schedule --once                        one round of the sites of atlas.toml: what cron and systemd start
"""


class Command(ProjectCommand):
    """Runs rounds of work: each site is crawled, then all is published and exported."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Crawl, publish and export at set times, or once"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "A round crawls each site, publishes, and exports; a step that fails is told, and what was published "
            "before stays. A round that was missed, because the machine was down, is made up for once, at the start. "
            "Settings (-s) and arguments (-a) are handed on. Ctrl-C or SIGTERM ends what is under way with all stored. "
            "With --once the exit status is 0 where all went well, 75 where another run has the site, else that of the "
            "first step that failed. deploy/ has files for systemd, cron and containers."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Sites and times."""
        super().add_options(parser)
        parser.add_argument(
            "--site",
            nargs="+",
            metavar="NAME",
            help="sites to crawl, one after the other (default: sites of atlas.toml)",
        )
        parser.add_argument("--cron", metavar="TIMES",
                            help="minute hour day month weekday, in Beijing (default: cron of atlas.toml)")  # fmt: skip
        parser.add_argument("--once", action="store_true", help="one round now, then end")
        parser.add_argument("-a", dest="arguments", action="append", default=[], metavar="NAME=VALUE",
                            help="argument of each crawl (may be repeated)")  # fmt: skip
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Check what can be checked before, then run."""
        reject(args)
        assert self.settings
        sites = opts.site or self.settings["SITES"]
        if not sites:
            raise OptionError("no site given; add --site NAME, or sites = [...] to atlas.toml")
        for site in sites:
            parse_options(site=site, **_pairs(opts.arguments))
        check_addresses(self.settings)
        trigger = _trigger(opts.cron or self.settings["CRON"])
        make_data_dir(self.settings)
        handed_on = [*opts.set, *(["LOG_JSON=true"] if opts.log_json else [])]
        is_pruned = self.settings.getint("ARCHIVE_KEEP_DAYS") > 0 and data_file(self.settings, "crawl.db").exists()
        round_ = Round(sites, handed_on, opts.arguments, is_pruned, say)
        return _once(round_) if opts.once else self._forever(round_, trigger)

    def _forever(self, round_: Round, trigger: CronTrigger) -> int:
        scheduler = BlockingScheduler(timezone=CHINA)
        begin = min(self._first_time(site, trigger) for site in round_.sites)
        scheduler.add_job(
            round_.run, trigger, next_run_time=begin, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # what it warns of is told in our words
        scheduler.add_listener(lambda _: say(LEFT_OUT), EVENT_JOB_MAX_INSTANCES)
        say(f"{', '.join(round_.sites)}: next round {begin:%Y-%m-%d %H:%M} (Beijing); Ctrl-C ends it")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            scheduler.start()
        except KeyboardInterrupt:
            say("ending; what is under way is stored first")
            round_.stop()
            scheduler.shutdown()
        return 0

    def _first_time(self, site: str, trigger: CronTrigger) -> datetime:
        """When the first round is due: now, where the last one is so long ago that one was missed, or never was."""
        assert self.settings
        moment, path = now(), data_file(self.settings, "crawl.db")
        if not path.exists():
            return moment
        with CrawlStore(path) as store:
            crawls = [run for run in last_runs(store.db, site, RUNS_LOOKED_AT) if run["reason"] != REPLAY]
        if not crawls:
            return moment
        since = datetime.fromisoformat(crawls[0]["started_at"]) + timedelta(seconds=1)
        due: datetime | None = trigger.get_next_fire_time(None, since)
        return max(due or moment, moment)


def _once(round_: Round) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: round_.stop())
    return round_.run()


def _trigger(cron: str) -> CronTrigger:
    try:
        return CronTrigger.from_crontab(cron, timezone=CHINA)
    except ValueError as error:
        raise OptionError(f"--cron {cron!r}: {error}; give minute, hour, day, month and weekday") from None


def _pairs(arguments: list[str]) -> dict[str, str]:
    for argument in arguments:
        if "=" not in argument:
            raise OptionError(f"-a {argument}: give NAME=VALUE")
    return dict(argument.split("=", 1) for argument in arguments)
