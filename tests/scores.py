"""The scores of the reader: by page, by style of the corpus, and on the made-up site; each page is read once."""

from functools import cache

from pipelines.normalise import normalise
from pipelines.page import decode, read_html
from tests import corpus
from tests.demo_pages import live_articles, the_site, the_truth
from tests.facts import added, facts, tally

DEMO = "demo"


@cache
def pages():
    """'style/name' of every corpus page -> (label, record)."""
    folders = [folder for style in corpus.STYLES for folder in corpus.cases(style)]
    return {f"{folder.parent.name}/{folder.name}": (corpus.label(folder), corpus.read(folder)) for folder in folders}


@cache
def demo():
    """(true record, what is read) of every article of the made-up site."""
    return [(the_truth()[plan.number], normalise(list(demo_pages(plan))).as_dict()) for plan in live_articles()]


def demo_pages(plan):
    """The pages of an article as the reader gets them: bytes, later ones too."""
    number, path = 1, plan.path
    while page := the_site().page(path):
        yield read_html(decode(page.body).text, url=f"https://demo.example{plan.path}")
        number += 1
        path = plan.path.replace(".html", f"_{number}.html")


@cache
def of(scope):
    """'demo', a style of the corpus or a page as 'style/name' in, {field: tally} out."""
    if scope == DEMO:
        return added(tally(facts(truth), facts(read)) for truth, read in demo())
    if scope in corpus.STYLES:
        return added(of(page) for page in pages() if page.startswith(f"{scope}/"))
    truth, read = pages()[scope]
    return tally(facts(truth), facts(read))


def by_scope():
    """Every scope that a floor can be set for -> {field: tally}."""
    return {scope: of(scope) for scope in (DEMO, *corpus.STYLES, *pages())}
