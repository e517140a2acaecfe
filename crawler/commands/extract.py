"""``scrapy extract PAGE...``: what is read from a page, from which line, by which rule; no database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from scrapy.crawler import AsyncCrawlerProcess

from crawler.command_line import ProjectCommand, complain, say, show_examples, standard_output, warn
from crawler.identity import Addresses
from crawler.options import OptionError
from crawler.page_spider import Ask, PageSpider
from crawler.problems import UNREADABLE
from crawler.record_tree import record_tree
from crawler.sites import Site, load_site
from crawler.sources import IS_URL, Source, addresses_of, read_file, read_source, without_later_pages
from crawler.warc import is_warc
from crawler.warc_pages import articles_in
from pipelines.reasons import Reasons
from pipelines.record import Record

EXAMPLES = """
  scrapy extract page.html                     a tree: procedures, channels, steps, each with its line and rule
  scrapy extract --json page.html article.txt  one JSON object per article, a line each
  scrapy extract page.warc.gz                  every article in a WARC file, of the archive or of another tool
  scrapy extract --json --site shebaowang http://127.0.0.1:8099/yiliao/yibaozhishi/202602/2231057.html
"""


class Command(ProjectCommand):
    """Reads pages from the web or from files and shows their records."""

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "PAGE... [--json] [--site NAME]"

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Show what is read from a page, from which line and by which rule"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "PAGE is a URL, an .html file, a .txt file of lines, or a WARC file. Later pages belong to the article: "
            "ID_2.html, ID_3.html, ... beside a file are read with it, those of a URL are fetched. "
            "Nothing is stored. The tree shows each fact as `[9] words  rule < [7]`: read from line 9 by that rule, as "
            "the heading in line 7 says (`< label`: the label in the line itself). Below the facts stand flags, "
            "what each rule looks at and where to change it, unknown words, notes for want of better (yellow), "
            "lines left unread (red), and how many lines were taken for what."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Form of the output, and the site."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object per article, a line each")
        parser.add_argument("--site", metavar="NAME", help="site the pages are of (default: told by the pages)")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Read every page; one that cannot be read is complained of, and the others are read all the same."""
        if not args:
            raise OptionError("no page given; give a URL, an .html, .txt or .warc.gz file")
        site = load_site(opts.site) if opts.site else None
        names = without_later_pages(args)
        asks = self._fetch([name for name in names if IS_URL.match(name)], site)
        problems = [self._extract(name, asks.get(name), site, as_json=opts.json) for name in names]
        return max(problems)

    def _fetch(self, urls: list[str], site: Site | None) -> dict[str, Ask]:
        asks = {}
        for url in urls:
            addresses = addresses_of(url, site)
            first = addresses.to_fetch(addresses.first_page(url)) if addresses else url
            asks[url] = Ask(first, addresses)
        if asks:
            process = AsyncCrawlerProcess(self.settings)
            task = process.crawl(PageSpider, asks=list(asks.values()))
            process.start()
            task.result()
        return asks

    def _extract(self, name: str, ask: Ask | None, site: Site | None, *, as_json: bool) -> int:
        if not ask and is_warc(name) and Path(name).is_file():
            return self._extract_warc(name, site, as_json=as_json)
        try:
            if ask and not ask.pages:
                raise OptionError(f"{ask.problem}")
            source = Source(name, ask.pages, ask.url) if ask else read_file(name)
            addresses = ask.addresses if ask else Addresses(site) if site else None
            _read(source, addresses, as_json=as_json)
        except (OptionError, *UNREADABLE) as error:
            return complain(f"{name}: {error}")
        if source.missing:
            warn(f"{name}: page {source.missing[0]} is linked but not beside it; read without it")
        return 0

    def _extract_warc(self, name: str, site: Site | None, *, as_json: bool) -> int:
        """Every article in the file; an article of a known site that cannot be read is complained of."""
        assert self.settings
        read, problems = 0, 0
        warnings: list[str] = []
        for found in articles_in(Path(name), site, warnings.append):
            try:
                source = found.source(name, self.settings.getint("DOWNLOAD_MAXSIZE"))
                _read(source, found.addresses, as_json=as_json)
                read += 1
            except UNREADABLE as error:
                problems += found.addresses is not None
                say(f"{name}: {found.answer.url} not read: {error}")
        if not read:
            return complain("; ".join(warnings) or f"{name}: no article in it could be read")
        for warning in warnings:
            warn(warning)
        return int(problems > 0)


def _read(source: Source, addresses: Addresses | None, *, as_json: bool) -> None:
    reasons = Reasons()
    _show(read_source(source, addresses, reasons), reasons, as_json=as_json)


def _show(record: Record, reasons: Reasons, *, as_json: bool) -> None:
    with standard_output():
        if as_json:
            text = json.dumps(record.as_dict(), ensure_ascii=False)
            sys.stdout.buffer.write(text.encode() + b"\n")
        else:
            Console().print(record_tree(record, reasons))
