"""What the tests of the made-up site share: asking it over HTTP and reading its pages as a stranger would."""

import re
import unicodedata
import urllib.error
import urllib.request
from functools import cache

from parsel import Selector

from crawler.demo import build_site

CHARSETS = {"desktop": "gbk", "mobile": "utf-8"}


@cache
def the_site():
    """The site of the usual seed, built once for all tests."""
    return build_site()


@cache
def the_truth():
    """The true records of the usual site."""
    return the_site().truth()


def live_articles():
    """The articles that can be fetched."""
    return [plan for plan in the_site().articles if not plan.dead]


def fetch(url, method="GET", **headers):
    """A request -> (status, headers, body); 304 and 404 are answers like others."""
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def fold(text):
    """Text as a record holds it."""
    text = re.sub("[①-⑳]", lambda found: f"{ord(found[0]) - 0x245F}. ", text)
    return unicodedata.normalize("NFKC", text).strip()


@cache
def read_pages(plan):
    """All pages of an article, later ones too."""
    pages, number = [], 1
    path = plan.path
    while page := the_site().page(path):
        pages.append(Selector(page.body.decode(CHARSETS[plan.markup])))
        number += 1
        path = plan.path.replace(".html", f"_{number}.html")
    return pages


def body_lines(plan):
    """The paragraphs of an article, folded, all its pages joined."""
    found = [page.css("#articleText p, div.con > p, div.con > h2") for page in read_pages(plan)]
    return [fold("".join(line.css("::text").getall())) for lines in found for line in lines]
