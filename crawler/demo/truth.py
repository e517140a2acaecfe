"""What is true of an article as a whole: its fields, its defects, how a list names it."""

from __future__ import annotations

import re
from typing import Any

from crawler.demo.calendar import Plan
from crawler.demo.draft import Draft, fold
from crawler.demo.texts import load_toml

SCHEMES = {"employee": "职工", "resident": "居民医保|城乡居民|居民基本医疗保险|新农合"}
REGION_FLAGS = {"wrong_region_channel", "foreign_region_mention"}
UNSPOKEN = {"title", "byline", "summary", "teaser", "heading", "disclaimer", "site_disclaimer", "related"}


def flag_article(draft: Draft, plan: Plan) -> None:
    """Schemes, and the defects that follow from the article as a whole."""
    text_of = {line["no"]: line["text"] for line in draft.lines}
    starts = [procedure["line"] for procedure in draft.procedures[1:]] + [len(draft.lines) + 1]
    for procedure, end in zip(draft.procedures, starts, strict=True):
        said = "".join(text_of[no] for no in range(procedure["line"], end))
        procedure["schemes"] = [name for name, words in SCHEMES.items() if re.search(words, said)]
    whole = "".join(text_of.values())
    draft.flags = [
        flag
        for flag in draft.flags
        if not (flag["code"] == "hotline_mismatch" and "12393" in whole)
        and not (flag["code"] in REGION_FLAGS and plan.region is None)
    ]
    flag_region(draft, plan)


def flag_region(draft: Draft, plan: Plan) -> None:
    """Where the region is named: nowhere, in a heading only, in title and headings only."""
    body = "".join(line["text"] for line in draft.lines if line["role"] not in UNSPOKEN)
    for word in load_toml("site")["no_places"]:
        body = body.replace(word, "")
    if plan.region is None:
        draft.flag("region_none", 1, plan.title)
        return
    if plan.region_source == "heading":
        draft.flag("region_missing_in_title", 1, plan.title)
    if plan.region.short not in body:
        named = next(line["no"] for line in draft.lines if plan.region_phrase in line["text"])
        draft.flag("region_only_in_headings", named, plan.region_phrase)


def article_fields(plan: Plan, draft: Draft) -> dict[str, Any]:
    """The article itself, as its page states it."""
    schemes = {name for procedure in draft.procedures for name in procedure["schemes"]}
    return {
        "url": load_toml("site")["canonical"] + plan.path,
        "site": "demo",
        "title_raw": fold(plan.title_raw),
        "title": fold(plan.title),
        "title_date": title_date(plan),
        "published_at": plan.published_at.isoformat(),
        "source": load_toml("site")["byline_source"],
        "category": None,
        "summary": draft.lines[2]["text"],
        "region_code": plan.region.code if plan.region else None,
        "region_name": plan.region.name if plan.region else None,
        "region_source": plan.region_source,
        "schemes": [name for name in SCHEMES if name in schemes],
        "audience": audience(plan),
    }


def title_date(plan: Plan) -> str | None:
    """The day the title's tag states."""
    return plan.published_at.date().isoformat() if plan.date_tag else None


def audience(plan: Plan) -> list[str]:
    """Whom the title speaks to."""
    return ["retiree"] if "退休" in plan.title else []


def related_link(seq: int, plan: Plan) -> dict[str, Any]:
    """How a list names an article."""
    in_title = plan.region if plan.region_source == "title" else None
    return {
        "seq": seq,
        "title_raw": fold(plan.title_raw),
        "title": fold(plan.title),
        "title_date": title_date(plan),
        "listed_at": plan.listed_at,
        "category": plan.category,
        "region_code": in_title.code if in_title else None,
        "type": plan.types[0],
        "audience": next(iter(audience(plan)), None),
        "url": load_toml("site")["canonical"] + plan.path,
    }
