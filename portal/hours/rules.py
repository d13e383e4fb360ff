"""One person's hours by week, by house and by how they came to be; as in reports, by begin."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from portal.attendance.rules import AttendanceStatus, Provenance, conflicts, credit, length
from portal.core.clock import monday_of, to_local
from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum

_MOST_YEARS = 5

_TIMES, _MONTHS = (1, 10, 25, 50, 100, 250, 500), (1, 3, 6, 12, 24)


class CountStatus(WordedEnum):
    """Whether a mark counts, and why not."""

    COUNTS = "counts", N_("counts")
    OPEN = "open", N_("the list is not closed yet")  # its register isn't closed yet
    DISPUTED = "disputed", N_("two people wrote down something else")


@dataclass(unsafe_hash=True)
class MarkedTime:
    """One mark of one person, with all that its hours need."""

    starts_at: datetime
    ends_at: datetime
    minutes: int  # as written down; 0 when she was not there
    provenance: Provenance
    standing: CountStatus
    organisation: str
    title: str
    text_language: str = "nl"
    is_excused: bool = False

    @property
    def status(self) -> AttendanceStatus:
        """What was written down of her."""
        if self.minutes:
            return AttendanceStatus.PRESENT
        return AttendanceStatus.EXCUSED if self.is_excused else AttendanceStatus.ABSENT

    @cached_property
    def day(self) -> date:
        return to_local(self.starts_at).date()


@dataclass
class Sum:
    """Minutes together, and how they came to be."""

    minutes: int = 0
    by: Counter[Provenance] = field(default_factory=Counter)

    @property
    def parts(self) -> list[tuple[Provenance, int]]:
        """The minutes of each kind that there are, the strongest kind first."""
        return [(kind, self.by[kind]) for kind in Provenance if self.by[kind]]

    def add(self, provenance: Provenance, minutes: int) -> None:
        self.minutes += minutes
        self.by[provenance] += minutes


@dataclass
class Week(Sum):
    """One week, or the part of it that lies in the period."""

    from_on: date = date.min
    until_on: date = date.min


@dataclass
class Tally(Sum):
    """The hours of one person between two days: what counts, and what doesn't (yet)."""

    from_on: date = date.min
    until_on: date = date.min
    first_on: date = date.max  # of the week from which it has a line for each
    counted: Sequence[tuple[MarkedTime, int]] = ()  # each visit with its minutes
    organisations: dict[str, int] = field(default_factory=dict)
    waiting: int = 0  # minutes that will count once what is open is closed and settled
    times: Counter[CountStatus] = field(default_factory=Counter)
    excused: int = 0
    absent: int = 0
    twice: int = 0  # minutes in two sessions at once, which count in one of them
    conflicts: list[tuple[MarkedTime, MarkedTime]] = field(default_factory=list)

    @cached_property
    def weeks(self) -> list[Week]:
        """Add up its weeks, the last one first."""
        weeks = list(weeks_of(max(self.from_on, self.first_on), self.until_on))
        by_monday = {monday_of(week.from_on): week for week in weeks}
        for visit, minutes in self.counted:
            by_monday[monday_of(visit.day)].add(visit.provenance, minutes)
        return weeks[::-1]


def tally(visits: Iterable[MarkedTime], from_on: date, until_on: date) -> Tally:
    """All that is known of these days, both included."""
    found = Tally(from_on=from_on, until_on=until_on)
    inside = [visit for visit in visits if from_on <= visit.day <= until_on]
    found.excused = sum(visit.is_excused for visit in inside)
    found.absent = sum(not visit.minutes and not visit.is_excused for visit in inside)
    present = [visit for visit in inside if visit.minutes]
    counted = [visit for visit in present if visit.standing is CountStatus.COUNTS]
    found.times.update(visit.standing for visit in present)
    found.conflicts = [(present[one], present[other]) for one, other in conflicts(present)]
    minutes = credit(counted)
    found.twice = sum(min(visit.minutes, length(visit)) for visit in counted) - sum(minutes)
    if len(counted) < len(present):
        found.waiting = sum(credit(present)) - sum(minutes)
    found.first_on = monday_of(min((visit.day for visit in inside), default=until_on))
    found.counted = list(zip(counted, minutes, strict=True))
    houses: dict[str, int] = defaultdict(int)
    for visit, credited in found.counted:
        found.add(visit.provenance, credited)
        houses[visit.organisation] += credited
    found.organisations = dict(sorted(houses.items()))
    return found


def weeks_of(from_on: date, until_on: date) -> Iterator[Week]:
    """List the weeks that these days touch; the outer ones may be parts."""
    while from_on <= until_on:
        sunday = monday_of(from_on) + timedelta(days=6)
        yield Week(from_on=from_on, until_on=min(sunday, until_on))
        from_on = sunday + timedelta(days=1)


@dataclass(frozen=True)
class WeekDone:
    """A week from Monday, and her visits in it with minutes they count."""

    monday: date
    visits: Sequence[tuple[MarkedTime, int]]


def last_weeks(visits: Iterable[MarkedTime], today: date, most: int = 12) -> list[WeekDone]:
    """List the last weeks' visits, the oldest first, counting yet or not."""
    this = monday_of(today)
    mondays = [this - timedelta(weeks=back) for back in reversed(range(most))]
    present = [visit for visit in visits if visit.minutes and mondays[0] <= visit.day <= today]
    done: dict[date, list[tuple[MarkedTime, int]]] = {monday: [] for monday in mondays}
    for visit, minutes in zip(present, credit(present), strict=True):
        done[monday_of(visit.day)].append((visit, minutes))
    return [WeekDone(monday, found) for monday, found in done.items()]


@dataclass(frozen=True)
class Milestone:
    """The day by which she had come so many times, or so many months."""

    on: date
    times: int = 0
    months: int = 0


def milestones(visits: Iterable[MarkedTime]) -> list[Milestone]:
    """List what she may look back on, newest first, of visits that count.

    A month has passed when she is there again a month or more after the first time.
    """
    there = (row for row in visits if row.minutes and row.standing is CountStatus.COUNTS)
    days = [row.day for row in sorted(there, key=lambda row: row.starts_at)]
    found = [Milestone(days[times - 1], times=times) for times in _TIMES if times <= len(days)]
    for months in _MONTHS if days else ():
        later = days[0].year * 12 + days[0].month - 1 + months, days[0].day
        since = (day for day in days if (day.year * 12 + day.month - 1, day.day) >= later)
        if (day := next(since, None)) is not None:
            found.append(Milestone(day, months=months))
    return sorted(found, key=lambda row: (row.on, row.times, row.months), reverse=True)


def check_days(from_on: date, until_on: date, today: date) -> None:
    """Refuse days that run backwards, are too many, or did not come yet."""
    if until_on < from_on:
        raise RuleBroken("until_on", N_("The last day must not be before the first day."))
    if until_on > today:
        raise RuleBroken("until_on", N_("The last day must not be in the future."))
    if (until_on - from_on).days > _MOST_YEARS * 366:
        raise RuleBroken("from_on", N_("Choose at most five years."))
