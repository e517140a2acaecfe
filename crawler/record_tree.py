"""A record in, a readable tree for a terminal out: what is read, and from which line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from pipelines.unknown import unknown_words

if TYPE_CHECKING:
    from pipelines.record import Channel, Material, Procedure, QualityFlag, Record, TimeLimit

SEVERITY_STYLE = {"error": "red", "warning": "yellow", "info": "dim"}


def record_tree(record: Record) -> Tree:
    """The whole record; [n] is the number of the line a leaf stands in."""
    tree = Tree(Text(record.article.title, "bold"))
    _add_article(tree, record)
    for procedure in record.procedures:
        _add_procedure(tree, procedure)
    _add_list(tree, "flags", [_flag(flag) for flag in record.quality_flags])
    unknown = [_leaf(f"{found.kind}: {found.words}", found.line, "yellow") for found in unknown_words(record)]
    _add_list(tree, "unknown, worth a word in pipelines/vocabulary", unknown)
    links = [Text(f"{link.listed_at or 'no date'}  {link.title_raw}", "dim") for link in record.related_links]
    _add_list(tree, f"earlier articles ({len(links)})", links)
    return tree


def _add_article(tree: Tree, record: Record) -> None:
    article = record.article
    region = f"{article.region_name} {article.region_code} (from {article.region_source})"
    facts = {
        "site": article.site,
        "url": article.url,
        "published": article.published_at,
        "source": article.source,
        "region": region if article.region_code else None,
        "schemes": ", ".join(article.schemes),
        "audience": ", ".join(article.audience),
        "read as": ", ".join(filter(None, (article.extractor, article.charset))),
    }
    for name, value in facts.items():
        if value:
            tree.add(Text.assemble((f"{name}: ", "dim"), value))


def _add_procedure(tree: Tree, procedure: Procedure) -> None:
    heading = f"{procedure.seq}. {procedure.type}  {procedure.heading}"
    branch = tree.add(_leaf(heading, procedure.line, "bold green"))
    for channel in procedure.channels:
        _add_channel(branch, channel)
    _add_list(branch, "materials", [_material(material) for material in procedure.materials])
    _add_list(branch, "time limits", [_time_limit(limit) for limit in procedure.time_limits])
    _add_list(branch, "rules", [_leaf(f"{rule.kind}: {rule.text}", rule.line) for rule in procedure.rules])
    hotlines = [
        (f"{hotline.number or 'no number'} {hotline.name or ''}", hotline.line) for hotline in procedure.hotlines
    ]
    _add_list(branch, "hotlines", [_leaf(text, line) for text, line in hotlines])
    _add_list(branch, "coverage", [_leaf(f"{item.polarity}: {item.text}", item.line) for item in procedure.coverage])
    _add_list(branch, "costs", [_leaf(cost.text, cost.line) for cost in procedure.costs])
    _add_list(branch, "locations", [_leaf(place.text, place.line) for place in procedure.locations])
    _add_list(branch, "legal references", [_leaf(ref.text, ref.line) for ref in procedure.legal_refs])
    _add_list(branch, "notes", [_leaf(f"{note.kind}: {note.text}", note.line) for note in procedure.notes])


def _add_channel(tree: Tree, channel: Channel) -> None:
    name = channel.name or "unnamed"
    branch = tree.add(Text.assemble((name, "cyan"), (f"  {channel.mode}, {channel.kind}", "dim")))
    for step in channel.steps:
        role = "" if step.role == "action" else f"({step.role}) "
        leaf = branch.add(_leaf(f"{step.seq}. {role}{step.text}", step.line))
        for path in step.ui_paths:
            leaf.add(Text(" → ".join(path), "magenta"))


def _material(material: Material) -> Text:
    also = f" ({material.requirement}{', ' + material.condition if material.condition else ''})"
    return _leaf(material.name_raw + also, material.line)


def _time_limit(limit: TimeLimit) -> Text:
    return _leaf(f"{limit.kind}: {limit.text}", limit.line)


def _flag(flag: QualityFlag) -> Text:
    style = SEVERITY_STYLE[flag.severity]
    text = ": ".join(filter(None, (flag.code, flag.detail, flag.quote)))
    return _leaf(text, flag.line, style) if flag.line else Text(text, style)


def _leaf(text: str, line: int, style: str = "") -> Text:
    return Text.assemble((text, style), (f"  [{line}]", "dim"))


def _add_list(tree: Tree, label: str, leaves: list[Text]) -> None:
    if leaves:
        branch = tree.add(Text(label, "bold"))
        for leaf in leaves:
            branch.add(leaf)
