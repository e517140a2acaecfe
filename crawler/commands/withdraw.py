"""``scrapy withdraw ARTICLE_ID...``: an article out of the working database and the archive, for good."""

from __future__ import annotations

import argparse

from crawler.command_line import ProjectCommand, say, show_examples
from crawler.options import OptionError, data_file
from crawler.sources import IS_URL, addresses_of
from crawler.tombstone import bury
from db.crawl_store import CrawlStore
from db.withdrawal import archived, is_withdrawn, same_article

NEXT = "run `scrapy publish` and `scrapy export` to take it out of what is public"

EXAMPLES = """
  scrapy withdraw shebaowang-yiliao_yibaozhishi-2231057 --reason "asked by the author, mail of 3 March"
  scrapy withdraw https://m.shebao.southmoney.com/yiliao/yibaozhishi/202602/2231057.html
  scrapy withdraw --undo shebaowang-yiliao_yibaozhishi-2231057
"""


class Command(ProjectCommand):
    """Takes articles out of crawl.db and the archive, and keeps them out."""

    def syntax(self) -> str:
        """What follows the name of the command."""
        return "ARTICLE_ID... [--reason TEXT] [--undo]"

    def short_desc(self) -> str:
        """One line for ``scrapy``."""
        return "Take an article out of the databases and the archive, and keep it out"

    def long_desc(self) -> str:
        """A paragraph for ``--help``."""
        return (
            "ARTICLE_ID is the id of the table article, or the article's address. Its rows, its versions, and its "
            "pages in the archive are overwritten; no crawl and no replay takes it in again. The public database is "
            "without it after the next publishing. Backups made before still hold it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Why, or the way back."""
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why, for your own records")
        parser.add_argument("--undo", action="store_true", help="let it in again; the next crawl fetches it anew")
        show_examples(parser, EXAMPLES)

    def act(self, args: list[str], opts: argparse.Namespace) -> int:
        """Withdraw each article, or let it in again."""
        assert self.settings
        if not args:
            raise OptionError("no article given; give its id or its address")
        with CrawlStore(data_file(self.settings, "crawl.db"), create=False) as store:
            for article_id in map(_article_id, args):
                if opts.undo:
                    self._admit(store, article_id)
                else:
                    self._withdraw(store, article_id, opts.reason)
        return 0

    def _withdraw(self, store: CrawlStore, article_id: str, reason: str | None) -> None:
        assert self.settings
        known = same_article(store.db, article_id)
        if not known and is_withdrawn(store.db, article_id):
            say(f"{article_id} was withdrawn before; {NEXT}")
            return
        if not known:
            raise OptionError(f"no article {article_id}; its id is in the table article, or give its address")
        for same in known:
            # The archive first: only the rows say where in it the pages are.
            pages = archived(store.db, same)
            for page in pages:
                bury(data_file(self.settings, "archive") / page.file, page.offset, page.length, page.url)
            gone = store.withdraw(same, reason)
            say(f"{same} withdrawn: {gone} rows and {len(pages)} archived pages are gone; {NEXT}")

    def _admit(self, store: CrawlStore, article_id: str) -> None:
        if not is_withdrawn(store.db, article_id):
            raise OptionError(f"{article_id} is not withdrawn")
        store.admit(article_id)
        say(f"{article_id} may come in again: with the next crawl whose lists name it")


def _article_id(name: str) -> str:
    """An id or an address -> the id."""
    if not IS_URL.match(name):
        return name
    addresses = addresses_of(name, None)
    ref = addresses.identify(name) if addresses else None
    if not ref:
        raise OptionError(f"{name}: the host is of no known site; give the article's id")
    return ref.article_id
