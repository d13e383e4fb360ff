"""The city's own words, from the TOML files beside this module."""

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

# Each file says in its first lines what its tables hold.
Entry = dict[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_IN_DUTCH = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
# Where the cast's guide works with direct sign-up: held on the day the city is built, so that
# there is a register to open whatever day that is.
ON_TODAY = ("soep-voor-de-straat", "tafel-voor-tien")
_TEXTS = ("title", "summary", "what", "for_whom", "first_time", "bring", "how_to_find")
_TOLD_OF_IN = "kaapstander"  # whose words about itself name the first of these


@cache
def read(name: str) -> Entry:
    """One file, "people" for people.toml."""
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def offerings(weekday: int) -> list[Entry]:
    """All offerings; those of the cast's guide moved to `weekday`, in their words too."""
    return [
        _moved(entry, weekday) if entry["key"] in ON_TODAY else entry
        for entry in read("offerings")["offerings"]
    ]


def organisations(weekday: int) -> list[Entry]:
    """All organisations; the cast's enterprise says of its soup on which day it is."""
    soup = next(one for one in read("offerings")["offerings"] if one["key"] == ON_TODAY[0])
    return [
        {**entry, "about": _on(weekday, soup, entry["about"])}
        if entry["key"] == _TOLD_OF_IN
        else entry
        for entry in read("organisations")["organisations"]
    ]


def _moved(entry: Entry, weekday: int) -> Entry:
    words = {name: _on(weekday, entry, entry[name]) for name in _TEXTS}
    return {**entry, **words, "weekdays": [WEEKDAYS[weekday]]}


def _on(weekday: int, entry: Entry, text: str) -> str:
    """A text that names an offering's day, with another day in its place."""
    return text.replace(_IN_DUTCH[WEEKDAYS.index(entry["weekdays"][0])], _IN_DUTCH[weekday])


def choose(draw: random.Random, table: str) -> str:
    """Draw a value of a table in chances.toml, as often as it says."""
    weights: dict[str, int] = read("chances")[table]
    return draw.choices(list(weights), list(weights.values()))[0]
