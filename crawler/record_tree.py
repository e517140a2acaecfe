"""A record in, a readable tree for a terminal out: what is read, from which line, by which rule, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from pipelines.reasons import Reason, reasons_of_article
from pipelines.unknown import unknown_words
from pipelines.vocabulary import reading_rules

if TYPE_CHECKING:
    from pipelines.reasons import Reasons
    from pipelines.record import Channel, Hotline, Line, Material, Procedure, QualityFlag, Record

SEVERITY_STYLE = {"error": "red", "warning": "yellow", "info": "dim"}
UNREAD = "other"
# A line's number in brackets, up to three figures, keeps its column.
_NUMBER_WIDTH = 5
_MARKER_WIDTH = 4


def record_tree(record: Record, reasons: Reasons) -> Tree:
    """The whole record; [n] is the line a fact stands in, `rule < [m]` what made it and the heading that said how."""
    branches = _Branches(reasons)
    tree = branches.article(record)
    for procedure in record.procedures:
        branches.procedure(tree, procedure)
    _add_list(tree, "flags", [_flag(flag) for flag in record.quality_flags])
    links = [Text(f"{link.listed_at or 'no date'}  {link.title_raw}", "dim") for link in record.related_links]
    _add_list(tree, f"earlier articles ({len(links)})", links)
    _add_rules(tree, branches.used)
    unknown = [found for found in unknown_words(record) if found.kind != "line"]
    rows = [_row(found.line, f"{found.kind}: {found.words}", style="yellow") for found in unknown]
    _add_list(tree, "unknown, worth a word in pipelines/vocabulary", rows)
    _add_list(tree, f"notes for want of better ({len(branches.left_over)})", branches.left_over, "bold yellow")
    _add_unread(tree, record.lines)
    return tree


class _Branches:
    """Makes a tree of the parts of a record, counts the rules that made them, and keeps what is worth a look."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.used: Counter[str] = Counter()
        self.left_over: list[Table] = []

    def article(self, record: Record) -> Tree:
        article, reasons = record.article, reasons_of_article(record)
        tree = Tree(self._row(reasons.get("title"), article.title, style="bold"))
        facts = {
            "site": article.site,
            "url": article.url,
            "title_date": article.title_date,
            "published_at": article.published_at,
            "source": article.source,
            "region_code": article.region_code and f"{article.region_code} {article.region_name}",
            "schemes": ", ".join(article.schemes),
            "audience": ", ".join(article.audience),
            "summary": article.summary,
            "read as": ", ".join(filter(None, (article.extractor, article.charset))),
        }
        for name, value in facts.items():
            if value:
                tree.add(self._row(reasons.get(name), f"{name}: {value}"))
        return tree

    def procedure(self, tree: Tree, procedure: Procedure) -> None:
        branch = tree.add(self._fact(procedure, procedure.heading, procedure.type, "bold green"))
        for channel in procedure.channels:
            self._channel(branch, channel)
        lists = {
            "materials": [self._fact(one, one.name_raw, _requirement(one)) for one in procedure.materials],
            "time limits": [self._fact(one, one.text, one.kind) for one in procedure.time_limits],
            "rules": [self._fact(one, one.text, _titled(one.kind, one.title)) for one in procedure.rules],
            "hotlines": [self._fact(one, _number(one)) for one in procedure.hotlines],
            "coverage": [self._fact(one, one.text, _titled(one.polarity, one.group)) for one in procedure.coverage],
            "costs": [self._fact(one, one.text) for one in procedure.costs],
            "locations": [self._fact(one, one.text) for one in procedure.locations],
            "legal references": [self._fact(one, one.text) for one in procedure.legal_refs],
            "notes": [self._fact(one, one.text, one.kind) for one in procedure.notes],
        }
        for label, rows in lists.items():
            _add_list(branch, label, rows)

    def _channel(self, tree: Tree, channel: Channel) -> None:
        branch = tree.add(self._fact(channel, channel.name or "unnamed", f"{channel.mode}, {channel.kind}", "cyan"))
        for step in channel.steps:
            row = branch.add(self._fact(step, step.text, "" if step.role == "action" else step.role))
            for path in step.ui_paths:
                row.add(Text(" → ".join(path), "magenta"))

    def _fact(self, leaf: object, words: str, kind: str = "", style: str = "") -> Table:
        return self._row(self.reasons.of(leaf), words, kind, style)

    def _row(self, reason: Reason | None, words: str, kind: str = "", style: str = "") -> Table:
        if reason is None:  # given by whoever fetched the page, not read from it
            return _row(None, words, kind, style=style)
        self.used[reason.rule] += 1
        if reason.rule in _left_over_rules():
            self.left_over.append(_row(reason.line, words, why=reason.rule, style="yellow"))
        by_label = reason.told_by is not None and reason.told_by == reason.line
        told_by = " < label" if by_label else f" < [{reason.told_by}]" if reason.told_by else ""
        return _row(reason.line, words, kind, f"{reason.rule}{told_by}", style)


@cache
def _left_over_rules() -> frozenset[str]:
    return frozenset(rule.slug for rule in reading_rules().values() if rule.left_over)


def _titled(kind: str, title: str | None) -> str:
    return f"{kind}: {title}" if title else kind


def _requirement(material: Material) -> str:
    return ", ".join(filter(None, (material.requirement, material.condition)))


def _number(hotline: Hotline) -> str:
    return " ".join(filter(None, (hotline.number, hotline.name)))


def _flag(flag: QualityFlag) -> Table:
    words = ": ".join(filter(None, (flag.code, flag.detail, flag.quote)))
    return _row(flag.line, words, style=SEVERITY_STYLE[flag.severity])


def _add_unread(tree: Tree, lines: list[Line]) -> None:
    """The lines in no record, and what the others were taken for."""
    unread = [_row(line.no, line.text, style="red") for line in lines if line.role == UNREAD]
    _add_list(tree, f"unread lines ({len(unread)})", unread, "bold red")
    roles = Counter(line.role for line in lines).most_common()
    counted = ", ".join(f"{count} {'unread' if role == UNREAD else role}" for role, count in roles)
    tree.add(Text.assemble((f"{len(lines)} lines: ", "bold"), counted))


def _add_rules(tree: Tree, used: Counter[str]) -> None:
    rows = [
        Text.assemble(
            (rule.slug, "cyan"), f" ({used[rule.slug]}): {rule.what}; ", (f"see {', '.join(rule.where)}", "dim")
        )
        for rule in reading_rules().values()
        if rule.slug in used
    ]
    _add_list(tree, "rules used", rows)


def _row(line: int | None, words: str, kind: str = "", why: str = "", style: str = "") -> Table:
    """A line's number beside its words, which are broken within their own column, as is what follows `1. `."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(no_wrap=True, min_width=_NUMBER_WIDTH, style="dim")
    cells = [f"[{line}]" if line else ""]
    marker, _, rest = words.partition(" ")
    if rest and cell_len(marker) <= _MARKER_WIDTH:
        row.add_column(no_wrap=True, style=style)
        cells.append(marker)
        words = rest
    row.add_column(overflow="fold")
    told = (Text(part, look) for part, look in ((words, style), (kind, "green"), (why, "dim")) if part)
    row.add_row(*map(Text, cells), Text("  ").join(told))
    return row


def _add_list(tree: Tree, label: str, rows: Iterable[Text | Table], style: str = "bold") -> None:
    rows = list(rows)
    if rows:
        branch = tree.add(Text(label, style))
        for row in rows:
            branch.add(row)
