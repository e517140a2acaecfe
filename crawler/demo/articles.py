"""A plan goes in, an article comes out: its lines as shown and its true record, written in one go."""

from __future__ import annotations

import re
from typing import Any

from crawler.demo.calendar import Plan, Region, dice, load_regions, traps_in
from crawler.demo.draft import Draft, plain
from crawler.demo.leaves import write_leaves
from crawler.demo.texts import load_procedures, load_toml
from crawler.demo.truth import article_fields, flag_article, related_link

SLOT = re.compile(r"\{[a-z_]+\}")


class Writer:
    """Writes one article. `rng` chooses the wordings; a planted trap is a wording that goes first."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.rng = dice(seed, "text", plan.number)
        self.draft = Draft()
        self.slots = make_slots(plan, seed)
        self.trap_used = False

    def write(self) -> Draft:
        """The whole article without the list under it."""
        plan, draft, around = self.plan, self.draft, load_toml("site")["around"]
        primary = load_procedures()[plan.types[0]]
        draft.add(plan.title_raw, "title")
        draft.add(f"{plan.published_at:%Y-%m-%d %H:%M:%S}{load_toml('site')['byline_source']}", "byline")
        draft.add(self.rng.choice(primary["summaries"]), "summary")
        draft.add(self.rng.choice(around["teasers"]).replace("{topic}", primary["topic"]), "teaser")
        for index, name in enumerate(plan.types):
            self.write_procedure(load_procedures()[name], index)
        draft.procedure = None
        if self.rng.random() < 0.8:
            draft.add(self.rng.choice(around["disclaimers"]), "disclaimer")
        draft.add(self.rng.choice(around["notices"]), "site_disclaimer")
        flag_article(draft, plan)
        return draft

    def write_procedure(self, data: dict[str, Any], index: int) -> None:
        """A heading, what leads in, and the blocks under it."""
        heading, line = self.write_heading(data, index)
        region = self.plan.region
        self.draft.open_procedure(data["type"], heading, line, region.code if region else None)
        if index:
            self.draft.flag("title_scope_mismatch", line, heading)
        for piece in data["lead"]:
            self.write_piece(piece, {"leaf": "intro"})
        for block in data["block"]:
            self.write_block(self.fill(block))

    def write_heading(self, data: dict[str, Any], index: int) -> tuple[str, int]:
        """The words and the line of a procedure's heading: the title itself for the first, mostly."""
        plan = self.plan
        if plan.plain:
            return plan.title, 1
        if index == 0 and plan.region_source != "heading":
            heading = plan.title
        else:
            phrase = plan.region_phrase if index == 0 or self.rng.random() < 0.85 else ""
            wordings = [words for words in data["headings"] if phrase or words.endswith("?")]
            heading = self.rng.choice(wordings).replace("{r}", phrase)
        line = self.draft.add(heading, "heading")
        self.draft.headings.add(line)
        return heading, line

    def write_block(self, block: dict[str, Any]) -> None:
        """A heading with its lines; left out by chance, unless a planted trap stands in it."""
        if block.get("splice"):
            self.splice()
            return
        wanted = bool(traps_in(block) & self.plan.traps)
        if "trap" in block and not wanted:
            return
        if not self.is_ready(block.get("channel")) or not (wanted or self.rng.random() < block.get("chance", 1)):
            return
        heading = self.choose(block["heading"])
        if heading is None:
            return
        parent = self.draft.procedure
        line = self.draft.add(heading["t"], "heading", heading.get("flags"))
        context = {"leaf": "step", **block}
        if "sub" in block:
            child = self.draft.open_procedure(block["sub"], heading["t"], line, self.draft.current["region_code"])
            child["parent_seq"] = parent["seq"] if parent else None
        if "channel" in block:
            self.draft.open_channel(**block["channel"])
        if block.get("leaf") == "rule" and not heading["t"].endswith(":"):
            context["title"] = heading["t"]
        for piece in block.get("lines", []):
            self.write_piece(piece, context)
        self.draft.procedure = parent

    def write_piece(self, piece: Any, context: dict[str, Any]) -> None:  # noqa: ANN401 (TOML)
        """One of a piece's wordings as one line, with its leaves."""
        wording = self.choose(piece)
        if wording is None:
            return
        parts = wording.get("parts", [wording])
        text = "".join(plain(part["t"]) for part in parts)
        role = line_role({**context, **parts[0]})
        line = self.draft.add(text, role, wording.get("flags"))
        for part in parts:
            write_leaves(self.draft, part, context, line)

    def choose(self, piece: Any) -> dict[str, Any] | None:  # noqa: ANN401 (TOML)
        """A piece (one wording or a list of them) -> the wording used here, None if none fits."""
        wordings = [as_table(item) for item in self.fill(piece if isinstance(piece, list) else [piece])]
        wordings = [wording for wording in wordings if self.is_ready(wording)]
        planted = [wording for wording in wordings if wording.get("trap") in self.plan.traps]
        usual = [wording for wording in wordings if "trap" not in wording]
        return self.rng.choice(planted or usual) if planted or usual else None

    def fill(self, node: Any) -> Any:  # noqa: ANN401 (TOML)
        """Any piece of the data with its {slots} filled as far as this article knows them."""
        if isinstance(node, str):
            return SLOT.sub(lambda found: self.slots.get(found[0], found[0]), node)
        if isinstance(node, list):
            return [self.fill(item) for item in node]
        if isinstance(node, dict):
            return {key: self.fill(value) for key, value in node.items()}
        return node

    def is_ready(self, node: Any) -> bool:  # noqa: ANN401 (TOML)
        """Whether no slot is left open in the piece."""
        if isinstance(node, dict):
            return all(self.is_ready(value) for value in node.values())
        if isinstance(node, list):
            return all(self.is_ready(item) for item in node)
        return not (isinstance(node, str) and SLOT.search(node))

    def splice(self) -> None:
        """Once in an article that has the trap: a paragraph of another subject."""
        if self.trap_used or "off-topic" not in self.plan.traps:
            return
        self.trap_used = True
        run = self.rng.choice(load_toml("off_topic")["run"])["lines"]
        lines = [self.draft.add(line["t"], "off_topic", line.get("flags")) for line in run]
        self.draft.flag("off_topic_paragraph", lines[0], run[0]["t"])


def as_table(wording: str | dict[str, Any]) -> dict[str, Any]:
    """A wording written short -> the same as a table."""
    return {"t": wording} if isinstance(wording, str) else wording


def line_role(facts: dict[str, Any]) -> str:
    """What a line is, from the leaf its first sentence gives."""
    return "other" if facts["leaf"] == "none" else str(facts["leaf"])


def make_slots(plan: Plan, seed: int) -> dict[str, str]:
    """What a text may say of this city alone; a slot that has no value here is left out."""
    region = plan.region
    rng = dice(seed, "facts", region.code if region else None)
    slots = {"{days}": str(rng.choice((5, 7, 10, 12, 15, 20))), "{wait}": str(rng.choice((3, 4, 6)))}
    if region:
        slots |= {"{city}": region.short, "{acct}": f"{region.short}医保"}
        if region.app:
            slots["{app}"] = region.app
        if region.area_code:
            slots["{phone}"] = f"{region.area_code}-5555{rng.randrange(10000):04d}"
    return slots | foreign_slots(plan, seed)


def foreign_slots(plan: Plan, seed: int) -> dict[str, str]:
    """A city of another province, and its app: what a careless editor leaves in."""
    home = plan.region.code[:2] if plan.region else ""
    others = [r for r in load_regions() if r.code[:2] != home and r.app and r.level == "prefecture"]
    other: Region = dice(seed, "foreign", plan.number).choice(others)
    return {
        "{foreign_city}": other.short,
        "{foreign_acct}": f"{other.short}医保",
        "{foreign_code}": other.code,
        "{foreign_app}": other.app,
        "{foreign_app_code}": f"{other.code[:2]}0000",
    }


def write_article(plan: Plan, earlier: list[Plan], seed: int) -> tuple[Draft, dict[str, Any]]:
    """A plan and the plans listed under it -> what the page shows and the true record of it."""
    draft = Writer(plan, seed).write()
    links = [related_link(seq, other) for seq, other in enumerate(earlier, start=1)]
    for other in earlier:
        draft.add(f"{other.title_raw} {other.listed_at}{other.category}", "related")
    record = {
        "article": article_fields(plan, draft),
        "lines": draft.lines,
        "procedures": draft.procedures,
        "related_links": links,
        "quality_flags": draft.flags,
    }
    return draft, record
