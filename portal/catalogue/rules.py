"""What a visitor may look for, and which weekly times answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.core.clock import to_local
from portal.offerings.rules import DutchLevel, OfferingKind, WorkWord
from portal.schedule.rules import DayPart, day_part


class Weekday(StrEnum):
    """A day of the week as it stands in an address, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True)
class Filters:
    """What somebody looks for; an empty part asks nothing.

    `area` holds codes of districts and of neighbourhoods. `level` is the Dutch that she speaks:
    an offering that asks for less fits too.
    """

    q: str = ""
    kind: OfferingKind | None = None
    work: frozenset[WorkWord] = frozenset()
    area: frozenset[str] = frozenset()
    day: frozenset[Weekday] = frozenset()
    part: frozenset[DayPart] = frozenset()
    language: str | None = None
    level: DutchLevel | None = None

    @property
    def asks_times(self) -> bool:
        return bool(self.day or self.part)

    def fits(self, moment: datetime) -> bool:
        """Whether a session that begins at `moment` is on a wanted day, in a wanted part of it."""
        weekday = tuple(Weekday)[to_local(moment).weekday()]
        return (not self.day or weekday in self.day) and (
            not self.part or day_part(moment) in self.part
        )


def levels_up_to(level: DutchLevel) -> list[DutchLevel]:
    """Every level that somebody who speaks Dutch at `level` can follow."""
    levels = list(DutchLevel)
    return levels[: levels.index(level) + 1]
