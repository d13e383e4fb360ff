"""Whom the list of people shows, and the handbook: its tasks, whose each is, where it helps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.actor import Permission
from portal.core.errors import N_
from portal.core.worded import WordedEnum


class Seen(WordedEnum):
    """When somebody was last present, as a choice."""

    WEEK = "week", N_("this week")
    MONTH = "month", N_("this month")
    LONGER = "longer", N_("longer ago than a month")  # more than a month ago
    NEVER = "never", N_("never")


class PeopleSort(WordedEnum):
    NAME = "name", N_("Name")
    SEEN = "seen", N_("Last seen")  # who was not seen for longest first
    STEP = "step", N_("Step")


class PeopleColumn(WordedEnum):
    """What the list says of each, as somebody chooses."""

    GROUPS = "groups", N_("Groups")
    PROGRAMME = "programme", N_("Programme")
    STEP = "step", N_("Step")
    SEEN = "seen", N_("Last seen")
    SIGNAL = "signal", N_("Signal")
    REACH = "reach", N_("Reach")  # in no file: it would leave the portal


class PlaceWanted(WordedEnum):
    """Whom of a group one means."""

    HAS = "has", N_("have a place")
    WAITS = "waits", N_("wait for a place or an answer")


@dataclass(frozen=True)
class Wanted:
    """Whom to list; what is empty leaves nobody out."""

    name: str = ""
    group: str = ""  # an offering's slug
    place: PlaceWanted | None = None
    step: int | None = None
    seen: Seen | None = None
    signal: bool = False
    sort: PeopleSort = PeopleSort.NAME


LANGUAGES = ("nl", "en")  # in which it is written


@dataclass(frozen=True)
class Task:
    """A page of the handbook, its `words` by language."""

    name: str
    permission: Permission
    stuck: frozenset[str]
    words: dict[str, Any]


@cache
def tasks() -> dict[str, Task]:
    """Every task by its name, in the order of a day."""
    table = tomllib.loads(Path(__file__).with_name("handbook.toml").read_text(encoding="utf-8"))
    return {
        name: Task(
            name, Permission(row["permission"]), frozenset(row["stuck"]),
            {language: row[language] for language in LANGUAGES},
        )
        for name, row in table.items()
    }  # fmt: skip


@cache
def helps_at(endpoint: str) -> Task | None:
    """Find the task that a page helps with; None without one."""
    return next((task for task in tasks().values() if endpoint in task.stuck), None)
