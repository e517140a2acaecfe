"""``scrapy crawl articles``: Scrapy's own command, with an exit status that says whether all is well."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.command_line import INTERRUPTED, Configured, say, say_findings, show_examples, status_of
from crawler.demo_server import demo_server
from crawler.heartbeat import check_addresses, tell_failure, tell_success, telling_failure
from crawler.options import OptionError
from crawler.room import warn_of_room
from crawler.spiders.articles import ArticlesSpider
from crawler.summary import print_summary
from db.crawl_store import CrawlStore
from db.run_checks import Finding, check_site

if TYPE_CHECKING:
    from asyncio import Task

    from scrapy.crawler import Crawler

EXIT_STATUS = {"finished": 0, "failed": 1, "stopped": INTERRUPTED}

EXAMPLES = """
  scrapy crawl articles                                     the demo site, served from this machine
  scrapy crawl articles -a site=shebaowang -s CONTACT=you@example.org
  scrapy crawl articles -a site=shebaowang -a base_url=http://127.0.0.1:8099 -a since=2026-01-01
  scrapy crawl articles -a site=shebaowang -a max_articles=50 -a max_minutes=10 -s CONTACT=you@example.org
"""


class Command(Configured, ScrapyCrawl):
    """Runs a spider; exits with 0 only where its run finished and may be published."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Crawl a site's lists and articles into crawl.db"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Reads the lists of a site, the articles they name and the earlier articles listed under each, "
            "into DATA_DIR/crawl.db. What was fetched is not fetched again until it is due. "
            "Arguments (-a NAME=VALUE): site (default: demo), base_url (another address of the site), "
            "since (YYYY-MM-DD; articles listed earlier are kept as listed), max_articles, max_minutes. "
            "The exit status is 0 where the run finished and the checks before publishing find no error, 75 where "
            "another run has the site, 130 where the operator stopped it, and 1 else."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The options of Scrapy's command."""
        super().add_options(parser)
        show_examples(parser, EXAMPLES)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider named in `args`."""
        if len(args) != 1:
            raise UsageError("give the name of one spider: scrapy crawl articles", print_help=False)
        self.exitcode = status_of(lambda: self._run(args[0], opts.spargs))

    def _run(self, name: str, arguments: dict[str, str]) -> int:
        try:
            crawler = self._create_crawler(name)
        except KeyError as error:
            raise OptionError(f"{error.args[0]}; `scrapy list` names the spiders") from None
        check_addresses(crawler.settings)
        site = arguments.get("site", "demo")
        with telling_failure(crawler.settings, f"crawl of {site}"), _demo_site(arguments):
            return self._crawl(crawler, arguments)

    def _crawl(self, crawler: Crawler, arguments: dict[str, str]) -> int:
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)
        task: Task[None] = self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        if not task.done():
            return INTERRUPTED  # forced to end by a second signal
        task.result()  # raises what went wrong before the spider could open
        spider = crawler.spider
        if not isinstance(spider, ArticlesSpider):
            return int(self.crawler_process.bootstrap_failed)
        print_summary(spider)
        findings = []
        if spider.outcome == "finished":
            say_findings(findings := _findings(spider))
            warn_of_room(crawler.settings)
        is_well = _tell(crawler, spider, findings)
        return EXIT_STATUS[spider.outcome] or int(not is_well)


def _findings(spider: ArticlesSpider) -> list[Finding]:
    """What the checks before publishing will say of the run."""
    with CrawlStore(spider.store.path, create=False) as store:
        return check_site(store.db, spider.site_name)


def _tell(crawler: Crawler, spider: ArticlesSpider, findings: list[Finding]) -> bool:
    """Tell the monitor how the run ended; one that the operator stopped is no news. Returns whether all is well."""
    errors = [finding.text for finding in findings if finding.severity == "error"]
    if spider.outcome == "failed" or errors:
        why = spider.error or "; ".join(errors)
        say("What was published before stays: `scrapy publish` refuses this run")
        tell_failure(crawler.settings, f"crawl of {spider.site_name}, run {spider.run_id}", why)
        return False
    if spider.outcome == "finished":
        tell_success(crawler.settings)
    return True


@contextmanager
def _demo_site(arguments: dict[str, str]) -> Iterator[None]:
    """The demo site asked for without an address: served while the block runs."""
    if arguments.get("site", "demo") != "demo" or arguments.get("base_url"):
        yield
        return
    with demo_server() as address:
        arguments["base_url"] = address
        yield
