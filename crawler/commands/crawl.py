"""``scrapy crawl articles``: Scrapy's own command, with an exit status that says how the run went."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen, TimeoutExpired
from sys import executable
from typing import TYPE_CHECKING

from rich.console import Console
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from crawler.command_line import INTERRUPTED, show_examples, status_of
from crawler.options import OptionError
from crawler.spiders.articles import ArticlesSpider
from crawler.summary import print_summary

if TYPE_CHECKING:
    from asyncio import Task

    from scrapy.crawler import Crawler

EXIT_STATUS = {"finished": 0, "failed": 1, "stopped": INTERRUPTED}
SECONDS_TO_END = 5

EXAMPLES = """
  scrapy crawl articles                                     the demo site, served from this machine
  scrapy crawl articles -a site=shebaowang -s CONTACT=you@example.org
  scrapy crawl articles -a site=shebaowang -a base_url=http://127.0.0.1:8099 -a since=2026-01-01
  scrapy crawl articles -a site=shebaowang -a max_articles=50 -a max_minutes=10 -s CONTACT=you@example.org
"""


class Command(ScrapyCrawl):
    """Runs a spider; exits with 0 only where its run finished."""

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Crawl a site's lists and articles into crawl.db"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "Reads the lists of a site, the articles they name and the earlier articles listed under each, "
            "into DATA_DIR/crawl.db. What was fetched is not fetched again until it is due. "
            "Arguments (-a NAME=VALUE): site (default: demo), base_url (another address of the site), "
            "since (YYYY-MM-DD; articles listed earlier are kept as listed), max_articles, max_minutes."
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
        with _demo_site(arguments):
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
        print_summary(Console(stderr=True), spider)
        return EXIT_STATUS[spider.outcome]


@contextmanager
def _demo_site(arguments: dict[str, str]) -> Iterator[None]:
    """The demo site asked for without an address: served while the block runs, in a process of its own."""
    if arguments.get("site", "demo") != "demo" or arguments.get("base_url"):
        yield
        return
    # A session of its own, so that Ctrl-C reaches the crawl alone, and the crawl can end what is under way.
    # The pipe to its standard input closes when this process ends, however it ends.
    command = [executable, "-m", "crawler.demo", "serve", "--with-stdin"]
    server = Popen(command, stdin=PIPE, stdout=PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout
        arguments["base_url"] = server.stdout.readline().strip()
        if not arguments["base_url"]:
            raise OptionError("the demo site did not start; see the lines above")
        yield
    finally:
        server.terminate()
        try:
            server.wait(SECONDS_TO_END)
        except TimeoutExpired:
            server.kill()
