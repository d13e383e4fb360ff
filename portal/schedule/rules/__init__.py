"""From a series in words ("every Tuesday, 09.30 to 12.00") to days on the calendar."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest

from portal.core.clock import from_local, monday_of, to_local
from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum
from portal.schedule.rules.school_holidays import school_holidays

WEEKS_AHEAD = 26  # how far a series without an end is planned
MOST_WEEKS = 104
MOST_MINUTES = 8 * 60


class SessionStatus(WordedEnum):
    PLANNED = "planned", N_("Planned")
    CANCELLED = "cancelled", N_("Cancelled")


class NotHeldReason(WordedEnum):
    """Why a session did not go on: always the organisation's own reason, never a person's."""

    NO_GUIDE = "no_guide", N_("There was no guide")
    NO_ROOM = "no_room", N_("There was no room")
    TOO_FEW_PEOPLE = "too_few_people", N_("Too few people came")
    HOLIDAY = "holiday", N_("It was a holiday")
    WEATHER = "weather", N_("The weather")
    OTHER_PLANS = "other_plans", N_("We did something else")
    # the portal's to give: it takes place at another time
    MOVED = "moved", N_("It was moved to another time")
    # and this: it comes back when its series has the day again
    SERIES_CHANGED = "series_changed", N_("The days of the series changed")


BY_THE_PORTAL = frozenset({NotHeldReason.MOVED, NotHeldReason.SERIES_CHANGED})
# Those that a person can choose.
NOT_HELD_REASONS = tuple(one for one in NotHeldReason if one not in BY_THE_PORTAL)


class DayPart(WordedEnum):
    MORNING = "morning", N_("in the morning")
    AFTERNOON = "afternoon", N_("in the afternoon")
    EVENING = "evening", N_("in the evening")


def day_part(starts_at: datetime) -> DayPart:
    """The half-day in which a session begins, by Amsterdam's clock."""
    hour = to_local(starts_at).hour
    if hour < 12:
        return DayPart.MORNING
    return DayPart.AFTERNOON if hour < 17 else DayPart.EVENING


def session_days(first_on: date, last_on: date, weekdays: Iterable[int]) -> Iterator[date]:
    """The days from `first_on` up to and including `last_on` on these weekdays (Monday is 0)."""
    wanted = frozenset(weekdays)
    day = first_on
    while day <= last_on:
        if day.weekday() in wanted:
            yield day
        day += timedelta(days=1)


def last_day_of_weeks(first_on: date, weeks: int) -> date:
    """The last day of a series of so many weeks that begins on `first_on`."""
    return first_on + timedelta(weeks=weeks, days=-1)


def session_times(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """When a session on that day begins and ends, in UTC.

    The wall clock is what was promised: 09.30 stays 09.30 across the change to summer time. In the
    hour that summer time skips there is no such clock: then it lasts as long as was promised.
    """
    starts_at, ends_at = from_local(day, starts), from_local(day, ends)
    if ends_at <= starts_at:
        ends_at = starts_at + timedelta(minutes=minutes_between(starts, ends))
    return starts_at, ends_at


def check_times(starts: time, ends: time, field: str = "ends") -> None:
    """Refuse a session that ends early, on another day, or after 8 hours."""
    if ends <= starts:
        raise RuleBroken(field, N_("The end must be later than the start."))
    if minutes_between(starts, ends) > MOST_MINUTES:
        raise RuleBroken(field, N_("A session lasts at most 8 hours."))


@dataclass(frozen=True)
class Pattern:
    """What a series says: half-days, first and last day, days left out."""

    weekdays: tuple[int, ...]  # Monday is 0
    starts: time
    ends: time
    first_on: date
    last_on: date | None = None  # None: it goes on
    skips_school_holidays: bool = False
    days_off: frozenset[date] = frozenset()

    def days(self, first: date, last: date) -> Iterator[date]:
        """The days with a session between two days, both included."""
        first = max(first, self.first_on)
        last = min(last, self.last_on or last)
        off = self.days_off | (school_holidays() if self.skips_school_holidays else frozenset())
        yield from (day for day in session_days(first, last, self.weekdays) if day not in off)

    def clashes(self, other: "Pattern") -> bool:
        """Whether nobody can be in both in one week."""
        is_same_day = not set(self.weekdays).isdisjoint(other.weekdays)
        return is_same_day and self.starts < other.ends and other.starts < self.ends


def check_period(pattern: Pattern, today: date) -> None:
    """Refuse a new series of the past, without days, or over two years."""
    if pattern.first_on < today:
        raise RuleBroken("first_on", N_("The first day is in the past. Choose today or later."))
    if pattern.first_on > today + timedelta(weeks=MOST_WEEKS):
        raise RuleBroken("first_on", N_("The first day is more than two years away."))
    check_end(pattern, pattern.first_on)


def has_begun(pattern: Pattern, day: date, now: datetime) -> bool:
    """Whether there is a session on that day which has begun by now."""
    is_one = any(True for _ in pattern.days(day, day))
    return is_one and from_local(day, pattern.starts) <= now


def check_end(pattern: Pattern, first: date) -> None:
    """Refuse an end without a session from `first`, or over two years on."""
    longest = last_day_of_weeks(first, MOST_WEEKS)
    if pattern.last_on is not None:
        if pattern.last_on < first:
            raise RuleBroken("last_on", N_("The last day is before the first day."))
        if pattern.last_on > longest:
            raise RuleBroken("last_on", N_("A series lasts at most two years."))
    if not any(True for _ in pattern.days(first, pattern.last_on or longest)):
        if pattern.days_off or pattern.skips_school_holidays:
            raise RuleBroken("weekdays", N_("All these days are school holidays or days off."))
        raise RuleBroken("weekdays", N_("None of these weekdays falls between those days."))


def check_apart(one: Pattern, other: Pattern, field: str) -> None:
    """Refuse two half-days of one day at the same time."""
    if one.clashes(other):
        raise RuleBroken(field, N_("This is at the same time as another half-day."))


def end_after(patterns: Sequence[Pattern], times: int, now: datetime) -> list[Pattern]:
    """End half-days after so many sessions to come; days left out don't count."""

    def sessions(number: int) -> Iterator[tuple[date, time, int]]:
        pattern = patterns[number]
        first = max(to_local(now).date(), pattern.first_on)
        for day in pattern.days(first, last_day_of_weeks(first, MOST_WEEKS)):
            if from_local(day, pattern.starts) > now:
                yield day, pattern.starts, number

    found = list(islice(heapq.merge(*map(sessions, range(len(patterns)))), times))
    if len(found) < times:
        raise RuleBroken("times", N_("So many times do not fit in two years."))
    last_on = {number: day for day, _, number in found}
    if len(last_on) < len(patterns):
        raise RuleBroken("times", N_("With so few times the second half-day has none."))
    return [replace(pattern, last_on=last_on[number]) for number, pattern in enumerate(patterns)]


def pair_days(
    old: Iterable[date], new: Iterable[date]
) -> Iterator[tuple[date | None, date | None]]:
    """Which new day takes the place of which old one, in the same week.

    A day that stays is its own; the rest go together in their order, and what is left over on one
    side falls away or is added.
    """
    weeks: dict[date, tuple[list[date], list[date]]] = {}
    for side, days in enumerate((old, new)):
        for day in days:
            weeks.setdefault(monday_of(day), ([], []))[side].append(day)
    for _, (gone, come) in sorted(weeks.items()):
        stay = set(gone) & set(come)
        yield from ((day, day) for day in sorted(stay))
        yield from zip_longest(
            [day for day in gone if day not in stay], [day for day in come if day not in stay]
        )


def minutes_between(starts: time, ends: time) -> int:
    """Whole minutes between two times of one day on the wall clock."""
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def plan_until(last_on: date | None, today: date) -> date:
    """Say until which day sessions are made: its end, or half a year."""
    return last_on or today + timedelta(weeks=WEEKS_AHEAD)


def minutes_in_week(patterns: Iterable[Pattern], day: date) -> int:
    """Count these series' minutes in the seven days from `day`."""
    last = day + timedelta(days=6)
    return sum(
        len(one.weekdays) * minutes_between(one.starts, one.ends)
        for one in patterns
        if one.first_on <= last and (one.last_on is None or one.last_on >= day)
    )
