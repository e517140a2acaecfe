"""The vocabulary in, what is wrong with it out: ``python -m pipelines.vocabulary.check`` ends with status 1 then.

Every check takes plain rows and gives one sentence per fault, so that an editor knows which line of which file
to change.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from typing import Any, NamedTuple

from pipelines import vocabulary
from pipelines.fields.channels import find_channels, plain
from pipelines.fields.documents import canonical
from pipelines.regions import find_regions
from pipelines.titles import OTHER

# Keys of the TOML files whose values are patterns; in phrases.toml every value is one.
_PATTERN_KEYS = frozenset(
    {"pattern", "unless", "except", "title", "text", "followed_by", "words", "name", "after", "beside_a_name"}
)
_PATTERN_FILES = (
    "rule_kinds.toml",
    "headings.toml",
    "phrases.toml",
    "defects.toml",
    "channel_names.toml",
)
# Two words that share one character never meet in a text by that character alone.
_SHORTEST_OVERLAP = 2
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(r"[,;:](?!//)")
_GROUP_REFERENCE = re.compile(r"\\(?:\d|g<\w+>)")
# What every region has: with its name these say whom a text speaks of, not which app.
_PLACE_AND_WORD = re.compile(r"^(?:省|市)?(?:医保|人社|社保|税务|政务服务)?$")


class Alias(NamedTuple):
    """A word of a list as the reader compares it, what it stands for, and the file to look into."""

    word: str
    owner: str
    file: str


def duplicates(aliases: Iterable[Alias]) -> Iterator[str]:
    """Words listed twice, for one thing or for two.

    >>> list(duplicates([Alias("医保局", "agency-counter", "a"), Alias("医保局", "hospital", "b")]))
    ['医保局 is listed twice: for agency-counter (a) and for hospital (b)']
    """
    seen: dict[str, Alias] = {}
    for alias in aliases:
        known = seen.setdefault(alias.word, alias)
        if known is not alias:
            yield f"{alias.word} is listed twice: for {known.owner} ({known.file}) and for {alias.owner} ({alias.file})"


def cuts(aliases: Iterable[Alias], allowed: Iterable[dict[str, str]]) -> Iterator[str]:
    """Words of two kinds that can share characters in a text, so that the left one cuts the right one off.

    A word inside another needs no care: the longest is tried first. `allowed` are shared words with a reason.

    >>> list(cuts([Alias("就诊医院医保办", "hospital", "a"), Alias("医保办事大厅", "agency-counter", "b")], []))
    ['就诊医院医保办 (hospital) cuts 医保办事大厅 (agency-counter) off where they share 医保办']
    """
    kind_of = {alias.word: alias.owner for alias in aliases}
    reasons = {row["shared"] for row in allowed if row["reason"]}
    by_start: dict[str, list[str]] = defaultdict(list)
    for word in kind_of:
        for length in range(_SHORTEST_OVERLAP, len(word)):
            by_start[word[:length]].append(word)
    for left in kind_of:
        for length in range(_SHORTEST_OVERLAP, len(left)):
            shared = left[-length:]
            for right in by_start.get(shared, ()) if shared not in reasons else ():
                whole = left + right[length:]
                if kind_of[left] != kind_of[right] and whole not in kind_of:
                    yield f"{left} ({kind_of[left]}) cuts {right} ({kind_of[right]}) off where they share {shared}"


def misread_channels(aliases: Iterable[Alias]) -> Iterator[str]:
    """Names of channels that the reader does not find whole and as the kind they are listed for."""
    for alias in aliases:
        found = find_channels(alias.word)
        if [(mention.kind, plain(mention.name)) for mention in found] != [(alias.owner, alias.word)]:
            read = ", ".join(f"{mention.name} ({mention.kind})" for mention in found) or "nothing"
            yield f"{alias.word} is listed for {alias.owner} ({alias.file}) but read as {read}"


def misread_materials(materials: Iterable[vocabulary.MaterialName]) -> Iterator[str]:
    """Documents whose name or alias the reader takes for another, and aliases no text is compared with."""
    for material in materials:
        for word in (material.name, *material.aliases):
            read = canonical(word)[0]
            if read != material.name:
                yield f"{word} is listed for {material.name} but read as {read}"
        for word in material.aliases:
            if "医疗保险" in word:
                yield f"{word} of {material.name}: texts are compared with 医疗保险 written 医保"


def undescribed(kind: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Slugs without Chinese or English words, and Chinese explanations with half-width marks."""
    for row in rows:
        slug = row.get("slug") or row.get("kind") or row.get("code")
        chinese, english = (row.get(f"name_{tongue}") or row.get(f"title_{tongue}") or "" for tongue in ("zh", "en"))
        if not _HAN.search(chinese):
            yield f"{kind} {slug} has no Chinese name"
        if not re.search(r"[A-Za-z]{3}", english) or _HAN.search(english):
            yield f"{kind} {slug} has no English name"
        for key, value in row.items():
            if (
                (key.endswith("_zh") or key == "official_item")
                and _HAN.search(value or "")
                and _HALF_WIDTH.search(value)
            ):
                yield f"{kind} {slug}: half-width punctuation in {key}: {value}"


def bad_regional(
    channels: Iterable[vocabulary.RegionalChannel], region_codes: Iterable[str], kinds: Iterable[str]
) -> Iterator[str]:
    """Apps of a region without a region, a kind, a source, or a name of their own."""
    codes, known_kinds = set(region_codes), set(kinds)
    for channel in channels:
        if channel.region_code not in codes:
            yield f"{channel.name}: no region has the code {channel.region_code!r}"
        if channel.kind not in known_kinds:
            yield f"{channel.name}: no channel kind is called {channel.kind!r}"
        if not channel.source.strip():
            yield f"{channel.name}: no source says where the name is known from"
        if channel.certainty not in ("V", "K"):
            yield f"{channel.name}: certainty is V or K, not {channel.certainty!r}"
        if _is_common(channel.name):
            yield f"{channel.name}: a place and a common word; any sentence on that place has it"


def _is_common(name: str) -> bool:
    word = plain(name)
    places = [mention for mention in find_regions(word) if mention.start == 0]
    return bool(places) and bool(_PLACE_AND_WORD.match(word[places[0].end :]))


def unguarded(names: Iterable[str], guards: Iterable[dict[str, str]]) -> Iterator[str]:
    """Names like 合肥通 that the verb 通过 after a place also begins, without a guard in channel_names.toml."""
    guarded = {row["name"] for row in guards if re.match(row["followed_by"], "过")}
    for name in names:
        mentions = find_regions(name)
        if mentions and name[mentions[0].end :] == "通" and name not in guarded:
            yield f"{name} is in every {name}过...: add it to not_this_channel in channel_names.toml, followed_by 过"


def bad_patterns(file: str, value: Any, key: str | None = None) -> Iterator[str]:  # noqa: ANN401 - whatever TOML has
    """Patterns that do not compile, or that match everywhere because they match nothing.

    >>> list(bad_patterns("x.toml", {"pattern": "医保(", "unless": "医?"}))[1]
    'x.toml: pattern 医? matches the empty text'
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from bad_patterns(file, inner, "pattern" if file == "phrases.toml" else name)
    elif isinstance(value, list):
        for inner in value:
            yield from bad_patterns(file, inner)
    elif key in _PATTERN_KEYS and value:
        try:
            if re.search(value, ""):
                yield f"{file}: pattern {value} matches the empty text"
        except re.error as error:
            yield f"{file}: pattern {value} does not compile: {error}"


def self_defeating(code: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Defects that are also found in the words they should be replaced with."""
    for row in rows:
        meant = _GROUP_REFERENCE.sub("", row.get("meant", ""))
        if meant and re.search(row["pattern"], meant):
            yield f"{code}: {row['pattern']} also matches what it should say: {meant}"


def unknown_kinds(rules: Iterable[dict[str, str]], kinds: Iterable[str]) -> Iterator[str]:
    """Rules of channel_names.toml that lead to a kind no list has."""
    known = set(kinds)
    for rule in rules:
        if rule.get("kind", OTHER) not in known:
            yield f"channel_names.toml: no channel kind is called {rule['kind']!r}"


def channel_aliases() -> list[Alias]:
    """All names of channels as the reader compares them."""
    named = [
        Alias(plain(word), row.kind, "channels.toml") for row in vocabulary.channel_kinds() for word in row.aliases
    ]
    regional = [
        Alias(plain(row.name), row.kind, "regional_channels.csv") for row in reversed(vocabulary.regional_channels())
    ]
    return named + regional


def channel_labels() -> list[Alias]:
    """All words that mean a kind where they stand alone."""
    return [Alias(plain(word), row.kind, "labels") for row in vocabulary.channel_kinds() for word in row.labels]


def material_names() -> list[Alias]:
    """All names of documents."""
    return [
        Alias(word, row.name, "materials.toml") for row in vocabulary.materials() for word in (row.name, *row.aliases)
    ]


def problems() -> Iterator[str]:
    """All faults of the vocabulary as it is."""
    channels, kinds = channel_aliases(), vocabulary.channel_kinds()
    regional, defects = vocabulary.regional_channels(), vocabulary.table("defects.toml")
    yield from duplicates(channels + channel_labels())
    yield from duplicates(material_names())
    yield from duplicates(Alias(row["number"], row["owner"], "hotlines.toml") for row in _hotlines())
    yield from cuts(channels, vocabulary.table("overlaps.toml")["cut"])
    yield from misread_channels(channels)
    yield from misread_materials(vocabulary.materials())
    yield from undescribed("procedure type", map(asdict, vocabulary.procedure_types()))
    yield from undescribed("channel kind", map(asdict, kinds))
    yield from undescribed("rule kind", map(asdict, vocabulary.rule_kinds()))
    yield from undescribed("flag", map(asdict, vocabulary.flag_kinds().values()))
    codes = [region.code for region in vocabulary.regions()]
    yield from bad_regional(regional, codes, [row.kind for row in kinds])
    names = vocabulary.table("channel_names.toml")
    yield from unguarded([row.name for row in regional], names["not_this_channel"])
    tables = [rows for rows in names.values() if isinstance(rows, list)]
    yield from unknown_kinds(chain.from_iterable(tables), [row.kind for row in kinds])
    yield from chain.from_iterable(bad_patterns(file, vocabulary.table(file)) for file in _PATTERN_FILES)
    for code, rows in defects.items():
        yield from self_defeating(code, [row for row in rows if "pattern" in row] if isinstance(rows, list) else [])


def _hotlines() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = vocabulary.table("hotlines.toml")["hotline"]
    return rows


def main() -> int:
    """Print each fault on a line; the exit status says whether there is any."""
    found = list(problems())
    for problem in found:
        print(f"vocabulary: {problem}", file=sys.stderr)  # noqa: T201 - this is the program's output
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
