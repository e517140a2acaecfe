"""One sentence of the data and what it says -> leaves of the procedure that is being written."""

from __future__ import annotations

from typing import Any

from crawler.demo.draft import Draft, fold, plain, taps

ACTORS = {"agency_action": "agency"}
OPTIONAL = {"rule": None, "title": None, "note": "tip", "group": None, "polarity": None, "mode": None}


def write_leaves(draft: Draft, part: dict[str, Any], context: dict[str, Any], line: int) -> None:
    """Add every leaf of one sentence; `context` holds what its block says of all its sentences."""
    facts = OPTIONAL | context | part
    text = fold(plain(part["t"]))
    if "channel" in part:
        draft.open_channel(**part["channel"])
    writer = WRITERS.get(facts["leaf"])
    if writer:
        writer(draft.current, facts, text, line)
    for name, write in EXTRAS.items():
        for fact in part.get(name, []):
            write(draft.current, fact, facts, text, line)


def write_step(procedure: dict[str, Any], facts: dict[str, Any], text: str, line: int) -> None:
    """A sentence of doing."""
    steps = procedure["channels"][-1]["steps"]
    role = facts.get("role", "action")
    steps.append(
        {
            "seq": len(steps) + 1,
            "text": text,
            "role": role,
            "actor": facts.get("actor", ACTORS.get(role, "applicant")),
            "ui_paths": taps(facts["t"]),
            "line": line,
        }
    )


def write_rule(procedure: dict[str, Any], facts: dict[str, Any], text: str, line: int) -> None:
    """A sentence that says what holds."""
    procedure["rules"].append(
        {
            "kind": facts["rule"],
            "title": facts["title"],
            "text": text,
            "trigger": facts.get("trigger"),
            "line": line,
        }
    )


def write_note(procedure: dict[str, Any], facts: dict[str, Any], text: str, line: int) -> None:
    """A tip, with its label where the line has one."""
    label = text.split(":", 1)[0] if ":" in text else None
    notes = procedure["notes"]
    notes.append({"seq": len(notes) + 1, "kind": facts["note"], "label": label, "text": text, "line": line})


def write_coverage(procedure: dict[str, Any], facts: dict[str, Any], text: str, line: int) -> None:
    """Something the fund pays for or not."""
    coverage = procedure["coverage"]
    coverage.append(
        {
            "seq": len(coverage) + 1,
            "group": facts["group"],
            "polarity": facts["polarity"],
            "label": facts.get("label"),
            "text": text,
            "line": line,
        }
    )


def write_material(
    procedure: dict[str, Any], fact: dict[str, Any], facts: dict[str, Any], _text: str, line: int
) -> None:
    """A document to bring."""
    materials = procedure["materials"]
    condition = fact.get("cond")
    materials.append(
        {
            "seq": len(materials) + 1,
            "name": fact.get("name", fact["raw"]),
            "name_raw": fold(fact["raw"]),
            "requirement": "conditional" if condition else "required",
            "condition": condition,
            "substitute": fact.get("sub"),
            "alternative_group": fact.get("alt"),
            "is_form": fact.get("form", False),
            "channel_mode": facts["mode"],
            "line": line,
        }
    )


def write_limit(procedure: dict[str, Any], fact: dict[str, Any], _facts: dict[str, Any], text: str, line: int) -> None:
    """How long it takes, waits or holds; its text is the sentence without label and starting event."""
    start = fact.get("start")
    words = text.split(":", 1)[-1].rstrip("。")
    words = words.split(start, 1)[-1].lstrip(",") if start else words
    procedure["time_limits"].append(
        {
            "kind": fact["kind"],
            "channel_mode": fact.get("mode"),
            "instant": fact.get("instant", False),
            "min": as_number(fact.get("min")),
            "max": as_number(fact.get("max")),
            "unit": fact.get("unit"),
            "start_event": start,
            "text": fact.get("text", words),
            "line": line,
        }
    )


def as_number(value: str | int | None) -> float | None:
    """A number of the data, written out or through a placeholder."""
    return None if value is None else float(value)


def write_hotline(
    procedure: dict[str, Any], fact: dict[str, Any], _facts: dict[str, Any], _text: str, line: int
) -> None:
    """A phone number or the name of a line."""
    procedure["hotlines"].append(
        {
            "number": fact.get("number"),
            "name": fact["name"],
            "owner": fact.get("owner"),
            "matches_scheme": fact.get("ok"),
            "line": line,
        }
    )


def write_cost(procedure: dict[str, Any], fact: dict[str, Any], _facts: dict[str, Any], text: str, line: int) -> None:
    """A fee."""
    procedure["costs"].append({"amount": fact["amount"], "currency": "CNY", "text": text, "line": line})


def write_location(
    procedure: dict[str, Any], fact: dict[str, Any], _facts: dict[str, Any], text: str, line: int
) -> None:
    """Opening hours."""
    procedure["locations"].append(
        {"name": None, "address": None, "hours": fold(fact["hours"]), "text": text, "line": line}
    )


def write_law(procedure: dict[str, Any], fact: dict[str, Any], _facts: dict[str, Any], text: str, line: int) -> None:
    """A document the article cites."""
    procedure["legal_refs"].append({**fact, "text": text, "line": line})


WRITERS = {"step": write_step, "rule": write_rule, "note": write_note, "coverage": write_coverage}
EXTRAS = {
    "m": write_material,
    "limits": write_limit,
    "h": write_hotline,
    "cost": write_cost,
    "place": write_location,
    "law": write_law,
}
