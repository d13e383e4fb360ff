"""The city's own words, from the TOML files beside this module."""

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

# Each file says in its first lines what its tables hold.
Entry = dict[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Where the cast's guide works with direct sign-up: held on the day the city is built, so that
# there is a register to open whatever day that is.
ON_TODAY = ("soep-voor-de-straat", "tafel-voor-tien")


@cache
def read(name: str) -> Entry:
    """One file, "people" for people.toml."""
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def offerings(weekday: int) -> list[Entry]:
    """List all offerings; those of the cast's guide moved to `weekday`."""
    return [
        {**entry, "weekdays": [WEEKDAYS[weekday]]} if entry["key"] in ON_TODAY else entry
        for entry in read("offerings")["offerings"]
    ]


def choose(draw: random.Random, table: str) -> str:
    """Draw a value of a table in chances.toml, as often as it says."""
    weights: dict[str, int] = read("chances")[table]
    return draw.choices(list(weights), list(weights.values()))[0]
