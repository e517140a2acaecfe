"""Two records compared fact by fact: what was missed, what was made up, and F1 by field."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

LABEL = re.compile(r"^[^:。,;“”→—]{1,14}:(?=.)")
MARKER = re.compile(r"^(\d{1,2}[.、)]|[(（]?[一二三四五六七八九十]{1,3}[)）、.]|[-•·]+)")
ALL = "all"
ARTICLE = ("title", "title_date", "published_at", "source", "region_code", "region_source")
FIELDS = (
    *(f"article.{name}" for name in ARTICLE),
    *("procedure", "channel", "step", "step.role", "step.ui_paths"),
    *("material", "material.requirement", "material.condition", "material.alternatives", "time_limit"),
    *("rule", "coverage", "note", "hotline", "cost", "location", "legal_ref", "related", "flag"),
)


class Tally(NamedTuple):
    """How many facts are true, how many were read, how many are both."""

    wanted: int
    got: int
    hits: int

    @property
    def precision(self) -> float:
        """The share of what was read that is true; 1 where nothing was."""
        return self.hits / self.got if self.got else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was read; 1 where nothing is."""
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean; 1 where there is nothing to read and nothing was."""
        total = self.wanted + self.got
        return 2 * self.hits / total if total else 1.0


def words(text):
    """A sentence without what a leaf may have or not: spaces, its number, its inline label, its last mark."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))
    return LABEL.sub("", MARKER.sub("", plain)).rstrip("。;,.!?:")


def facts(record):
    """A record as a dict -> (field, key) pairs, counted."""
    found = Counter((f"article.{name}", record["article"][name]) for name in ARTICLE)
    for procedure in record["procedures"]:
        kind = procedure["type"]
        found["procedure", kind, procedure["region_code"], words(procedure["heading"])] += 1
        found.update((field, kind, *key) for field, *key in facts_of_procedure(procedure))
    for link in record["related_links"]:
        found["related", link["title"], link["listed_at"], link["region_code"], link["type"]] += 1
    for flag in record["quality_flags"]:
        found["flag", flag["code"], words(flag["quote"])] += 1
    return found


def facts_of_procedure(procedure):
    """(field, *key) of each fact below a procedure."""
    for channel in procedure["channels"]:
        yield "channel", channel["mode"], channel["kind"]
        for step in channel["steps"]:
            said = words(step["text"])
            yield "step", channel["kind"], said
            yield "step.role", said, step["role"]
            if step["ui_paths"]:
                yield "step.ui_paths", said, str(step["ui_paths"])
    yield from facts_of_materials(procedure["materials"])
    for limit in procedure["time_limits"]:
        yield "time_limit", *(limit[name] for name in ("kind", "channel_mode", "instant", "min", "max", "unit"))
    yield from (("rule", rule["kind"], words(rule["text"])) for rule in procedure["rules"])
    yield from (("coverage", item["polarity"], words(item["text"])) for item in procedure["coverage"])
    yield from (("note", words(note["text"])) for note in procedure["notes"])
    yield from (("hotline", number) for number in {hotline["number"] for hotline in procedure["hotlines"]})
    yield from (("cost", cost["amount"]) for cost in procedure["costs"])
    yield from (("location", place["address"]) for place in procedure["locations"])
    yield from (("legal_ref", law["title"], law["number"]) for law in procedure["legal_refs"])


def facts_of_materials(materials):
    """(field, *key) of the documents to bring; which stand for each other counts as one fact a group."""
    groups = {}
    for material in materials:
        name = words(material["name"])
        yield "material", name
        yield "material.requirement", name, material["requirement"]
        if material["condition"]:
            yield "material.condition", name, material["condition"]
        if material["alternative_group"]:
            groups.setdefault(material["alternative_group"], []).append(name)
    yield from (("material.alternatives", *sorted(names)) for names in groups.values())


def tally(true, read):
    """Two counts of facts in, the tally of each field and of all out."""
    counts = {field: [0, 0, 0] for field in (ALL, *FIELDS)}
    for place, found in enumerate((true, read, true & read)):
        for (field, *_), number in found.items():
            counts[field][place] += number
            counts[ALL][place] += number
    return {field: Tally(*numbers) for field, numbers in counts.items()}


def added(tallies):
    """Tallies of several pages in, that of all of them out."""
    pages = list(tallies)
    return {field: Tally(*map(sum, zip(*(page[field] for page in pages), strict=True))) for field in (ALL, *FIELDS)}


def leaves(record):
    """(words, line number) of every leaf of a record."""
    for procedure in record["procedures"]:
        yield procedure["heading"], procedure["line"]
        for channel in procedure["channels"]:
            for step in channel["steps"]:
                yield step["text"], step["line"]
        for material in procedure["materials"]:
            yield material["name_raw"], material["line"]
        for hotline in procedure["hotlines"]:
            yield hotline["number"] or hotline["name"], hotline["line"]
        for name in ("time_limits", "rules", "coverage", "notes", "costs", "locations", "legal_refs"):
            for leaf in procedure[name]:
                yield leaf["text"], leaf["line"]


def without_places(record):
    """A record without line numbers and addresses, each leaf with the text of its line instead.

    What is left is what "the same record" of two forms of a page means. The list under an article is one text: a file
    may have several entries on a line.
    """
    listed = [line["text"] for line in record["lines"] if line["role"] == "related"]
    read = [line for line in record["lines"] if line["role"] != "related"]
    texts = {line["no"]: line["text"] for line in read}
    left_out = {"no", "url", "extractor", "charset"}

    def bare(value):
        if isinstance(value, dict):
            return {
                key: texts.get(part) if key == "line" else bare(part)
                for key, part in value.items()
                if key not in left_out
            }
        return [bare(part) for part in value] if isinstance(value, list) else value

    return bare(record | {"lines": read}) | {"listed": " ".join(listed)}
