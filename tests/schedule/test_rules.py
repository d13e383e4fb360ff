"""From weekdays to days and moments, across both changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.clock import to_local
from portal.core.errors import RuleBroken
from portal.schedule.models import Series
from portal.schedule.rules import (
    MOST_WEEKS,
    DayPart,
    check_period,
    check_times,
    day_part,
    last_day_of_weeks,
    minutes_between,
    minutes_in_week,
    plan_until,
    session_days,
    session_times,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1)
TODAY = date(2026, 11, 22)


@given(DAYS, st.integers(0, 400), WEEKDAYS)
def test_session_days_are_all_the_wanted_days_in_order_and_no_other(first, length, weekdays):
    last = first + timedelta(days=length)
    days = list(session_days(first, last, weekdays))
    assert days == sorted(set(days))
    assert all(first <= day <= last and day.weekday() in weekdays for day in days)
    every = (first + timedelta(days=n) for n in range(length + 1))
    assert len(days) == sum(day.weekday() in weekdays for day in every)


@given(DAYS, st.integers(1, MOST_WEEKS), WEEKDAYS)
def test_so_many_weeks_hold_so_many_of_each_weekday(first, weeks, weekdays):
    days = list(session_days(first, last_day_of_weeks(first, weeks), weekdays))
    assert len(days) == weeks * len(weekdays)


_QUARTERS = st.integers(6 * 4, 21 * 4)


@given(DAYS, _QUARTERS, st.integers(1, 8))
def test_the_clock_on_the_wall_is_what_was_promised(day, quarter, length):
    """By daylight, whatever the season: the same wall clock and the same number of minutes."""
    starts = time(quarter // 4, quarter % 4 * 15)
    ends = time((quarter + length) // 4, (quarter + length) % 4 * 15)
    starts_at, ends_at = session_times(day, starts, ends)
    assert to_local(starts_at).time() == starts
    assert to_local(ends_at).time() == ends
    assert (ends_at - starts_at) == timedelta(minutes=minutes_between(starts, ends))


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 3, 28), 8),  # the day before the change to summer time
        (date(2026, 3, 29), 7),  # the last Sunday of March itself
        (date(2026, 10, 24), 7),
        (date(2026, 10, 25), 8),  # the last Sunday of October
    ],
)
def test_half_past_nine_stays_half_past_nine(day, utc_hour):
    starts_at, ends_at = session_times(day, time(9, 30), time(12, 0))
    assert starts_at == datetime(day.year, day.month, day.day, utc_hour, 30, tzinfo=UTC)
    assert ends_at - starts_at == timedelta(minutes=150)


def test_the_half_day_is_read_from_amsterdams_clock():
    assert day_part(datetime(2026, 7, 1, 9, 59, tzinfo=UTC)) is DayPart.MORNING
    assert day_part(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) is DayPart.AFTERNOON
    assert day_part(datetime(2026, 12, 1, 16, 0, tzinfo=UTC)) is DayPart.EVENING


@pytest.mark.parametrize(
    ("starts", "ends", "is_right"),
    [
        (time(9, 30), time(12, 0), True),
        (time(9, 0), time(17, 0), True),
        (time(9, 0), time(17, 1), False),
        (time(9, 0), time(9, 0), False),
        (time(12, 0), time(9, 0), False),
    ],
)
def test_a_session_ends_after_it_starts_and_within_8_hours(starts, ends, is_right):
    if is_right:
        check_times(starts, ends)
        return
    with pytest.raises(RuleBroken) as broken:
        check_times(starts, ends)
    assert broken.value.field == "ends"


@pytest.mark.parametrize(
    ("first_on", "last_on", "weekdays", "field"),
    [
        (TODAY, None, [0], None),
        (TODAY, TODAY, [6], None),
        (TODAY, last_day_of_weeks(TODAY, MOST_WEEKS), [0], None),
        (TODAY - timedelta(days=1), None, [0], "first_on"),
        (TODAY + timedelta(weeks=MOST_WEEKS, days=1), None, [0], "first_on"),
        (TODAY, TODAY - timedelta(days=1), [0], "last_on"),
        (TODAY, TODAY + timedelta(weeks=MOST_WEEKS), [0], "last_on"),
        (TODAY, TODAY + timedelta(days=2), [4], "weekdays"),
    ],
)
def test_a_new_series_begins_today_or_later_and_lasts_at_most_two_years(
    first_on, last_on, weekdays, field
):
    if field is None:
        check_period(first_on, last_on, weekdays, TODAY)
        return
    with pytest.raises(RuleBroken) as broken:
        check_period(first_on, last_on, weekdays, TODAY)
    assert broken.value.field == field


def test_an_open_series_is_planned_half_a_year_ahead():
    assert plan_until(None, TODAY) == TODAY + timedelta(weeks=26)
    assert plan_until(date(2027, 1, 1), TODAY) == date(2027, 1, 1)


def test_minutes_in_week_adds_the_series_that_run_then():
    half_days = Series(weekdays=[1, 3], starts=time(9, 30), ends=time(12), first_on=TODAY)
    later = Series(
        weekdays=[4], starts=time(13), ends=time(16), first_on=TODAY + timedelta(weeks=4)
    )
    over = Series(
        weekdays=[4], starts=time(9), ends=time(16), first_on=date(2026, 1, 1),
        last_on=date(2026, 2, 1),
    )  # fmt: skip
    every = [half_days, later, over]
    assert minutes_in_week(every, TODAY) == 300
    assert minutes_in_week(every, TODAY + timedelta(weeks=4)) == 480
