"""``scrapy doctor SITE_OR_URL``: a few pages asked politely; what they say of the site and of its site file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text
from scrapy.crawler import AsyncCrawlerProcess

from crawler.command_line import ProjectCommand, complain, say, show_examples
from crawler.demo_server import demo_server
from crawler.doctor.findings import Report, report_of
from crawler.doctor.visit import DoctorSpider, Visit
from crawler.identity import netloc
from crawler.options import OptionError, parse_options
from crawler.sites import FOLDER, Site, load_site, load_sites, site_names
from crawler.sources import IS_URL

MARKS = {"good": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "bold red")}

EXAMPLES = """
  scrapy doctor demo                                            the demo site, served from this machine
  scrapy doctor shebaowang -s CONTACT=you@example.org           a site that has a file
  scrapy doctor https://other.example/guides/ -s CONTACT=...    one that has none yet: a page that lists articles
  scrapy doctor https://other.example/guides/ --save other      the same, and write crawler/sites/other.toml
"""


class Command(ProjectCommand):
    """Looks at a site and says what a crawl would find there."""

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "SITE_OR_URL [--save NAME]"

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Ask a site for a few pages and say what was found, and what its site file should say"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "SITE_OR_URL is the name of a known site, or the address of a page that lists articles, or of an "
            "article. robots.txt, one list and three articles are fetched, at the site's pace; nothing is stored. "
            "What was found goes to standard error, the lines that the site file should hold to standard output. "
            "The exit status is 1 where something must be mended before a crawl."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Another address, and a file to write."""
        super().add_options(parser)
        parser.add_argument("--base-url", metavar="URL", help="another address of the site: http://HOST:PORT")
        parser.add_argument("--save", metavar="NAME", help="write what was found as the new site file NAME.toml")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Visit, then report."""
        if len(args) != 1:
            raise OptionError("give one site or one address: scrapy doctor SITE_OR_URL")
        _check_name(opts.save)
        with _asked(args[0], opts.base_url) as visit:
            if opts.save and visit.site:
                raise OptionError(f"{visit.site.name} has its site file: change the lines that are told without --save")
            process = AsyncCrawlerProcess(self.settings)
            task = process.crawl(DoctorSpider, visit=visit)
            process.start()
            task.result()
        if not visit.complete:
            return complain("an error of this program, see the lines above")
        assert self.settings
        report = report_of(visit, self.settings["ROBOTSTXT_USER_AGENT"])
        _show(report, visit.site)
        if opts.save and report.lines:
            path = FOLDER / f"{opts.save}.toml"
            path.write_text("\n".join([*report.lines, ""]), encoding="utf-8")
            say(f"written: {path}; see whether it is right, then run: scrapy doctor {opts.save}")
        return int(bool(report.bad))


@contextmanager
def _asked(name: str, base_url: str | None) -> Iterator[Visit]:
    """What the operator named -> the visit to make; the demo site is served meanwhile."""
    if not IS_URL.match(name):
        options = parse_options(site=name, base_url=base_url)
        if name == "demo" and not base_url:
            with demo_server() as address:
                yield Visit(address, options.addresses.site)
            return
        yield Visit(options.addresses.base_url or options.addresses.site.base, options.addresses.site)
        return
    if base_url:
        raise OptionError("--base-url is for a site given by its name")
    if not netloc(name):
        raise OptionError(f"{name}: not a web address; give http://HOST/PATH")
    parts = urlsplit(name)
    known = next((site for site in load_sites() if netloc(name) in site.hosts), None)
    yield Visit(f"{parts.scheme}://{parts.netloc}", known, name)


def _check_name(name: str | None) -> None:
    if name is not None and not (name.isidentifier() and name.isascii()):
        raise OptionError(f"--save {name}: a site's name is made of letters, digits and _")
    if name in site_names():
        raise OptionError(f"{load_site(str(name)).name} is a known site already; choose another name")


def _show(report: Report, site: Site | None) -> None:
    console = Console(stderr=True)
    for heading, said in report.sections:
        console.print(Text(heading, "bold"), soft_wrap=True)
        for level, text in said:
            mark, style = MARKS[level]
            console.print(Text(f"  {mark} ", style) + Text(text), soft_wrap=True)
    if report.lines:
        of = f"crawler/sites/{site.name}.toml should say" if site else "a site file for it could say"
        console.print(Text(f"{of}:", "bold"), soft_wrap=True)
        sys.stderr.flush()
        sys.stdout.write("\n".join([*report.lines, ""]))
        sys.stdout.flush()
    good = "a crawl can begin" if not report.bad else f"{report.bad} things to mend, marked BAD"
    console.print(Text(good, "green" if not report.bad else "bold red"))
