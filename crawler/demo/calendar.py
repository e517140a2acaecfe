"""Which article the made-up site publishes when: a seed goes in, a list of plans comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from typing import Any, Literal

from crawler.demo.texts import load_procedures, load_rows, load_toml

BEIJING = timezone(timedelta(hours=8))
PROCEDURES_AN_ARTICLE = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)

Markup = Literal["desktop", "mobile"]


@dataclass(frozen=True, slots=True)
class Region:
    """A row of regions.csv."""

    code: str
    name: str
    short: str
    province: str
    level: str
    area_code: str
    app: str

    def phrases(self) -> list[str]:
        """How a title may write the region. County-level cities never stand alone by their short name."""
        alone = [] if self.level == "county" else [self.short, self.short]
        full = [self.name] if self.name.endswith("市") else []
        return alone + full + ([self.province + self.short] if self.province else [])


@dataclass(frozen=True, slots=True)
class Plan:
    """One article before it is written. `types[0]` is the procedure of its title."""

    number: int
    section: str
    category: str
    path: str
    published_at: datetime
    dead: bool
    markup: Markup
    region: Region | None
    region_phrase: str
    region_source: Literal["title", "heading", "none"]
    types: tuple[str, ...]
    plain: bool
    title: str
    date_tag: str
    traps: frozenset[str]

    @property
    def listed_at(self) -> str:
        """The publishing time as a list shows it."""
        return f"{self.published_at:%Y-%m-%d %H:%M}"

    @property
    def title_raw(self) -> str:
        """The title with its date tag."""
        return self.title + self.date_tag


def dice(*words: str | int | None) -> Random:
    """A seed and what is to be chosen -> the dice for it, the same in every process."""
    return Random("/".join(map(str, words)))  # noqa: S311 (no secret)


def load_regions() -> list[Region]:
    """The regions the site writes about."""
    return [Region(**row) for row in load_rows("regions")]


def plan_articles(seed: int, days: int | None = None) -> list[Plan]:
    """The seed -> all articles of the site in so many days, oldest first."""
    site = load_toml("site")
    regions = load_regions()
    deck: list[Region] = []
    plans = []
    for index, moment in enumerate(publishing_times(dice(seed, "times"), site, days or site["days"])):
        rng = dice(seed, "plan", index)
        deck = deck or dice(seed, "deck", index).sample(regions, len(regions))
        region = None if rng.random() < site["national_share"] else deck.pop()
        plans.append(plan_article(rng, site, index, moment, region))
    return plans


def publishing_times(rng: Random, site: dict[str, Any], days: int) -> Iterator[datetime]:
    """Every 20 or 21 minutes from the morning of each day on; now and then one turn is left out."""
    first = date.fromisoformat(str(site["first_day"]))
    for day in range(days):
        moment = datetime.combine(first + timedelta(days=day), time(7, 19), BEIJING)
        moment += timedelta(minutes=rng.randrange(200))
        for _ in range(site["articles_a_day"]):
            yield moment.replace(second=rng.randrange(60))
            moment += timedelta(minutes=rng.choice((20, 20, 20, 21, 40)))


def plan_article(rng: Random, site: dict[str, Any], index: int, moment: datetime, region: Region | None) -> Plan:
    """One publishing time and region -> the article that appears then."""
    number = site["first_number"] + site["number_step"] * index
    types = tuple(rng.sample(sorted(load_procedures()), rng.choice(PROCEDURES_AN_ARTICLE)))
    phrase = rng.choice(region.phrases()) if region else ""
    in_title = bool(region) and rng.random() >= site["heading_region_share"]
    section = choose_section(rng, site, types[0])
    return Plan(
        number=number,
        section=section["path"],
        category=section["category"],
        path=f"{section['path']}{moment:%Y%m}/{number}.html",
        published_at=moment,
        dead=rng.random() < site["dead_share"],
        markup=rng.choice(("desktop", "mobile")),
        region=region,
        region_phrase=phrase,
        region_source="title" if in_title else "heading" if region else "none",
        types=types,
        plain=len(types) == 1 and (in_title or not region) and rng.random() < site["plain_share"],
        title=write_title(rng, site, types[0], phrase if in_title else ""),
        date_tag=write_date_tag(rng.choice(site["date_tags"]["forms"]), moment),
        traps=choose_traps(rng, site, types),
    )


def choose_section(rng: Random, site: dict[str, Any], primary: str) -> dict[str, Any]:
    """The section an article of this type stands in: its own where there is one, mostly, else the first."""
    first, *others = site["section"]
    own = [section for section in others if primary in section["types"]]
    return rng.choice([*own, *own, first])


def write_title(rng: Random, site: dict[str, Any], primary: str, phrase: str) -> str:
    """The title without its date tag. An empty `phrase` gives a title without a region."""
    wording: str = rng.choice(load_procedures()[primary]["titles"])
    if phrase and "{r}" not in wording:
        forms = list(site["titles"]["prefix"])
        forms += [form for form in site["titles"]["case"] if wording.endswith("?") or "(" in form]
        wording = rng.choice(forms).replace("{t}", wording)
    cry = rng.choice(site["titles"]["cries"]) if rng.random() < 0.08 else ""
    return cry + wording.replace("{r}", phrase)


def write_date_tag(form: str, moment: datetime) -> str:
    """A form such as `({yy}年{m}月{d}日)` -> the tag for that day."""
    return form.format(
        Y=moment.year, yy=f"{moment:%y}", mm=f"{moment:%m}", dd=f"{moment:%d}", m=moment.month, d=moment.day
    )


def choose_traps(rng: Random, site: dict[str, Any], types: tuple[str, ...]) -> frozenset[str]:
    """The defects planted in an article: none in most, else one or two of those its texts offer."""
    if rng.random() >= site["trap_share"]:
        return frozenset()
    offered = sorted({"off-topic"} | traps_in([load_procedures()[name] for name in types]))
    return frozenset(rng.sample(offered, rng.choice((1, 2))))


def traps_in(node: object) -> set[str]:
    """Any piece of the data -> the names of the traps it holds."""
    if isinstance(node, dict):
        own = {node["trap"]} if "trap" in node else set()
        return own.union(*(traps_in(value) for value in node.values()))
    if isinstance(node, list):
        return set[str]().union(*(traps_in(value) for value in node))
    return set()
