"""A new offering that begins as an earlier one was: its values, and times that make sense now."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.offerings.models import Offering
from portal.offerings.rules import OfferingKind
from portal.schedule.models import Series
from portal.schedule.queries import list_series
from portal.schedule.rules import MOST_WEEKS, Pattern, last_day_of_weeks

_TO_PREPARE = timedelta(days=7)  # between making a copy and its first day
_MOST_HALF_DAYS = 2  # that the form has room for


def times_to_copy(session: Session, offering: Offering, today: date) -> dict[str, Any]:
    """What the form's fields about time say for a next round; empty without any series."""
    latest = latest_round(list_series(session, [offering.id]))
    if not latest:
        return {}
    patterns = [series.pattern for series in latest]
    first = patterns[0]
    copied = patterns[:_MOST_HALF_DAYS]
    values: dict[str, Any] = {
        "weekdays": [str(day) for day in first.weekdays],
        "starts": first.starts,
        "ends": first.ends,
        "first_on": next_start(copied, today),
        "skips_school_holidays": first.skips_school_holidays,
        **_length(offering.kind, copied),
    }
    for second in patterns[1:_MOST_HALF_DAYS]:
        values |= {
            "second_weekdays": [str(day) for day in second.weekdays],
            "second_starts": second.starts,
            "second_ends": second.ends,
        }
    return values


def count_left_out(session: Session, offering: Offering) -> int:
    """How many half-days of the latest round the form has no room for."""
    return max(0, len(latest_round(list_series(session, [offering.id]))) - _MOST_HALF_DAYS)


def latest_round(series: Sequence[Series]) -> list[Series]:
    """List the half-days of the round that began last."""
    if not series:
        return []
    last = max(series, key=lambda one: (one.first_on, one.id))
    beside = [one for one in series if one.last_on is None or one.last_on >= last.first_on]
    return sorted(beside, key=lambda one: (one.weekdays, one.starts, one.id))


def next_start(patterns: Sequence[Pattern], today: date) -> date:
    """Find the first half-day a week later, out of the holidays."""
    ends = [pattern.last_on for pattern in patterns if pattern.last_on]
    begin = max(today + _TO_PREPARE, *(day + timedelta(days=1) for day in ends), today)
    moved = [_begun_on(pattern, begin) for pattern in patterns]
    days = (day for pattern in moved for day in pattern.days(begin, begin + timedelta(days=120)))
    return min(days, default=begin)


def _begun_on(pattern: Pattern, first_on: date) -> Pattern:
    return Pattern(
        pattern.weekdays, pattern.starts, pattern.ends, first_on,
        skips_school_holidays=pattern.skips_school_holidays,
    )  # fmt: skip


def _length(kind: OfferingKind, patterns: Sequence[Pattern]) -> dict[str, int]:
    """As long as before: so many weeks where no day was left out, else so many times."""
    if any(pattern.last_on is None for pattern in patterns):
        return {"weeks": 10} if kind is OfferingKind.PRE_TRAJECTORY else {}
    first_on = min(pattern.first_on for pattern in patterns)
    last_on = max(pattern.last_on for pattern in patterns if pattern.last_on)
    times = sum(len(list(pattern.days(first_on, last_on))) for pattern in patterns)
    weeks = (last_on - first_on).days // 7 + 1
    is_whole = times == weeks * sum(len(pattern.weekdays) for pattern in patterns)
    if kind is OfferingKind.PRE_TRAJECTORY and is_whole and weeks <= MOST_WEEKS:
        return {"weeks": weeks}
    return {"times": times} if last_on <= last_day_of_weeks(first_on, MOST_WEEKS) else {}
