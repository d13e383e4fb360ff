"""From a series in words ("every Tuesday, 09.30 to 12.00") to days on the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from portal.core.clock import from_local, to_local


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
