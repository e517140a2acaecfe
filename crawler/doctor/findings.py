"""What a doctor's visit tells: the answers of a site in, sentences for its operator, lines for its file out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from parsel import Selector
from protego import Protego

from crawler.doctor.draft import address_lines, folder_of, site_lines
from crawler.doctor.lists import first_day_to_give, tell_charset, tell_lists
from crawler.doctor.markup import as_toml, drop_line, hits, propose
from crawler.doctor.repeated import Repeated, repeated_lines
from crawler.doctor.report import Report
from crawler.doctor.visit import Answer, Visit
from pipelines.fold import fold
from pipelines.page import Markup
from pipelines.record import Record

GENERIC = "generic"
NO_READING = "other"
SERVER_ERROR = 500


def report_of(visit: Visit, user_agent: str) -> Report:
    """Everything there is to say of a visit."""
    report = Report()
    _robots(report, visit, user_agent)
    tell_lists(report, visit)
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


def _article(report: Report, visit: Visit, number: int, answer: Answer) -> None:
    report.section(f"article {number}: {answer.url}")
    if not answer.record or not answer.text:
        report.say("bad", f"cannot be read: {answer.problem}")
        return
    tell_charset(report, answer)
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
            if found.get("related") and not answer.record.related_links:
                report.say("note", f"related {markup.related!r} finds no list of articles")
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
    lists = "the list names" if len(visit.listings) <= 1 else f"the {len(visit.listings)} lists name"
    report.say("good" if ids else "bad", f"{lists} {len(ids)} articles, the lists under "
               f"{len(visit.articles)} articles {len(under - ids)} more")  # fmt: skip
    if visit.private:
        report.say("note", f"{urlsplit(visit.origin).netloc} is a private address ({visit.private}): "
                   f"a crawl asks it only with -a base_url={visit.origin}")  # fmt: skip


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
    if not visit.draft:
        return
    read = [(answer, answer.text, answer.record) for answer in visit.articles if answer.text and answer.record]
    pages = [(text.text, answer.url) for answer, text, _ in read]
    repeated = repeated_lines([(text.text, _lines(record)) for _, text, record in read])
    drop = tuple(line.selector for line in repeated if line.selector and line.is_advert)
    generic = bool(read) and all(record.article.extractor == GENERIC for *_, record in read)
    markup = propose(pages, drop) if generic else None
    report.section("the site file")
    _tell_repeated(report, repeated)
    if isinstance(markup, str):
        report.say("note", f"no [[markup]] is proposed: {markup}. The articles are read without one")
    _write(report, visit, markup if isinstance(markup, Markup) else None)
    if drop and not isinstance(markup, Markup):
        report.lines += ["", "# in each [[markup]]", drop_line(drop)]


def _write(report: Report, visit: Visit, markup: Markup | None) -> None:
    """The lines of a new file, or those in which the site's own should change."""
    draft = visit.draft
    assert draft
    addresses = address_lines(draft.article.pattern, draft.listing_page.pattern if draft.listing_page else None)
    if not visit.site:
        listing = visit.listings[0].url if visit.listings else folder_of(str(visit.url))
        report.lines += site_lines(_site_title(visit), visit.origin, listing, addresses, first_day_to_give(visit))
    elif draft is not visit.site:
        report.lines += addresses
    if markup:
        report.lines += ["", as_toml(markup)]
    report.say("good", "see below for what it should say" if report.lines else "nothing to change")


def _lines(record: Record) -> list[str]:
    """The lines of an article's own text."""
    return [line.text for line in record.lines if line.role not in ("title", "byline", "site_disclaimer", "related")]


def _tell_repeated(report: Report, repeated: Sequence[Repeated]) -> None:
    for line in repeated:
        said = f"the same line stands in every article: {line.text[:40]!r}"
        if line.selector and line.is_advert:
            report.say("note", f"{said}; as an advert it is dropped by {line.selector!r}")
        elif line.selector:
            report.say("note", f"{said}; if it is none of the text, add {line.selector!r} to drop of the [[markup]]")
        else:
            report.say("note", f"{said}; no id or class tells it from the text, so drop cannot take it out")


def _site_title(visit: Visit) -> str:
    """The site's own name: as its pages say it, else what stands last in the title of every page, else its host."""
    texts = [answer.text.text for answer in [*visit.articles, *visit.listings] if answer.text]
    for text in texts:
        tree = Selector(text)
        named = tree.css('meta[property="og:site_name"]::attr(content)').get()
        title = fold(tree.css("title::text").get(""))
        last = [part.strip() for sign in "_|—–-" if sign in title for part in title.split(sign)[-1:]]
        if named or last:
            return fold(named or last[0])
    return urlsplit(visit.origin).netloc
