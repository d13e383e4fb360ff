"""From a series in words ("every Tuesday, 09.30 to 12.00") to days on the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from portal.core.clock import from_local, to_local
from portal.core.errors import N_, RuleBroken

WEEKS_AHEAD = 26  # how far a series without an end is planned
MOST_WEEKS = 104
MOST_MINUTES = 8 * 60


class SessionStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


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

    The wall clock is what was promised: 09.30 stays 09.30 across the change to summer time.
    """
    return from_local(day, starts), from_local(day, ends)


def check_times(starts: time, ends: time) -> None:
    """A session ends after it starts, on the same day, and lasts at most 8 hours."""
    if ends <= starts:
        raise RuleBroken("ends", N_("The end must be later than the start."))
    if minutes_between(starts, ends) > MOST_MINUTES:
        raise RuleBroken("ends", N_("A session lasts at most 8 hours."))


def check_period(
    first_on: date, last_on: date | None, weekdays: Iterable[int], today: date
) -> None:
    """A new series begins today or later, has a day in it, and lasts at most two years."""
    if first_on < today:
        raise RuleBroken("first_on", N_("The first day is in the past. Choose today or later."))
    if first_on > today + timedelta(weeks=MOST_WEEKS):
        raise RuleBroken("first_on", N_("The first day is more than two years away."))
    if last_on is None:
        return
    if last_on < first_on:
        raise RuleBroken("last_on", N_("The last day is before the first day."))
    if last_on > last_day_of_weeks(first_on, MOST_WEEKS):
        raise RuleBroken("last_on", N_("A series lasts at most two years."))
    if not any(True for _ in session_days(first_on, last_on, weekdays)):
        raise RuleBroken("weekdays", N_("None of these weekdays falls between those days."))


def minutes_between(starts: time, ends: time) -> int:
    """Whole minutes between two times of one day on the wall clock."""
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def plan_until(last_on: date | None, today: date) -> date:
    """The last day for which sessions are made: a series' end, or half a year ahead without one."""
    return last_on or today + timedelta(weeks=WEEKS_AHEAD)


class Repeating(Protocol):
    """What a series says of its weeks."""

    @property
    def weekdays(self) -> list[int]: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...
    @property
    def first_on(self) -> date: ...
    @property
    def last_on(self) -> date | None: ...


def minutes_in_week(series: Iterable[Repeating], day: date) -> int:
    """How long the sessions of all these series last together in the seven days from `day`."""
    last = day + timedelta(days=6)
    return sum(
        len(one.weekdays) * minutes_between(one.starts, one.ends)
        for one in series
        if one.first_on <= last and (one.last_on is None or one.last_on >= day)
    )
