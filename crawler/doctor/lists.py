"""What a doctor tells of a site's lists and of how its pages are written: answers in, sentences out. Pure."""

from __future__ import annotations

from datetime import date

from parsel import Selector

from crawler.doctor.addresses import guess_further_pages, only_queries_differ
from crawler.doctor.report import Report
from crawler.doctor.visit import Answer, Visit
from crawler.options import first_day
from pipelines.dates import TIMESTAMP, day_of, timestamp


def tell_lists(report: Report, visit: Visit) -> None:
    """Each list: whether it can be read, what it names, whether its further pages are known as such."""
    if not visit.listings:
        report.section("list")
        report.say("bad", "none found: give the address of a page that lists articles")
    for answer in visit.listings:
        report.section(f"list {answer.url}")
        if not answer.text:
            report.say("bad", f"cannot be read: {answer.problem}; mend or take out its path in listings")
            continue
        tell_charset(report, answer)
        _articles(report, visit, answer)
        if visit.draft and answer.named:
            _further(report, visit, answer)
            _times(report, visit, answer)


def _articles(report: Report, visit: Visit, answer: Answer) -> None:
    if visit.site and visit.fits and answer.named:
        report.say("good", f"names {len(answer.named)} articles of the form that the site file gives")
        return
    if visit.site:
        report.say("bad", "names no article of the form that the site file gives; did the site change its addresses?")
    if answer.named:
        report.say("note", f"{len(answer.named)} links look like articles, such as {answer.named[0].url}")
    elif only_queries_differ(answer.links):
        report.say("bad", "its articles differ only in what follows '?': a site file cannot tell such addresses apart")
    elif not visit.fits:
        report.say("bad", "no links that look like articles; is it a list, and is it made without a script?")


def _further(report: Report, visit: Visit, answer: Answer) -> None:
    assert visit.draft
    pattern = visit.site.listing_page if visit.site else visit.draft.listing_page
    strange = guess_further_pages(answer.links, visit.draft.article.pattern, pattern)
    further = [link for link in answer.links if visit.addresses.is_listing_page(link.url)]
    if strange:
        report.say("bad", f"leads to further pages of itself that listing_page does not fit: {strange}")
    else:
        report.say("good" if further else "note", f"leads to {len(further)} further pages of itself")


def _times(report: Report, visit: Visit, answer: Answer) -> None:
    assert visit.draft
    days = _days(answer)
    first = first_day(visit.site or visit.draft)
    if not days:
        report.say("note", "gives no times: a crawl cannot stop at the first day and reads the list to its end")
    elif days[-1] < first:
        cure = "set since in the site file, or give -a since=YYYY-MM-DD" if visit.site else "so the draft has a since"
        report.say("note", f"its newest article is of {days[-1]}, and a crawl goes back to {first}: {cure}")


def first_day_to_give(visit: Visit) -> date | None:
    """The day from which on a crawl takes what the lists show, where a new site has nothing newer; None elsewhere."""
    days = sorted(day for answer in visit.listings for day in _days(answer))
    if not visit.draft or not days or days[-1] >= first_day(visit.draft):
        return None
    return date(days[0].year, 1, 1)


def _days(answer: Answer) -> list[date]:
    stamps = (TIMESTAMP.match(item.listed_at or "") for item in answer.named)
    return sorted(day for stamp in stamps if stamp and (day := day_of(timestamp(stamp))))


def tell_charset(report: Report, answer: Answer) -> None:
    """Which charset the header and the page give, and which it was read in."""
    assert answer.text
    assert answer.response
    kind = (answer.response.headers.get("Content-Type") or b"").decode("latin-1")
    header = kind.partition("charset=")[2].strip(" \"'") or "none"
    meta = Selector(answer.text.text).re_first(r"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)") or "none"
    report.say("good", f"charset: {header} by the header, {meta} by the page; read as {answer.text.charset}, "
               f"for it is {answer.text.reason}")  # fmt: skip
