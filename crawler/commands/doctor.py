"""``scrapy doctor SITE_OR_URL``: a few pages asked politely; what they say of the site and of its site file."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text
from scrapy.crawler import AsyncCrawlerProcess

from crawler.command_line import ProjectCommand, complain, show_examples, standard_output
from crawler.demo_server import demo_server
from crawler.doctor.findings import report_of
from crawler.doctor.report import Report
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
            "article. robots.txt, the lists and three articles are fetched, at the site's pace; nothing is stored. "
            "What was found goes to standard output, the lines that the site file should hold at its end. "
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
        if opts.save and report.lines:
            (FOLDER / f"{opts.save}.toml").write_text("\n".join([*report.lines, ""]), encoding="utf-8")
        with standard_output():
            _show(report, visit.site)
            _line(_next(report, visit, opts.save, self.settings["CONTACT"]), "bold red" if report.bad else "green")
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
    for heading, said in report.sections:
        _line(heading, "bold")
        for level, text in said:
            mark, style = MARKS[level]
            Console().print(Text(f"  {mark} ", style) + Text(text), soft_wrap=True)
    if report.lines:
        _line(f"crawler/sites/{site.name}.toml should say:" if site else "a site file for it could say:", "bold")
        _line("\n".join(["", *report.lines, ""]))


def _line(text: str, style: str = "") -> None:
    Console().print(Text(text, style), soft_wrap=True)


def _next(report: Report, visit: Visit, saved: str | None, contact: str | None) -> str:
    """What there is to do now, with the command to copy."""
    asked = f" -s CONTACT={contact}" if contact else ""
    if saved and report.lines:
        return f"written: {FOLDER / saved}.toml; see whether it is right, then run: scrapy doctor {saved}{asked}"
    if report.bad:
        return f"{report.bad} things to mend, marked BAD"
    if not visit.site:
        return "a crawl can begin once the lines above are a site file: the same again with --save NAME writes it"
    elsewhere = visit.site.name != "demo" and (visit.private or visit.origin != visit.site.base)
    mirror = f" -a base_url={visit.origin}" if elsewhere else ""
    return f"a crawl can begin: scrapy crawl articles -a site={visit.site.name}{mirror}{asked}"
