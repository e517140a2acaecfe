"""``scrapy withdraw ARTICLE_ID...``: an article out of the working database and the archive, for good."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler.archive import FOLDER
from crawler.command_line import ProjectCommand, complain, say, show_examples, telling, warn
from crawler.options import OptionError, data_file
from crawler.sites import Site, load_site, site_names
from crawler.sources import IS_URL, addresses_of
from crawler.tombstone import answers_of, bury
from crawler.warc import WarcError
from db.crawl_store import CrawlStore
from db.export import export, formats_of
from db.runs import RunHeldError
from db.unpublish import unpublish
from db.withdrawal import address_of, archived, is_withdrawn, same_article

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
            "pages in the archive are overwritten; procedures.db and the exports in DATA_DIR/exports are made anew "
            "without it and without links to it, and no crawl and no replay takes it in again. Backups and copies "
            "made before still hold it."
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
        article_ids = [_article_id(name) for name in args]
        with CrawlStore(data_file(self.settings, "crawl.db"), create=False) as store:
            if opts.undo:
                for article_id in article_ids:
                    _admit(store, article_id)
                return 0
            known = [same for article_id in article_ids for same in _known(store, article_id)]
            return max(self._withdraw(store, article_id, opts.reason) for article_id in known)

    def _withdraw(self, store: CrawlStore, article_id: str, reason: str | None) -> int:
        """All of it once more where it was withdrawn before: that may have been killed half way."""
        pages = archived(store.db, article_id)
        rows = 0 if is_withdrawn(store.db, article_id) else store.withdraw(article_id, reason)
        self._unpublish(article_id, address_of(store.db, article_id))
        for page in pages:
            bury(self._archive / page.file, page.offset, page.length, page.url)
        site = _site_of(article_id)
        buried, problems = self._search_archive(site, article_id)
        say(f"{article_id} withdrawn: {rows} rows and {len(pages) + buried} archived pages are gone")
        try:
            store.check_free(site.name)
        except RunHeldError as error:
            warn(f"{error}, then withdraw {article_id} once more: the run may have asked for it just now")
        return problems

    def _unpublish(self, article_id: str, url: str | None) -> None:
        """Out of what everybody sees: the public database, and the files made from it."""
        assert self.settings
        public_db, exports = data_file(self.settings, "procedures.db"), data_file(self.settings, "exports")
        if not public_db.exists():
            return
        with telling("taking it out of procedures.db"):
            unpublish(public_db, [article_id], [url] if url else [])
        if formats := formats_of(exports):
            with telling("exporting") as tell:
                export(public_db, exports, formats, progress=tell)

    def _search_archive(self, site: Site, article_id: str) -> tuple[int, int]:
        """Overwrite what of the article no index knows -> how many pages that were, and whether a file was damaged."""
        buried, problems = 0, 0
        with telling("looking through the archive") as tell:
            for path in sorted(self._archive.glob(f"{site.name}-*.warc.gz")):
                tell(path.name)
                try:
                    for page in list(answers_of(path, site, article_id)):
                        bury(path, page.offset, page.length, str(page.url))
                        buried += 1
                except WarcError as error:
                    problems = complain(f"{error}; it may still hold {article_id}")
        return buried, problems

    @property
    def _archive(self) -> Path:
        assert self.settings
        return data_file(self.settings, FOLDER)


def _known(store: CrawlStore, article_id: str) -> list[str]:
    """The article with its other addresses; `OptionError` where it is not known and was not withdrawn."""
    known = same_article(store.db, article_id)
    if not known and not is_withdrawn(store.db, article_id):
        raise OptionError(f"no article {article_id}; its id is in the table article, or give its address")
    return known or [article_id]


def _admit(store: CrawlStore, article_id: str) -> None:
    if not is_withdrawn(store.db, article_id):
        raise OptionError(f"{article_id} is not withdrawn")
    store.admit(article_id)
    say(f"{article_id} may come in again: with the next crawl whose lists name it")


def _site_of(article_id: str) -> Site:
    """An article's id -> its site; names of sites may begin alike, so that the longest counts."""
    found = [name for name in site_names() if article_id.startswith(f"{name}-")]
    if not found:
        raise OptionError(f"{article_id} is of no known site; put its site file back first")
    return load_site(max(found, key=len))


def _article_id(name: str) -> str:
    """An id or an address -> the id."""
    if not IS_URL.match(name):
        return name
    addresses = addresses_of(name, None)
    ref = addresses.identify(name) if addresses else None
    if not ref:
        raise OptionError(f"{name}: the host is of no known site; give the article's id")
    return ref.article_id
