"""Whom the list of people shows, and in which order."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Wanted:
    """Whom to list; what is empty leaves nobody out."""

    name: str = ""
    group: str = ""  # an offering's slug
    step: int | None = None
    seen: Seen | None = None
    signal: bool = False
    sort: PeopleSort = PeopleSort.NAME
