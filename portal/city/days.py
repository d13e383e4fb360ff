"""What city to build, and its calendar: the day it is built, and when nobody meets."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from portal.core import clock

HISTORY = 78  # weeks: a year and a half
_FIRST_SUMMER_WEEK = 29  # by ISO; the schools of the region are out for six weeks
SUMMER_BREAKS = range(4)  # an enterprise begins its two weeks in one of so many weeks


class Calendar:
    """Tells all from the day the city is built, of which nothing is over.

    Public holidays: rijksoverheid.nl. Between Christmas and New Year everybody is closed.
    """

    def __init__(self, today: date) -> None:
        self.today = today
        self.yesterday = today - timedelta(days=1)
        self.begins_on = today - timedelta(weeks=HISTORY)
        self.now = clock.from_local(today, time())

    def before(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment so many days ago."""
        return clock.from_local(self.today - timedelta(days=days), time(hour, minute))

    def start_of(self, day: date, and_before: int = 0) -> datetime:
        """Where a day begins, or so many days before it."""
        return self.now - (self.today - day) - timedelta(days=and_before)

    def is_closed(self, day: date, summer_break: int) -> bool:
        """Whether an enterprise with that summer break (0 to 3) is closed on a day."""
        if day == self.today:
            return False
        first = _FIRST_SUMMER_WEEK + summer_break
        return day.isocalendar().week in (first, first + 1) or _is_holiday(day)


@cache
def _is_holiday(day: date) -> bool:
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) in {(1, 1), (4, 27)}:
        return True
    since_easter = (day - _easter(day.year)).days
    return since_easter in {-2, 0, 1, 39, 49, 50}


@cache
def _easter(year: int) -> date:
    """Easter Sunday, after Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    g = (8 * b + 13) // 25
    h = (19 * a + b - b // 4 - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * (b % 4) + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class Plan:
    """The same plan on the same day gives the same city, row by row."""

    seed: int = 2026
    marks: int | None = None  # about so many attendance marks; None is the demo city, once


DEFAULT = Plan()
