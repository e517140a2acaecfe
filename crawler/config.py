"""What the operator set: atlas.toml in, checked, into Scrapy's settings, above their defaults and below -s."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils.conf import closest_scrapy_cfg

from crawler import settings as defaults
from crawler.options import OptionError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

FILE = "atlas.toml"
# Names another file, or, empty, none.
VARIABLE = "ATLAS_CONFIG"
PRIORITY = SETTINGS_PRIORITIES["project"] + 5
KINDS = {
    str: "a text",
    int: "a whole number, 0 or above",
    float: "a number, 0 or above",
    bool: "true or false",
    list: "a list of texts",
}

Value = str | float | bool | list[str]


@dataclass(frozen=True)
class Entry:
    """A setting of the operator's: what it is now, what it would be otherwise, and where it was set."""

    key: str
    value: Value
    default: Value
    source: str
    about: str


@cache
def known() -> dict[str, str]:
    """Each key that an operator may set, and what it is for."""
    return tomllib.loads(files("crawler").joinpath("operator.toml").read_text(encoding="utf-8"))


def configure(settings: BaseSettings) -> None:
    """Put what atlas.toml says into the settings, and check what -s says; `OptionError` where either is wrong."""
    path = config_file()
    for key, value in _read(path).items() if path else ():
        settings.set(key.upper(), _checked(key, value, f"{path}: {key}"), priority=PRIORITY)
    for key in known():
        name = key.upper()
        if isinstance(settings[name], str):  # a text of the command line, perhaps of something else
            priority = settings.getpriority(name) or 0
            settings.set(name, _checked(key, _parsed(settings[name], _kind(key)), name), priority=priority)


def config_file() -> Path | None:
    """The file that is read; None where there is none."""
    named = os.environ.get(VARIABLE)
    if named and not Path(named).is_file():
        raise OptionError(f"{VARIABLE} names {named}, which is not there; make it, or unset {VARIABLE}")
    path = Path(closest_scrapy_cfg()).parent / FILE if named is None else Path(named)
    return path if path.is_file() else None


def entries(settings: BaseSettings) -> Iterator[Entry]:
    """All that an operator may set, as it is now."""
    path = config_file()
    for key, about in known().items():
        priority = settings.getpriority(key.upper()) or 0
        source = "command line" if priority > PRIORITY else str(path) if priority == PRIORITY else "default"
        yield Entry(key, settings[key.upper()], _default(key), source, about)


def _read(path: Path) -> dict[str, object]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: {error}") from error
    for key in found.keys() - known().keys():
        nearest = get_close_matches(key.lower(), known(), n=1, cutoff=0)[0]
        raise OptionError(f"{path}: unknown key {key!r}; did you mean {nearest!r}? `scrapy status --config` lists all")
    return found


def _checked(key: str, value: object, where: str) -> Value:
    """A value -> the same, of the right kind; `OptionError` names `where` it is wrong."""
    kind = _kind(key)
    if kind is float and type(value) is int:
        value = float(value)
    right = type(value) is kind and not (isinstance(value, (int, float)) and not 0 <= value < float("inf"))
    if not right or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        raise OptionError(f"{where} must be {KINDS[kind]}, not {value!r}")
    return value  # type: ignore[return-value]  # checked


def _parsed(text: str, kind: type) -> object:
    """A text of the command line -> the value it stands for; the text itself where it stands for none."""
    if kind is list:
        return [item.strip() for item in text.split(",") if item.strip()]
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    try:
        return kind(text)
    except ValueError:
        return text


def _default(key: str) -> Value:
    found: Value = getattr(defaults, key.upper())
    return found


def _kind(key: str) -> type:
    return type(_default(key))
