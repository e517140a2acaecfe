"""A record as rows: a record in, the rows of each record table out, with ids that survive a re-crawl."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pipelines.record import Channel, Procedure, Record, as_plain
from pipelines.rules_version import RULES_VERSION

Row = dict[str, Any]

# How a record's names read where SQL reserves the word.
RENAMED = {"line": "line_no", "min": "min_value", "max": "max_value", "group": "item_group"}
# A procedure's lists -> (table, letter in the id). Channels have steps of their own.
LEAVES = {
    "materials": ("material", "m"),
    "time_limits": ("time_limit", "t"),
    "rules": ("rule", "r"),
    "hotlines": ("hotline", "h"),
    "coverage": ("coverage_item", "v"),
    "notes": ("note", "n"),
    "costs": ("cost", "f"),
    "locations": ("location", "o"),
    "legal_refs": ("legal_ref", "l"),
}
# No part of what an article says: how it was read, and the list under it, which a site may remake each time.
HOW_READ = ("extractor", "charset")
LIST_ROLE = "related"
LIST_SCOPE = "link"


def as_json(value: object) -> str:
    """A value as JSON text, Chinese readable."""
    return json.dumps(value, ensure_ascii=False)


def content_hash(record: Record) -> str:
    """A fingerprint of what the article says, the same for every form its page comes in."""
    content = record.as_dict()
    del content["related_links"]
    for key in HOW_READ:
        del content["article"][key]
    content["lines"] = [line for line in content["lines"] if line["role"] != LIST_ROLE]
    content["quality_flags"] = [flag for flag in content["quality_flags"] if flag["scope"] != LIST_SCOPE]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def texts_of(record: Record) -> list[str]:
    """The lines of a record without the list under the article."""
    return [line.text for line in record.lines if line.role != LIST_ROLE]


def record_rows(article_id: str, record: Record, hash_of_content: str) -> dict[str, list[Row]]:
    """The rows of every record table but article_version, statement and line, by table."""
    ids = _procedure_ids(article_id, record.procedures)
    rows: dict[str, list[Row]] = {
        "article": [_article(article_id, record, hash_of_content)],
        "procedure": [],
        "channel": [],
    }
    rows |= {name: [] for name in ("step", *(table for table, _ in LEAVES.values()))}
    for procedure in record.procedures:
        owner = {"article_id": article_id, "procedure_id": ids[procedure.seq]}
        rows["procedure"].append(_procedure(article_id, procedure, ids))
        for channel in procedure.channels:
            rows["channel"].append(_channel(channel, owner))
            rows["step"] += _steps(channel, owner)
        for attribute, (table, letter) in LEAVES.items():
            rows[table] += _leaves(getattr(procedure, attribute), letter, owner)
    rows["related_link"] = [
        {"id": f"{article_id}-x{link.seq}", "article_id": article_id, **as_plain(link)} for link in record.related_links
    ]
    rows["quality_flag"] = list(_flags(article_id, record, ids))
    return rows


def _procedure_ids(article_id: str, procedures: list[Procedure]) -> dict[int, str]:
    """Position -> id, which counts the procedures of one type: another type's coming changes no id."""
    seen: Counter[str] = Counter()
    ids = {}
    for procedure in procedures:
        seen[procedure.type] += 1
        ids[procedure.seq] = f"{article_id}-{procedure.type}-{seen[procedure.type]}"
    return ids


def _flat(leaf: object) -> Row:
    """A dataclass of the record as columns: renamed where SQL needs it, lists as JSON, a trigger in four."""
    row: Row = {RENAMED.get(key, key): value for key, value in as_plain(leaf).items()}
    if "trigger" in row:
        trigger = row.pop("trigger") or dict.fromkeys(("event", "op", "value", "unit"))
        row |= {f"trigger_{key}": value for key, value in trigger.items()}
    return {key: as_json(value) if isinstance(value, list) else value for key, value in row.items()}


def _article(article_id: str, record: Record, hash_of_content: str) -> Row:
    return {
        "id": article_id,
        **_flat(record.article),
        "rules_version": RULES_VERSION,
        "content_hash": hash_of_content,
    }


def _procedure(article_id: str, procedure: Procedure, ids: dict[int, str]) -> Row:
    parent = procedure.parent_seq
    return {
        "id": ids[procedure.seq],
        "article_id": article_id,
        "seq": procedure.seq,
        "parent_seq": parent,
        "parent_id": ids[parent] if parent is not None else None,
        "type": procedure.type,
        "heading": procedure.heading,
        "region_code": procedure.region_code,
        "schemes": as_json(procedure.schemes),
        "line_no": procedure.line,
    }


def _channel(channel: Channel, owner: Row) -> Row:
    row = {"id": f"{owner['procedure_id']}-c{channel.seq}", **owner, **_flat(channel)}
    del row["steps"]
    return row


def _steps(channel: Channel, owner: Row) -> list[Row]:
    channel_id = f"{owner['procedure_id']}-c{channel.seq}"
    return [
        {"id": f"{channel_id}-s{step.seq}", **owner, "channel_id": channel_id, **_flat(step)} for step in channel.steps
    ]


def _leaves(leaves: list[object], letter: str, owner: Row) -> Iterator[Row]:
    for n, leaf in enumerate(leaves, 1):
        yield {"id": f"{owner['procedure_id']}-{letter}{n}", **owner, **_flat(leaf), "seq": n}


def _flags(article_id: str, record: Record, ids: dict[int, str]) -> Iterator[Row]:
    for n, flag in enumerate(record.quality_flags, 1):
        row = _flat(flag)
        seq = row.pop("procedure_seq")
        procedure_id = ids[seq] if seq is not None else None
        yield {"id": f"{article_id}-q{n}", "article_id": article_id, "procedure_id": procedure_id, **row}
