"""From weekdays to days and moments, across both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from portal.core.clock import to_local
from portal.core.errors import RuleBroken
from portal.schedule.rules import (
    MOST_WEEKS,
    DayPart,
    Pattern,
    check_apart,
    check_period,
    check_times,
    day_part,
    end_after,
    has_begun,
    last_day_of_weeks,
    minutes_between,
    minutes_in_week,
    pair_days,
    plan_until,
    session_days,
    session_times,
)
from portal.schedule.rules.school_holidays import school_holidays

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1)
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def _pattern(**values: Any) -> Pattern:
    values = {"weekdays": (1,), "first_on": TODAY, **values}
    return Pattern(**{"starts": time(9, 30), "ends": time(12), **values})


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
        (TODAY + timedelta(weeks=MOST_WEEKS), None, [0], None),
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
    pattern = _pattern(weekdays=tuple(weekdays), first_on=first_on, last_on=last_on)
    if field is None:
        check_period(pattern, TODAY)
        return
    with pytest.raises(RuleBroken) as broken:
        check_period(pattern, TODAY)
    assert broken.value.field == field


def test_an_open_series_is_planned_half_a_year_ahead():
    assert plan_until(None, TODAY) == TODAY + timedelta(weeks=26)
    assert plan_until(date(2027, 1, 1), TODAY) == date(2027, 1, 1)


def test_minutes_in_week_adds_the_series_that_run_then():
    half_days = Pattern(weekdays=(1, 3), starts=time(9, 30), ends=time(12), first_on=TODAY)
    later = Pattern(
        weekdays=(4,), starts=time(13), ends=time(16), first_on=TODAY + timedelta(weeks=4)
    )
    over = Pattern(
        weekdays=(4,), starts=time(9), ends=time(16), first_on=date(2026, 1, 1),
        last_on=date(2026, 2, 1),
    )  # fmt: skip
    every = [half_days, later, over]
    assert minutes_in_week(every, TODAY) == 300
    assert minutes_in_week(every, TODAY + timedelta(weeks=4)) == 480
    for shift, minutes in ((-7, 300), (-6, 480)):  # the seven days from then end the day before
        assert minutes_in_week(every, TODAY + timedelta(weeks=4, days=shift)) == minutes
    for day, minutes in ((1, 420), (2, 0)):
        assert minutes_in_week([over], date(2026, 2, day)) == minutes


def test_days_off_and_school_holidays_are_left_out_also_one_that_starts_mid_week():
    """The Christmas holiday of 2027 begins on a Saturday; a day off may be any day at all."""
    days_off = frozenset({date(2026, 12, 8), date(2026, 12, 9), date(2031, 1, 1)})
    pattern = _pattern(weekdays=(1, 3), skips_school_holidays=True, days_off=days_off)
    days = list(pattern.days(TODAY, date(2027, 1, 7)))
    assert days == [
        date(2026, 11, 24), date(2026, 11, 26), date(2026, 12, 1), date(2026, 12, 3),
        date(2026, 12, 10), date(2026, 12, 15), date(2026, 12, 17),
        date(2027, 1, 5), date(2027, 1, 7),
    ]  # fmt: skip


def test_a_holiday_that_begins_in_the_middle_of_a_week_takes_only_its_own_days(monkeypatch):
    wednesday = date(2026, 12, 2)
    holiday = frozenset(wednesday + timedelta(days=number) for number in range(5))
    monkeypatch.setattr("portal.schedule.rules.school_holidays", lambda: holiday)
    pattern = _pattern(weekdays=(1, 3), skips_school_holidays=True)
    days = list(pattern.days(date(2026, 11, 30), date(2026, 12, 10)))
    assert days == [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 10)]
    goes_on = _pattern(weekdays=(1, 3)).days(date(2026, 11, 30), date(2026, 12, 10))
    assert sorted(set(goes_on) - set(days)) == [date(2026, 12, 3)], "it skips none of them"


@pytest.mark.parametrize(
    ("day", "is_free"),
    [
        (date(2026, 12, 18), False),
        (date(2026, 12, 19), True),
        (date(2027, 1, 3), True),
        (date(2027, 1, 4), False),
        (date(2027, 2, 24), True),
        (date(2027, 4, 24), True),
        (date(2027, 5, 9), True),
        (date(2027, 5, 10), False),
        (date(2027, 7, 17), True),
        (date(2027, 8, 29), True),
        (date(2027, 8, 30), False),
        (date(2028, 10, 25), True),
    ],
)
def test_the_school_holidays_of_region_midden(day, is_free):
    assert (day in school_holidays()) is is_free


def test_holidays_are_known_for_as_long_as_a_series_may_last():
    assert max(school_holidays()) >= TODAY + timedelta(weeks=MOST_WEEKS)


def test_ten_times_is_ten_times_that_people_come():
    pattern = _pattern(skips_school_holidays=True, days_off=frozenset({date(2026, 12, 8)}))
    [ended] = end_after([pattern], 10, NOON)
    assert len(list(ended.days(TODAY, date(2030, 1, 1)))) == 10
    assert ended.last_on == date(2027, 2, 16)  # three Tuesdays later than without them


def test_two_half_days_count_together_and_each_gets_its_own_end():
    ended = end_after(
        [_pattern(), _pattern(weekdays=(3,), starts=time(13), ends=time(16))], 5, NOON
    )
    assert [one.last_on for one in ended] == [date(2026, 12, 8), date(2026, 12, 3)]


def test_a_half_day_of_today_that_began_is_not_counted():
    [ended] = end_after([_pattern(weekdays=(6,))], 2, NOON)
    assert ended.last_on == date(2026, 12, 6)


@pytest.mark.parametrize("times", [1, 500])
def test_too_few_or_too_many_times_are_refused(times):
    with pytest.raises(RuleBroken) as broken:
        end_after([_pattern(), _pattern(weekdays=(3,))], times, NOON)
    assert broken.value.field == "times"


@pytest.mark.parametrize(
    ("weekdays", "starts", "ends", "is_apart"),
    [
        ((1,), time(12), time(15), True),
        ((1,), time(11, 59), time(15), False),
        ((1,), time(8), time(9, 30), True),
        ((1,), time(8), time(13), False),
        ((2,), time(9, 30), time(12), True),
        ((0, 1), time(9, 30), time(12), False),
    ],
)
def test_a_second_half_day_never_overlaps_the_first(weekdays, starts, ends, is_apart):
    other = _pattern(weekdays=weekdays, starts=starts, ends=ends)
    if is_apart:
        check_apart(_pattern(), other, "second_starts")
        return
    with pytest.raises(RuleBroken):
        check_apart(_pattern(), other, "second_starts")


def test_a_series_of_which_every_day_is_a_holiday_is_refused():
    pattern = _pattern(
        first_on=date(2026, 12, 20), last_on=date(2027, 1, 2), skips_school_holidays=True
    )
    with pytest.raises(RuleBroken, match="holidays"):
        check_period(pattern, TODAY)


def test_days_pair_within_their_week():
    tuesday, thursday = date(2026, 11, 24), date(2026, 11, 26)
    wednesday, week = date(2026, 11, 25), timedelta(weeks=1)
    assert list(pair_days([tuesday, thursday], [wednesday, thursday])) == [
        (thursday, thursday), (tuesday, wednesday),
    ]  # fmt: skip
    assert list(pair_days([tuesday], [tuesday + week])) == [(tuesday, None), (None, tuesday + week)]


@given(st.sets(DAYS, max_size=30), st.sets(DAYS, max_size=30))
def test_pairing_loses_no_day_and_names_none_twice(old, new):
    pairs = list(pair_days(sorted(old), sorted(new)))
    assert sorted(day for day, _ in pairs if day) == sorted(old)
    assert sorted(day for _, day in pairs if day) == sorted(new)


@given(WEEKDAYS, st.integers(1, 60), st.booleans())
def test_so_many_times_are_exactly_so_many(weekdays, times, skips):
    pattern = _pattern(weekdays=tuple(sorted(weekdays)), skips_school_holidays=skips)
    [ended] = end_after([pattern], times, NOON)
    assert ended.last_on
    starts = [day for day in ended.days(TODAY, ended.last_on) if day > TODAY]
    assert len(starts) == times


def test_in_the_hour_that_summer_time_skips_a_session_lasts_as_long_as_promised():
    starts_at, ends_at = session_times(date(2027, 3, 28), time(2, 15), time(3))
    assert ends_at - starts_at == timedelta(minutes=45)


def test_what_begins_at_this_moment_has_begun_and_is_not_to_come():
    pattern = _pattern(weekdays=(6,), starts=time(12), ends=time(13))  # NOON is on a Sunday
    day, second = NOON.date(), timedelta(seconds=1)
    assert has_begun(pattern, day, NOON)
    assert not has_begun(pattern, day, NOON - second)
    assert not has_begun(pattern, day + timedelta(1), NOON + timedelta(9))  # none on that day
    assert has_begun(pattern, day + timedelta(7), NOON + timedelta(7))
    for now, weeks in ((NOON - second, 0), (NOON, 1)):
        [ended] = end_after([pattern], 1, now)
        assert ended.last_on == day + timedelta(weeks=weeks)


def test_what_the_skipped_hour_leaves_nothing_of_lasts_as_was_promised():
    starts_at, ends_at = session_times(date(2027, 3, 28), time(2, 15), time(3, 15))
    assert ends_at - starts_at == timedelta(hours=1)
