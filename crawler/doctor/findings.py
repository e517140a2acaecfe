"""What a doctor's visit tells: the answers of a site in, sentences for its operator, lines for its file out. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from parsel import Selector
from protego import Protego

from crawler.doctor.addresses import only_queries_differ
from crawler.doctor.draft import address_lines, folder_of, site_lines
from crawler.doctor.markup import as_toml, hits, propose
from crawler.doctor.visit import Answer, Visit
from pipelines.dates import day_of
from pipelines.fold import fold
from pipelines.listing import parse_listing
from pipelines.record import Record

Level = Literal["good", "note", "bad"]
GENERIC = "generic"
NO_READING = "other"
SERVER_ERROR = 500


@dataclass
class Report:
    """Sentences by heading, and the lines that the site file should hold."""

    sections: list[tuple[str, list[tuple[Level, str]]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def section(self, heading: str) -> None:
        """Begin the next heading."""
        self.sections.append((heading, []))

    def say(self, level: Level, text: str) -> None:
        """A sentence below the last heading."""
        self.sections[-1][1].append((level, text))

    @property
    def bad(self) -> int:
        """How many sentences tell of something that must be mended."""
        return sum(level == "bad" for _, said in self.sections for level, _ in said)


def report_of(visit: Visit, user_agent: str) -> Report:
    """Everything there is to say of a visit."""
    report = Report()
    _robots(report, visit, user_agent)
    _listing(report, visit)
    for number, answer in enumerate(visit.articles, 1):
        _article(report, visit, number, answer)
    _reach(report, visit)
    _again(report, visit)
    _propose(report, visit)
    return report


def _robots(report: Report, visit: Visit, user_agent: str) -> None:
    answer = visit.robots
    report.section(answer.url)
    if not answer.response:
        report.say("bad", f"cannot be had ({answer.problem}): nothing may be asked")
        return
    if answer.response.status >= SERVER_ERROR:
        report.say("bad", f"HTTP {answer.response.status}: nothing may be asked until there is an answer")
        return
    if answer.response.status != 200:
        report.say("good", f"none (HTTP {answer.response.status}): all may be asked")
        return
    rules = Protego.parse(answer.response.body.decode("utf-8", "replace"))
    delay, ours = rules.crawl_delay(user_agent), visit.draft.delay if visit.draft else 0
    report.say("good", "there is one, and it is obeyed")
    if delay and delay > ours:
        report.say("note", f"it asks for {delay:g} seconds between requests, the site file says {ours:g}: it wins")


def _listing(report: Report, visit: Visit) -> None:
    answer = visit.listing
    if not answer:
        report.section("list")
        report.say("bad", "none found: give the address of a page that lists articles")
        return
    report.section(f"list {answer.url}")
    if not answer.text:
        report.say("bad", f"cannot be read: {answer.problem}")
        return
    _charset(report, answer)
    if visit.fits:
        report.say("good", f"names {len(set(visit.listed))} articles of the form that the site file gives")
    elif visit.site:
        report.say("bad", "names no article of the form that the site file gives; did the site change its addresses?")
    if not visit.fits and visit.guess:
        report.say("note", f"{len(visit.guess.links)} links look like articles, such as {visit.guess.links[0].url}")
    elif not visit.fits and only_queries_differ(visit.links):
        report.say("bad", "its articles differ only in what follows '?': a site file cannot tell such addresses apart")
    elif not visit.fits:
        report.say("bad", "no links that look like articles; is it a list, and is it made without a script?")
    if visit.draft:
        _further(report, visit, answer)


def _further(report: Report, visit: Visit, answer: Answer) -> None:
    assert answer.text
    items = parse_listing(answer.text.text, answer.url, visit.addresses.is_article).items
    timed = [item for item in items if day_of(item.listed_at)]
    if items and not timed:
        report.say("note", "gives no times: a crawl cannot stop at the first day and reads the list to its end")
    further = [link for link in visit.links if visit.addresses.is_listing_page(link.url)]
    report.say("good" if further else "note", f"leads to {len(further)} further pages of itself")


def _charset(report: Report, answer: Answer) -> None:
    assert answer.text
    assert answer.response
    kind = (answer.response.headers.get("Content-Type") or b"").decode("latin-1")
    header = kind.partition("charset=")[2].strip(" \"'") or "none"
    meta = Selector(answer.text.text).re_first(r"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)") or "none"
    report.say("good", f"charset: {header} by the header, {meta} by the page; read as {answer.text.charset}, "
               f"for it is {answer.text.reason}")  # fmt: skip


def _article(report: Report, visit: Visit, number: int, answer: Answer) -> None:
    report.section(f"article {number}: {answer.url}")
    if not answer.record or not answer.text:
        report.say("bad", f"cannot be read: {answer.problem}")
        return
    _charset(report, answer)
    _selectors(report, visit, answer)
    _whole(report, answer.record)


def _selectors(report: Report, visit: Visit, answer: Answer) -> None:
    assert answer.record
    assert answer.text
    used = answer.record.article.extractor
    for markup in visit.site.markups if visit.site else ():
        found = hits(answer.text.text, markup)
        missed = [name for name, count in found.items() if not count and not name.startswith("drop")]
        hit = [f"{name} {count}" for name, count in found.items() if count]
        if markup.name == used:
            report.say("note" if missed else "good", f"markup {markup.name!r} fits: {_words(hit, missed)}")
        elif used == GENERIC:
            report.say("note", f"markup {markup.name!r} does not fit: {_words(hit, missed)}")
    if used == GENERIC:
        lines = sum(line.role not in ("title", "byline", "related") for line in answer.record.lines)
        report.say(
            "good", f"read without markup: title, {lines} lines, {len(answer.record.related_links)} listed below"
        )


def _words(hit: list[str], missed: list[str]) -> str:
    return "; ".join(
        filter(None, [f"found {', '.join(hit)}" if hit else "", f"not {', '.join(missed)}" if missed else ""])
    )


def _whole(report: Report, record: Record) -> None:
    article, procedures = record.article, record.procedures
    report.say("good", f"title {article.title!r}, published {article.published_at or 'unknown'}, "
               f"source {article.source or 'unknown'}, region {article.region_name or 'unknown'}")  # fmt: skip
    steps = sum(len(channel.steps) for procedure in procedures for channel in procedure.channels)
    materials = sum(len(procedure.materials) for procedure in procedures)
    types = ", ".join(dict.fromkeys(procedure.type for procedure in procedures)) or "none"
    text = f"{len(procedures)} procedures ({types}), {steps} steps, {materials} materials"
    report.say("good" if steps or materials else "bad", text)
    missing = [name for name in ("published_at", "region_name") if getattr(article, name) is None]
    if missing:
        report.say("note", f"not stated, or not found: {', '.join(missing)}")
    unread = [line for line in record.lines if line.role == NO_READING]
    if unread:
        report.say(
            "note", f"{len(unread)} of {len(record.lines)} lines unread, such as [{unread[0].no}] {unread[0].text[:40]}"
        )
    flags = Counter(flag.severity for flag in record.quality_flags)
    if flags:
        named = ", ".join(f"{flags[each]} {each}" for each in ("error", "warning", "info") if flags[each])
        report.say("note", f"quality flags: {named}; `scrapy extract` on the page shows each")


def _reach(report: Report, visit: Visit) -> None:
    if not visit.draft:
        return
    report.section("how far it leads")
    ids = {ref.article_id for url in visit.listed if (ref := visit.addresses.identify(url))}
    under = {
        ref.article_id
        for answer in visit.articles
        if answer.record
        for link in answer.record.related_links
        if link.url and (ref := visit.addresses.identify(link.url))
    }
    report.say("good" if ids else "bad", f"the list names {len(ids)} articles, the lists under "
               f"{len(visit.articles)} articles {len(under - ids)} more")  # fmt: skip


def _again(report: Report, visit: Visit) -> None:
    if not any(answer.record for answer in visit.articles):
        return
    report.section("asked again: has it changed?")
    if not visit.again or not visit.again.response:
        why = f" ({visit.again.problem})" if visit.again else ": no ETag, no Last-Modified"
        report.say(
            "note", f"the site does not answer that{why}; each re-check fetches the page, and compares what it says"
        )
    elif visit.again.response.status == 304:
        report.say("good", "the site says no without sending the page (HTTP 304)")
    else:
        report.say("note", f"the site sends the page again (HTTP {visit.again.response.status})")


def _propose(report: Report, visit: Visit) -> None:
    draft = visit.draft
    if not draft:
        return
    pages = [(answer.text.text, answer.url) for answer in visit.articles if answer.record and answer.text]
    generic = [answer for answer in visit.articles if answer.record and answer.record.article.extractor == GENERIC]
    markup = propose(pages) if pages and len(generic) == len(pages) else None
    addresses = address_lines(draft.article.pattern, draft.listing_page.pattern if draft.listing_page else None)
    if not visit.site:
        listing = visit.listing.url if visit.listing else folder_of(str(visit.url))
        report.lines += site_lines(_site_title(visit), visit.origin, listing, addresses)
    elif draft is not visit.site:
        report.lines += addresses
    if markup:
        report.lines += ["", as_toml(markup)]


def _site_title(visit: Visit) -> str:
    """The site's own name: as its pages say it, else what stands last in the title of every page, else its host."""
    texts = [answer.text.text for answer in [*visit.articles, visit.listing] if answer and answer.text]
    for text in texts:
        tree = Selector(text)
        named = tree.css('meta[property="og:site_name"]::attr(content)').get()
        title = fold(tree.css("title::text").get(""))
        last = [part.strip() for sign in "_|—–-" if sign in title for part in title.split(sign)[-1:]]
        if named or last:
            return fold(named or last[0])
    return urlsplit(visit.origin).netloc
