"""What a file would do here: which person each row is, which session each day, and what is new.

Only who or what leaves no doubt is matched by itself; the rest is asked. What would be written is
worked out from that, beside what is there already, and nothing here writes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.attendance.rules import AttendanceStatus
from portal.core.clock import to_local
from portal.core.errors import N_
from portal.core.grouped import grouped
from portal.core.names import folded
from portal.core.worded import WordedEnum
from portal.enrolments.rules.entering import may_be_one
from portal.imports.rules.sheets.reading import Reading
from portal.imports.rules.sheets.shapes import CodeMeaning, FileDay, FileMark, Shape
from portal.schedule.rules import day_part, minutes_between, session_times

if TYPE_CHECKING:
    from portal.enrolments.queries import namesakes

NEW, LEAVE, MAKE, ASK = "new", "leave", "make", ""
_ALIKE, _MOST_OPTIONS = 0.9, 6
_NEAR = 90  # minutes between a time in a heading and the session that is meant
_USUAL = (time(9, 30), time(12))


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


class DayNote(WordedEnum):
    """What is to be said of a day."""

    CANCELLED = "cancelled", N_("The session of this day was cancelled.")
    FUTURE = "future", N_("This day is still to come.")
    TWO_SESSIONS = "two_sessions", N_("There is more than one session on this day.")


@dataclass(frozen=True)
class PlanLine:
    """Somebody or a day of the file: what may be meant, guessed and chosen."""

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
        return self.note is None and self.choice == self.guess != MAKE

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
        return minutes_between(self.begins, self.slot.ends if self.slot else self.ends)


class Write(NamedTuple):
    """One cell as a mark; `here` is a mark that says something else."""

    person: PersonLine
    day: DayLine
    address: str
    value: Value
    here: tuple[AttendanceStatus, int] | None


@dataclass
class Plan:
    """All that a file would do, and what must be answered first."""

    people: Sequence[PersonLine]
    days: Sequence[DayLine]
    writes: list[Write] = field(default_factory=list)  # what is new, or where the file goes first
    conflicts: list[Write] = field(default_factory=list)  # where a mark says something else
    same: int = 0  # marks that are here already
    left_out: int = 0
    cut: int = 0  # cells with more time than the session has
    twice: list[str] = field(default_factory=list)  # addresses of what came before
    odd: list[str] = field(default_factory=list)  # and of a time that lies outside the session

    @property
    def to_ask(self) -> list[PersonLine | DayLine]:
        asked = [line for line in self.people if line.choice == ASK]
        return [*asked, *(line for line in self.days if line.choice == ASK)]

    @property
    def counts(self) -> Counter[AttendanceStatus]:
        return Counter(write.value[0] for write in self.writes)

    @property
    def new_people(self) -> set[str]:
        return {write.person.key for write in self.writes if write.person.choice == NEW}

    @property
    def new_days(self) -> list[DayLine]:
        made = {write.day.key: write.day for write in self.writes if write.day.choice == MAKE}
        return sorted(made.values(), key=lambda line: (line.day, line.key))


def work_out(reading: Reading, around: Around, choices: Choices) -> Plan:
    """Work out what a file would do here."""
    people = _match_people(reading, around, choices)
    days = _match_days(reading, around, choices)
    ids = {known.key: known.id for known in around.known}
    plan = Plan(people, sorted(days, key=lambda line: (line.day, line.key)))
    seen: set[tuple[str, str]] = set()
    for cell in reading.cells:
        person, day = people[cell.person], days[cell.day]
        if {LEAVE, ASK} & {person.choice, day.choice}:
            plan.left_out += 1
            continue
        whose = (person.key if person.choice == NEW else person.choice, day.meant)
        if whose in seen:
            plan.twice.append(cell.address)
            continue
        seen.add(whose)
        value = value_of(cell.mark, day.begins, day.minutes)
        if value is None:
            plan.odd.append(cell.address)
            continue
        plan.cut += (cell.mark.minutes or 0) > day.minutes
        here = None
        if day.slot and person.choice != NEW:
            here = around.marks.get((day.slot.id, ids[person.choice]))
        if here and says_the_same(here, value):
            plan.same += 1
            continue
        write = Write(person, day, cell.address, value, here)
        if here:
            plan.conflicts.append(write)
        if here is None or choices.takes_file:
            plan.writes.append(write)
    return plan


def _match_people(reading: Reading, around: Around, choices: Choices) -> list[PersonLine]:
    """Who each person of the file is; of one name that stands there twice, it is asked."""
    by_name = grouped((folded(known.name), known) for known in around.known)
    names = [folded(person.name) for person in reading.people]
    times = Counter(names)
    new = {NEW} if around.may_make_people else set()
    lines = []
    for person, name, key in zip(reading.people, names, _counted(names), strict=True):
        options, guess = _find(name, by_name)
        if times[name] > 1:
            guess = ASK
        elif guess == NEW and not new:
            guess = LEAVE
        choice = _chosen(choices.people, key, guess, {*new, *(known.key for known in options)})
        lines.append(PersonLine(key, guess, choice, options, person.name, person.row, bool(new)))
    return lines


def _counted(names: Iterable[str]) -> Iterator[str]:
    """Each with how often it came."""
    times = Counter[str]()
    for name in names:
        times[name] += 1
        yield f"{name}#{times[name]}"


def _find(name: str, by_name: Mapping[str, list[Known]]) -> tuple[tuple[Known, ...], str]:
    """Who it may be, the likeliest first, and the guess: one, new, or to be asked."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    scored = process.extract(
        name, list(by_name), scorer=JaroWinkler.similarity, score_cutoff=_ALIKE, limit=None
    )
    first = name.partition(" ")[0]
    others = (other for other in by_name if first and other.startswith(first))
    shortened = [other for other in others if may_be_one(name, other)]
    near = dict.fromkeys([*(other for other, *_ in scored), *shortened])
    same = by_name.get(name, [])
    close = [one for other in near if other != name for one in by_name[other]]
    options = tuple(sorted([*same, *close], key=lambda one: not one.is_here))[:_MOST_OPTIONS]
    here = [one for one in same if one.is_here]
    if len(here) == 1:
        return options, here[0].key
    return options, ASK if same or any(one.is_here for one in close) else NEW


def _match_days(reading: Reading, around: Around, choices: Choices) -> list[DayLine]:
    on_day = grouped((slot.day, slot) for slot in around.slots)
    lines = []
    keys = _counted(f"{one.day}/{one.starts or one.part or ''}" for one in reading.days)
    for key, heading in zip(keys, reading.days, strict=True):
        day, there = heading.day, on_day[heading.day]
        planned = tuple(slot for slot in there if not slot.is_cancelled)
        meant = _meant(heading, planned)
        starts, ends = _times(heading, around.slots, choices)
        begins = meant[0].starts_at if len(meant) == 1 else session_times(day, starts, ends)[0]
        note = None
        if (len(meant) == 1 or not there) and begins > around.now:
            guess, note, planned = LEAVE, DayNote.FUTURE, ()
        elif len(meant) == 1:
            guess = meant[0].key
        elif planned:
            guess, note = ASK, DayNote.TWO_SESSIONS
        elif there:
            guess, note = LEAVE, DayNote.CANCELLED
        else:
            guess = MAKE
        choice = _chosen(choices.days, key, guess, {guess, *(slot.key for slot in planned)})
        said = (day, note, starts, ends, heading.is_guess)
        lines.append(DayLine(key, guess, choice, planned, *said))
    return lines


def _chosen(choices: Mapping[str, str], key: str, guess: str, allowed: Collection[str]) -> str:
    """What was chosen, if it may be; leaving out may be always."""
    chosen = choices.get(key, "")
    return chosen if chosen == LEAVE or chosen in allowed else guess


def _meant(heading: FileDay, planned: Sequence[SessionSlot]) -> Sequence[SessionSlot]:
    """Which of a day's sessions a heading means: by its time, its half-day, or the only one."""
    if heading.starts:
        apart = [(abs(minutes_between(heading.starts, slot.starts)), slot) for slot in planned]
        return [slot for minutes, slot in sorted(apart)[:1] if minutes <= _NEAR]
    if heading.part and len(planned) > 1:
        return [slot for slot in planned if day_part(slot.starts_at) == heading.part]
    return planned


def _times(heading: FileDay, slots: Sequence[SessionSlot], choices: Choices) -> tuple[time, time]:
    """From when until when a session that is made lasts: as was said, or as those beside it."""
    if heading.starts and heading.ends:
        return heading.starts, heading.ends
    if choices.starts and choices.ends:
        return choices.starts, choices.ends
    day = heading.day
    nearest = min(
        slots,
        key=lambda one: (one.day.weekday() != day.weekday(), abs((one.day - day).days)),
        default=None,
    )
    is_of_a_day = nearest is not None and nearest.starts < nearest.ends  # no night parts it
    usual = (nearest.starts, nearest.ends) if nearest and is_of_a_day else _USUAL
    return (heading.starts, usual[1]) if heading.starts and heading.starts < usual[1] else usual


def value_of(mark: FileMark, starts: time, session_minutes: int) -> Value | None:
    """What a cell is worth in this session; None for a time outside of it."""
    if not mark.is_here:
        return AttendanceStatus(mark.meaning), None
    minutes = mark.minutes
    if mark.meaning is CodeMeaning.HALF:
        minutes = session_minutes // 2
    elif mark.from_clock or mark.until_clock:
        first = minutes_between(starts, mark.from_clock) if mark.from_clock else 0
        last = minutes_between(starts, mark.until_clock) if mark.until_clock else session_minutes
        minutes = min(last, session_minutes) - max(first, 0)
    if minutes is not None and minutes <= 0:
        return None
    is_part = minutes is not None and minutes < session_minutes
    return AttendanceStatus.PRESENT, minutes if is_part else None


def says_the_same(here: tuple[AttendanceStatus, int], value: Value) -> bool:
    """Whether a mark says what is here; present without a time leaves the minutes be."""
    return here[0] is value[0] and value[1] in (None, here[1])


def unknown_left_out(plan: Plan) -> Choices:
    """The answers that leave out everybody who is not surely known."""
    return Choices(people={one.key: LEAVE for one in plan.people if one.choice in (NEW, ASK)})
