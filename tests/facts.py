"""Two records compared fact by fact: what was missed, what was made up, and F1 by field."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LABEL = re.compile(r"^[^:。,;“”→—]{1,14}:(?=.)")
MARKER = re.compile(r"^(\d{1,2}[.、)]|[(（]?[一二三四五六七八九十]{1,3}[)）、.]|[-•·]+)")


def words(text):
    """A sentence without what a leaf may have or not: spaces, its number, its inline label, its last mark."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))
    return LABEL.sub("", MARKER.sub("", plain)).rstrip("。;,.!?:")


def facts(record):
    """A record as a dict -> (field, key) pairs, counted."""
    found = Counter()
    article = record["article"]
    for name in ("title", "title_date", "published_at", "source", "region_code", "region_source"):
        found[f"article.{name}", article[name]] += 1
    for procedure in record["procedures"]:
        kind = procedure["type"]
        found["procedure", kind, procedure["region_code"], words(procedure["heading"])] += 1
        for channel in procedure["channels"]:
            found["channel", kind, channel["mode"], channel["kind"]] += 1
            for step in channel["steps"]:
                found["step", kind, channel["kind"], words(step["text"])] += 1
                found["step.role", kind, words(step["text"]), step["role"]] += 1
                found["step.ui_paths", kind, words(step["text"]), str(step["ui_paths"])] += bool(step["ui_paths"])
        for material in procedure["materials"]:
            found["material", kind, words(material["name"])] += 1
            found["material.condition", kind, words(material["name"]), material["condition"]] += 1
        for limit in procedure["time_limits"]:
            key = [limit[name] for name in ("kind", "channel_mode", "instant", "min", "max", "unit")]
            found["time_limit", kind, *key] += 1
        for rule in procedure["rules"]:
            found["rule", kind, rule["kind"], words(rule["text"])] += 1
        for item in procedure["coverage"]:
            found["coverage", kind, item["polarity"], words(item["text"])] += 1
        for note in procedure["notes"]:
            found["note", kind, words(note["text"])] += 1
        for number in {hotline["number"] for hotline in procedure["hotlines"]}:
            found["hotline", kind, number] += 1
    for link in record["related_links"]:
        found["related", link["title"], link["listed_at"], link["region_code"], link["type"]] += 1
    for flag in record["quality_flags"]:
        found["flag", flag["code"], words(flag["quote"])] += 1
    return +found


def f1_by_field(pairs):
    """(truth, read) records -> {field: (F1, facts in the truth)}."""
    hits, wanted, got = Counter(), Counter(), Counter()
    for truth, read in pairs:
        true, found = facts(truth), facts(read)
        for counts, total in ((true & found, hits), (true, wanted), (found, got)):
            for (field, *_), count in counts.items():
                total[field] += count
    return {field: (2 * hits[field] / (wanted[field] + got[field]), wanted[field]) for field in wanted | got}


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
    """A record without line numbers and addresses: what "the same record" of two forms of a page means."""
    if isinstance(record, dict):
        left_out = {"no", "line", "url", "extractor", "charset", "detail"}
        return {key: without_places(value) for key, value in record.items() if key not in left_out}
    if isinstance(record, list):
        return [without_places(value) for value in record]
    return record
