"""Pages of one article to its record: the one entry of the reader."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.blocks import Block
from pipelines.dates import Byline, day_of, parse_byline, parse_source, parse_title
from pipelines.flags import flag_record
from pipelines.lines import body_line
from pipelines.listing import listed
from pipelines.off_topic import off_topic_runs
from pipelines.outline import Outline, outline
from pipelines.page import Page, check_article
from pipelines.procedures import read_procedure
from pipelines.reasons import Reasons
from pipelines.record import Article, Line, Procedure, QualityFlag, Record
from pipelines.regions import by_code, region_of
from pipelines.sections import Part
from pipelines.titles import audience_of
from pipelines.vocabulary import phrase, says

_SCHEMES = ("employee", "resident")


def normalise(
    pages: Sequence[Page], *, url: str | None = None, site: str | None = None, reasons: Reasons | None = None
) -> Record:
    r"""The pages of one article in order, its canonical address and site in; the record with flags out.

    What made each leaf is noted in `reasons`, for who asks. Raises NotAnArticle where the pages hold no text of one.

    >>> from pipelines.page import read_text
    >>> page = read_text("无锡医保余额怎么查?{0}支付宝:{0}打开支付宝,点击“医保”。".format(chr(10)))
    >>> record = normalise([page])
    >>> record.article.region_code, [(p.type, [c.kind for c in p.channels]) for p in record.procedures]
    ('320200', [('balance-query', ['alipay'])])
    """
    check_article(pages)
    first = pages[0]
    numbers = _Numbering()
    [title_line] = numbers.lines([first.title], "title")
    byline_lines = numbers.lines(first.byline, "byline")
    body = [body_line(line) for page in pages for line in numbers.lines(page.body, "other")]
    notices = [line for page in pages for line in numbers.lines(page.notice, "site_disclaimer")]
    lists = numbers.lines(pages[-1].related, "related")
    article = _article(first, byline_lines, url, site)
    record = Record(article)
    record.lines = [title_line, *byline_lines, *(line.line for line in body), *notices, *lists]
    record.related_links = [listed(seq, item) for seq, item in enumerate(pages[-1].items, 1)]
    for run in off_topic_runs(body):
        for line in run:
            line.line.role = "off_topic"
    on_topic = [line for line in body if line.line.role != "off_topic"]
    found = outline(on_topic, body_line(Line(title_line.no, "title", article.title)))
    record.procedures = _procedures(found, article, reasons)
    _read_lead(found, article)
    _read_closing(found)
    _say_whose(record, found)
    record.quality_flags = [*flag_record(record, found), *_damage(pages)]
    return record


def _damage(pages: Sequence[Page]) -> list[QualityFlag]:
    """Say how many lines beside the text were left out because no one can read them."""
    damaged = sum(page.damaged for page in pages)
    detail = f"正文以外有{damaged}行乱码,未收录"
    return [QualityFlag("unparsed_line", "warning", "line", None, None, detail, None, None)] if damaged else []


class _Numbering:
    """Line numbers: the file's own for a text file, else counted through all pages; no two lines share one."""

    def __init__(self) -> None:
        self.last = 0

    def lines(self, blocks: Sequence[Block], role: str) -> list[Line]:
        numbered = []
        last = self.last
        for block in blocks:
            last = block.no if block.no and block.no > last else last + 1
            numbered.append(Line(last, role, block.text))
        self.last = last
        return numbered


def _article(page: Page, bylines: list[Line], url: str | None, site: str | None) -> Article:
    byline = next((found for line in bylines if (found := parse_byline(line.text))), Byline(None, None))
    named = next((source for line in bylines if (source := parse_source(line.text))), None)
    title, title_date = parse_title(page.title.text, day_of(byline.published_at))
    region = region_of(title)
    return Article(
        url=url,
        site=site,
        title_raw=page.title.text,
        title=title,
        title_date=title_date,
        published_at=byline.published_at,
        source=byline.source or named,
        region_code=region.code if region else None,
        region_name=region.name if region else None,
        region_source="title" if region else "none",
        audience=audience_of(title),
        extractor=page.extractor,
    )


def _procedures(found: Outline, article: Article, reasons: Reasons | None) -> list[Procedure]:
    """Read every part; a procedure's region is its heading's, its parent's, else the article's."""
    numbers = {id(part): seq for seq, part in enumerate(found.parts, 1)}
    regions: dict[int, str | None] = {}
    procedures = []
    for part in found.parts:
        regions[id(part)] = _region_code(part, article, regions)
        part.heading.line.role = "heading" if part.heading.line.role != "title" else "title"
        parent = numbers.get(id(part.parent)) if part.parent else None
        procedures.append(read_procedure(part, numbers[id(part)], parent, regions[id(part)], reasons))
    if article.region_code is None:
        _region_from_headings(procedures, article)
    return procedures


def _region_code(part: Part, article: Article, regions: dict[int, str | None]) -> str | None:
    region = region_of(part.heading.text)
    if region:
        return region.code
    return regions[id(part.parent)] if part.parent else article.region_code


def _region_from_headings(procedures: list[Procedure], article: Article) -> None:
    """An article whose title names no region takes the first that a heading names."""
    code = next((procedure.region_code for procedure in procedures if procedure.region_code), None)
    if code:
        article.region_code, article.region_name, article.region_source = (
            code,
            by_code()[code].name,
            "heading",
        )
        for procedure in procedures:
            procedure.region_code = procedure.region_code or code


def _read_lead(found: Outline, article: Article) -> None:
    """The first lines say what the article is about, or invite to read on."""
    for line in found.lead:
        if line.form == "filler":
            line.line.role = "filler"
        elif says("teaser", line.text) or article.summary:
            line.line.role = "teaser"
        else:
            line.line.role = "summary"
            article.summary = line.line.text


def _read_closing(found: Outline) -> None:
    for line in found.closing:
        line.line.role = "filler" if line.form == "filler" else "disclaimer"


def _say_whose(record: Record, found: Outline) -> None:
    """Whose insurance: what the procedure's own lines name, employees' or residents'."""
    for procedure, part in zip(record.procedures, found.parts, strict=True):
        lead = found.lead if part.heading.line.role == "title" else []
        lines = [*lead, part.heading, *(line for section in part.sections for line in section.all_lines())]
        text = "\n".join(phrase("other_scheme").sub("", line.whole) for line in lines)
        procedure.schemes = [scheme for scheme in _SCHEMES if phrase(f"scheme_{scheme}").search(text)]
    named = {scheme for procedure in record.procedures for scheme in procedure.schemes}
    record.article.schemes = [scheme for scheme in _SCHEMES if scheme in named]
