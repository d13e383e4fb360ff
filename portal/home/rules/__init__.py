"""Whom the list of people shows, and in which order."""

from dataclasses import dataclass
from enum import StrEnum


class Seen(StrEnum):
    """When somebody was last present, as a choice."""

    WEEK = "week"
    MONTH = "month"
    LONGER = "longer"  # more than a month ago
    NEVER = "never"


class PeopleSort(StrEnum):
    NAME = "name"
    SEEN = "seen"  # who was not seen for longest first
    STEP = "step"


@dataclass(frozen=True)
class Wanted:
    """Whom to list; what is empty leaves nobody out."""

    name: str = ""
    group: str = ""  # an offering's slug
    step: int | None = None
    seen: Seen | None = None
    signal: bool = False
    sort: PeopleSort = PeopleSort.NAME
