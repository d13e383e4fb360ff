"""What a file would do here: its people, its days, what is new and what is asked first."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.attendance.rules import AttendanceStatus
from portal.core.clock import to_local
from portal.imports.rules.sheets.shapes import Shape
from portal.schedule.rules import minutes_between

if TYPE_CHECKING:
    from portal.enrolments.queries import namesakes

NEW, LEAVE, MAKE, ASK = "new", "leave", "make", ""


class Known(NamedTuple):
    """Somebody whom the organisation knows; `is_here`: from this activity."""

    key: str
    id: int
    name: str
    is_here: bool
    note: namesakes.Note | None = None  # where they know another of her name


class SessionSlot(NamedTuple):
    """A session that is there already."""

    key: str
    id: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool

    @property
    def day(self) -> date:
        return to_local(self.starts_at).date()

    @property
    def starts(self) -> time:
        return to_local(self.starts_at).time()

    @property
    def ends(self) -> time:
        return to_local(self.ends_at).time()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


Value = tuple[AttendanceStatus, int | None]  # minutes None: all of the session


@dataclass(frozen=True)
class Around:
    """What is there already, around the file."""

    known: Sequence[Known]
    slots: Sequence[SessionSlot]
    marks: Mapping[tuple[int, int], tuple[AttendanceStatus, int]]  # by session and participant
    may_make_people: bool
    now: datetime


@dataclass(frozen=True)
class Choices(Shape):
    """What somebody put right, by the key of the person or the day."""

    people: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    starts: time | None = None
    ends: time | None = None
    takes_file: bool = False  # where a mark is here that says something else


class DayNote(StrEnum):
    """What is to be said of a day."""

    CANCELLED = "cancelled"
    FUTURE = "future"
    TWO_SESSIONS = "two_sessions"
    TO_MAKE = "to_make"


@dataclass(frozen=True)
class PlanLine:
    """Somebody or a day of the file: which of what may be meant was guessed, and which chosen."""

    key: str
    guess: str
    choice: str
    options: tuple[Any, ...]

    @property
    def field(self) -> str:
        """What it is called in a form."""
        kind = type(self).__name__.removesuffix("Line").lower()
        return f"{kind}-{hashlib.blake2b(self.key.encode(), digest_size=5).hexdigest()}"


@dataclass(frozen=True)
class PersonLine(PlanLine):
    """Somebody of the file, and who it is."""

    options: tuple[Known, ...]
    name: str
    row: int  # as the spreadsheet counts (with names across: the column)
    may_be_new: bool = True

    @property
    def is_sure(self) -> bool:
        return self.guess not in (ASK, NEW, LEAVE) and self.choice == self.guess


@dataclass(frozen=True)
class DayLine(PlanLine):
    """A day of the file, and which session it is."""

    options: tuple[SessionSlot, ...]
    day: date
    note: DayNote | None
    starts: time
    ends: time
    is_guess: bool = False

    @property
    def is_sure(self) -> bool:
        return self.note is None and self.choice == self.guess

    @cached_property
    def slot(self) -> SessionSlot | None:
        return next((slot for slot in self.options if slot.key == self.choice), None)

    @cached_property
    def meant(self) -> str:
        """Which session it is, also when it is still to be made."""
        return self.slot.key if self.slot else f"{self.day}/{self.starts}"

    @property
    def begins(self) -> time:
        return self.slot.starts if self.slot else self.starts

    @cached_property
    def minutes(self) -> int:
        return self.slot.minutes if self.slot else minutes_between(self.starts, self.ends)


class Write(NamedTuple):
    """One cell as a mark; `here` is the mark that says something else, if one does."""

    person: PersonLine
    day: DayLine
    address: str
    value: Value
    here: tuple[AttendanceStatus, int] | None


@dataclass(frozen=True)
class Plan:
    """All that a file would do, and what must be answered first."""

    people: Sequence[PersonLine]
    days: Sequence[DayLine]
    writes: Sequence[Write]  # what is new, and where the file goes first
    conflicts: Sequence[Write]  # where a mark is here that says something else
    same: int  # marks that are here already
    left_out: int
    cut: int  # cells with more time than the session has
    twice: Sequence[str]  # addresses of cells about somebody and a day that came before
    odd: Sequence[str]  # addresses of cells with a time that lies outside the session

    @property
    def to_ask(self) -> list[PersonLine | DayLine]:
        asked = [line for line in self.people if line.choice == ASK]
        return [*asked, *(line for line in self.days if line.choice == ASK)]

    @property
    def counts(self) -> Counter[AttendanceStatus]:
        return Counter(write.value[0] for write in self.writes)

    @property
    def new_people(self) -> list[PersonLine]:
        with_marks = {write.person.key for write in self.writes}
        return [one for one in self.people if one.choice == NEW and one.key in with_marks]

    @property
    def new_days(self) -> list[DayLine]:
        with_marks = {write.day.key for write in self.writes}
        return [one for one in self.days if one.choice == MAKE and one.key in with_marks]


def unknown_left_out(plan: Plan) -> Choices:
    """The answers that leave out everybody who is not surely known."""
    return Choices(people={one.key: LEAVE for one in plan.people if one.choice in (NEW, ASK)})
