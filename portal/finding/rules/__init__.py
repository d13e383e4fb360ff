"""What a visitor may look for, and which weekly times answer it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.areas import areas, districts
from portal.core.clock import from_local, to_local
from portal.offerings.rules import DutchLevel, OfferingKind, WorkWord
from portal.schedule.rules import DayPart, day_part
from portal.schedule.rules.school_holidays import school_holidays


class Weekday(StrEnum):
    """A day of the week as it stands in an address, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


class Wish(StrEnum):
    """What one either wants or doesn't ask."""

    SCHOOL = "school"  # while the children are at school
    FREE = "free"  # there is a place
    NO_COSTS = "gratis"
    NEAR = "near"  # next to the wanted area is near enough


# Primary schools begin at half past eight; on Wednesday most end at noon. What fits here leaves
# time for the way, also where the school day is a short one.
_SCHOOL_BEGINS = time(8, 45)
_SOME_MONDAY = date(2024, 1, 1)
_SCHOOL_ENDS = {day: time(14, 30) for day in range(5)} | {2: time(12, 30)}


@dataclass(frozen=True)
class Slot:
    """A weekly time, as far as a visitor may ask for it."""

    day: Weekday
    part: DayPart
    in_school_hours: bool


def slot_of(starts_at: datetime, ends_at: datetime) -> Slot:
    """Where in the week a session lies, by Amsterdam's clock."""
    begin, end = to_local(starts_at), to_local(ends_at)
    is_holiday = begin.date() in school_holidays()
    return weekly_slot(begin.weekday(), begin.time(), end.time(), skips_holidays=not is_holiday)


@cache
def weekly_slot(weekday: int, starts: time, ends: time, *, skips_holidays: bool) -> Slot:
    """Say where in the week a half-day lies: Monday is 0, no holidays."""
    latest = _SCHOOL_ENDS.get(weekday) if skips_holidays else None
    in_school_hours = latest is not None and _SCHOOL_BEGINS <= starts < ends <= latest
    part = day_part(from_local(_SOME_MONDAY, starts))
    return Slot(tuple(Weekday)[weekday], part, in_school_hours)


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
    also: frozenset[Wish] = field(default=frozenset())

    def fits(self, slot: Slot) -> bool:
        """Say whether a time is on a wanted day, part of it, in school hours."""
        return (
            (not self.day or slot.day in self.day)
            and (not self.part or slot.part in self.part)
            and (slot.in_school_hours or Wish.SCHOOL not in self.also)
        )

    @property
    def areas(self) -> frozenset[str]:
        """The wanted neighbourhoods, with those next to them when that is near enough."""
        wanted = self.area
        if Wish.NEAR in self.also:
            wanted = wanted.union(*(neighbours(code) for code in wanted))
        return frozenset(
            a.code for a in areas().values() if a.code in wanted or a.district_code in wanted
        )

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Filters:
        """What these pairs of an address ask; one that we don't know asks nothing."""
        known: dict[str, Any] = {}
        for name, value in pairs:
            read = _READ.get(name)
            meant = read(value) if read and value else None
            if meant and name in _SEVERAL:
                known[name] = known.get(name, frozenset()) | {meant}
            elif meant:
                known[name] = meant
        return cls(**known)

    def pairs(self) -> list[tuple[str, str]]:
        """What is asked as it stands in an address, always in one order."""
        return [
            (one.name, str(value))
            for one in fields(self)
            for value in (
                sorted(getattr(self, one.name))
                if one.name in _SEVERAL
                else filter(None, [getattr(self, one.name)])
            )
        ]

    def asked(self) -> list[str]:
        """Name what is asked, as in the address; `near` asks for more."""
        plain = [one.name for one in fields(self) if one.name != "also" and getattr(self, one.name)]
        return [*plain, *(wish for wish in Wish if wish in self.also and wish is not Wish.NEAR)]

    def with_wish(self, wish: Wish) -> Filters:
        """The same search with one wish more."""
        return replace(self, also=self.also | {wish})

    def without(self, *names: str) -> Filters:
        """The same search with some wishes less."""
        empty: dict[str, Any] = {one.name: one.default for one in fields(self)}
        values = {name: empty[name] for name in names if name in empty}
        return replace(self, **values, also=self.also - frozenset(map(str, names)))


def _member(of: type[StrEnum]) -> Callable[[str], StrEnum | None]:
    return {str(one): one for one in of}.get


_SEVERAL = frozenset({"work", "area", "day", "part", "also"})
_READ: dict[str, Callable[[str], Any]] = {
    "q": str,
    "kind": _member(OfferingKind),
    "work": _member(WorkWord),
    "area": str,
    "day": _member(Weekday),
    "part": _member(DayPart),
    "language": str,
    "level": _member(DutchLevel),
    "also": _member(Wish),
}


@dataclass(frozen=True)
class Miss:
    """A search that asks a little else and finds something: other words, or less."""

    count: int
    q: str | None = None
    leave_out: tuple[str, ...] = ()
    found: int = field(default=0, compare=False)  # as bits, see `index`
    instead: Filters = field(default=Filters(), compare=False)

    @classmethod
    def of(cls, found: int, instead: Filters, **how: Any) -> Miss:
        """What a search finds that asks this instead."""
        return cls(found.bit_count(), found=found, instead=instead, **how)


def levels_up_to(level: DutchLevel) -> list[DutchLevel]:
    """Every level that somebody who speaks Dutch at `level` can follow."""
    levels = list(DutchLevel)
    return levels[: levels.index(level) + 1]


def neighbours(code: str) -> frozenset[str]:
    """List the areas next to one: a neighbourhood's district, a district's neighbours."""
    area = areas().get(code)
    if area is not None:
        return frozenset({area.district_code})
    return _district_neighbours().get(code, frozenset())


@cache
def _district_neighbours() -> dict[str, frozenset[str]]:
    """From `neighbours.csv`, in which each border stands once."""
    codes = {name: code for code, name in districts().items()}
    found: dict[str, set[str]] = {}
    with Path(__file__).with_name("neighbours.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one, other = codes[row["district"]], codes[row["neighbour"]]
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {code: frozenset(others) for code, others in found.items()}
