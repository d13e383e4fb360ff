"""The city's own words, from the TOML files beside this module."""

from __future__ import annotations

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


def _moved(entry: Entry, weekday: int) -> Entry:
    before = _IN_DUTCH[WEEKDAYS.index(entry["weekdays"][0])]
    after = _IN_DUTCH[weekday]
    moved = {**entry, "weekdays": [WEEKDAYS[weekday]]}
    for name in _TEXTS:
        moved[name] = entry[name].replace(before, after)
    return moved


def observations() -> list[Entry]:
    """Plain examples, each with a competence, a voice and the themes it fits."""
    found: list[Entry] = read("words")["observations"]
    return found
