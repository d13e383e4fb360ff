"""Words for the schedule: half-days, weekdays, and a series as one line."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, gettext, lazy_gettext as _l

from portal.web.words import clock_time

# For form choices; Monday is 0, as Python counts.
WEEKDAYS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"),
    _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip


def series_in_words(series: Any) -> str:
    """`dinsdag en donderdag, 09.30 - 12.00 uur`."""
    line: str = gettext(
        "%(days)s, %(starts)s - %(ends)s",
        days=weekdays_in_words(series.weekdays),
        starts=clock_time(series.starts),
        ends=clock_time(series.ends),
    )
    if getattr(series, "skips_school_holidays", False):
        line = gettext("%(times)s, not in the school holidays", times=line)
    return line


def weekdays_in_words(weekdays: Iterable[int | str]) -> str:
    """`dinsdag en donderdag`; all seven become `elke dag`. A message names them as `13`."""
    return _days_in_words(tuple(sorted({int(day) for day in weekdays})), str(get_locale() or "nl"))


@cache
def _days_in_words(days: tuple[int, ...], language: str) -> str:
    if len(days) == 7:
        return str(gettext("every day"))
    return format_list([str(WEEKDAYS[day]) for day in days], locale=language)
