"""The record: what one article says, each leaf with the number of the line it was read from.

The shape is what ``scrapy extract --json`` prints. Names follow CPSV-AP 3.2 and schema.org HowTo where
they have a term. What the article does not state is ``None`` or an empty list, never 0 and never a guess.
Attribute order is the order of the printed keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Mode = Literal["online", "offline", "phone", "mail", "other"]
Unit = Literal["working_day", "day", "month", "year"]
Scope = Literal["article", "procedure", "section", "line", "link"]
Severity = Literal["error", "warning", "info"]
StepRole = Literal["action", "precondition", "agency_action", "result", "note"]
Actor = Literal["applicant", "agency", "employer"]
Requirement = Literal["required", "conditional", "optional"]
Polarity = Literal["included", "excluded", "condition", "rule"]


@dataclass(slots=True)
class Line:
    """One folded line of the article; `role` is what the reader took it for."""

    no: int
    role: str
    text: str


@dataclass(slots=True)
class Article:
    """The article itself. `published_at` is ISO 8601 with +08:00, `title_date` a date, both as text."""

    url: str | None = None
    site: str | None = None
    title_raw: str = ""
    title: str = ""
    title_date: str | None = None
    published_at: str | None = None
    source: str | None = None
    category: str | None = None
    summary: str | None = None
    region_code: str | None = None
    region_name: str | None = None
    region_source: Literal["title", "heading", "none"] = "none"
    schemes: list[str] = field(default_factory=list)
    audience: list[str] = field(default_factory=list)
    extractor: str | None = None
    charset: str | None = None


@dataclass(slots=True)
class Step:
    """One sentence of doing. `ui_paths` are alternatives, each a list of labels tapped in order."""

    seq: int
    text: str
    role: StepRole
    actor: Actor | None
    ui_paths: list[list[str]]
    line: int


@dataclass(slots=True)
class Channel:
    """Where a procedure can be done: an app, a counter, a phone line."""

    seq: int
    mode: Mode
    kind: str
    name: str | None
    is_generic: bool
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Material:
    """A document to bring. Materials with one `alternative_group` stand for each other."""

    seq: int
    name: str
    name_raw: str
    requirement: Requirement
    condition: str | None
    substitute: str | None
    alternative_group: str | None
    is_form: bool
    channel_mode: Mode | None
    line: int


@dataclass(slots=True)
class TimeLimit:
    """How long it takes, waits or holds: `min` and `max` count `unit`."""

    kind: Literal["processing", "waiting", "validity"]
    channel_mode: Mode | None
    instant: bool
    min: float | None
    max: float | None
    unit: Unit | None
    start_event: str | None
    text: str
    line: int


@dataclass(slots=True)
class Trigger:
    """What sets a rule off: `event` `op` `value` `unit`, as in a contribution gap of >= 3 months."""

    event: str | None
    op: Literal[">=", ">", "<=", "<", "="] | None
    value: float | None
    unit: Unit | None


@dataclass(slots=True)
class Rule:
    """A sentence that says what holds, not what to do."""

    kind: str
    title: str | None
    text: str
    trigger: Trigger | None
    line: int


@dataclass(slots=True)
class Hotline:
    """A phone number or a named line without one. `matches_scheme`: is it the medical-insurance line."""

    number: str | None
    name: str | None
    owner: str | None
    matches_scheme: bool | None
    line: int


@dataclass(slots=True)
class CoverageItem:
    """Something the fund pays for, does not pay for, or pays for on a condition."""

    seq: int
    group: str | None
    polarity: Polarity
    label: str | None
    text: str
    line: int


@dataclass(slots=True)
class Note:
    """A tip, a hedge, a contact."""

    seq: int
    kind: str
    label: str | None
    text: str
    line: int


@dataclass(slots=True)
class Cost:
    """A fee. `amount` 0 only where the article says it is free."""

    amount: float | None
    currency: str | None
    text: str
    line: int


@dataclass(slots=True)
class Location:
    """An office, with an address or opening hours."""

    name: str | None
    address: str | None
    hours: str | None
    text: str
    line: int


@dataclass(slots=True)
class LegalRef:
    """A law or document the article cites."""

    title: str | None
    number: str | None
    text: str
    line: int


@dataclass(slots=True)
class Procedure:
    """One procedure of the article; `parent_seq` names the procedure it stands under."""

    seq: int
    parent_seq: int | None
    type: str
    heading: str
    line: int
    region_code: str | None
    schemes: list[str] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    time_limits: list[TimeLimit] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    hotlines: list[Hotline] = field(default_factory=list)
    coverage: list[CoverageItem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    legal_refs: list[LegalRef] = field(default_factory=list)


@dataclass(slots=True)
class RelatedLink:
    """An article named in a list: under an article or on a listing page. `listed_at` is as listed."""

    seq: int
    title_raw: str
    title: str
    title_date: str | None
    listed_at: str | None
    category: str | None
    region_code: str | None
    type: str
    audience: str | None
    url: str | None


@dataclass(slots=True)
class QualityFlag:
    """A defect seen in the article: `quote` are its words, `normalised` what was probably meant."""

    code: str
    severity: Severity
    scope: Scope
    line: int | None
    quote: str | None
    detail: str | None
    normalised: str | None
    procedure_seq: int | None


@dataclass(slots=True)
class Record:
    """Everything one article gives."""

    article: Article
    lines: list[Line] = field(default_factory=list)
    procedures: list[Procedure] = field(default_factory=list)
    related_links: list[RelatedLink] = field(default_factory=list)
    quality_flags: list[QualityFlag] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The record as plain dicts and lists, keys in the order of record.schema.json."""
        plain = as_plain(self)
        assert isinstance(plain, dict)
        return plain


def as_plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON has
    """A record or any part of it in, dicts, lists and scalars out; `dataclasses.asdict` copies every scalar."""
    if isinstance(value, list):
        return [as_plain(item) for item in value]
    names: tuple[str, ...] | None = getattr(type(value), "__match_args__", None)
    return {name: as_plain(getattr(value, name)) for name in names} if names else value
