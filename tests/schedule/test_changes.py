"""Changing a whole series: what becomes of each session, and of what was done by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.attendance.commands import excuse
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.clock import to_local
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.offerings.rules import OfferingStatus
from portal.schedule.commands import add_series, cancel_session, extend_open_series, move_session
from portal.schedule.commands.changes import (
    apply_change,
    lock_and_refresh,
    plan_change,
    plan_removal,
)
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_sessions
from portal.schedule.rules import Pattern
from tests import factories as make

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09.00 in Amsterdam
TODAY = date(2026, 3, 2)
TUESDAYS = Pattern((1,), time(9, 30), time(12), TODAY, TODAY + timedelta(weeks=10, days=-1))


@pytest.fixture(autouse=True)
def _on_a_monday_in_march():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def offering(session):
    return make.offering(session, make.organisation(session))


@pytest.fixture
def series(session, offering):
    make.enrolment(session, offering)  # somebody comes, so nothing just vanishes
    return add_series(session, HOUSE, offering=offering, pattern=TUESDAYS)


def _change(session, series, from_on=TODAY, **values):
    change = plan_change(session, series, replace(series.pattern, **values), from_on)
    apply_change(session, HOUSE, change)
    return change


def _days(session, offering, **of):
    rows = list_sessions(session, offering.id, datetime(2000, 1, 1, tzinfo=UTC))
    return [to_local(row.starts_at).date() for row in rows if not row.is_cancelled]


def _first(session, offering):
    return list_sessions(session, offering.id, NOW)[0]


@pytest.mark.parametrize(("seconds", "moves"), [(-1, 10), (0, 9)])
def test_what_begins_now_is_changed_no_more(session, offering, series, seconds, moves):
    first = _first(session, offering)
    with clock.freeze(first.starts_at + timedelta(seconds=seconds)):
        change = plan_change(session, series, replace(series.pattern, starts=time(11)), TODAY)
    assert (len(change.moved), change.by_hand) == (moves, ())


def test_another_time_moves_every_session_and_keeps_the_clock_on_the_wall(
    session, offering, series
):
    before = [row.id for row in list_sessions(session, offering.id, NOW)]
    change = _change(session, series, starts=time(13), ends=time(15))
    assert (len(change.moved), change.added, change.cancelled) == (10, (), ())
    rows = list_sessions(session, offering.id, NOW)
    assert [row.id for row in rows] == before
    assert {to_local(row.starts_at).time() for row in rows} == {time(13)}
    assert {row.starts_at.hour for row in rows} == {12, 11}  # across the change to summer time
    assert {row.revision for row in rows} == {1}
    assert offering.minutes_per_week == 120


@pytest.mark.parametrize("change_day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_series_over_the_sunday_of_the_clock_keeps_its_time_when_it_is_changed(
    session, offering, change_day
):
    """A series over both last Sundays; changed, and the open one goes on past them by itself."""
    series = add_series(
        session, HOUSE, offering=offering, pattern=replace(TUESDAYS, weekdays=(6,), last_on=None)
    )
    _change(session, series, starts=time(1, 30), ends=time(4))
    extend_open_series(session, HOUSE, TODAY + timedelta(weeks=12))
    rows = list_sessions(session, offering.id, NOW)
    [one] = [row for row in rows if to_local(row.starts_at).date() == change_day]
    assert to_local(one.starts_at).time() == time(1, 30)
    assert to_local(one.ends_at).time() == time(4)
    assert len(_days(session, offering)) == len(set(_days(session, offering)))


def test_another_day_of_the_week_moves_each_session_within_its_week(session, offering, series):
    change = _change(session, series, weekdays=(3,))
    assert (len(change.moved), change.added, change.cancelled) == (10, (), ())
    assert {day.weekday() for day in _days(session, offering)} == {3}


def test_an_extra_day_is_added_and_a_dropped_one_cancelled(session, offering, series):
    assert len(_change(session, series, weekdays=(1, 3)).added) == 10
    change = _change(session, series, weekdays=(3,))
    assert len(change.cancelled) == 10  # Thursdays were there already
    assert not change.moved
    assert {day.weekday() for day in _days(session, offering)} == {3}


def test_days_off_and_holidays_fall_away_and_come_back(session, offering, series):
    day_off = date(2026, 3, 17)
    change = _change(session, series, skips_school_holidays=True, days_off=frozenset({day_off}))
    gone = [to_local(row.starts_at).date() for row in change.cancelled]
    assert gone == [day_off, date(2026, 4, 21), date(2026, 4, 28)]
    back = _change(session, series, skips_school_holidays=False)
    assert [to_local(at).date() for at, _ in back.added] == gone[1:]
    rows = list_sessions(session, offering.id, NOW)
    assert len(rows) == 10  # the very rows, not others beside them
    assert len(_days(session, offering)) == 9


def test_what_was_held_stays_with_its_marks(session, offering, series):
    held = _first(session, offering)
    enrolment = make.enrolment(session, offering)
    with clock.freeze(NOW + timedelta(weeks=2)):
        mark = AttendanceMark(
            session_id=held.id, enrolment_id=enrolment.id, organisation_id=offering.organisation_id,
            participant_id=enrolment.participant_id, status=AttendanceStatus.PRESENT, minutes=150,
            recorded_at=clock.now(), how=next(iter(RecordedHow)),
        )  # fmt: skip
        session.add(mark)
        _change(session, series, weekdays=(4,), starts=time(13), ends=time(15))
    assert to_local(held.starts_at) == to_local(datetime(2026, 3, 3, 8, 30, tzinfo=UTC))
    assert mark.session_id == held.id
    assert [day.weekday() for day in _days(session, offering)] == [1, 1] + [4] * 8


@pytest.mark.parametrize("values", [{"starts": time(10)}, {"weekdays": (4,)}, {"weekdays": (1, 3)}])
def test_a_session_moved_by_hand_stays_and_its_place_is_not_filled_again(
    session, offering, series, values
):
    one = _first(session, offering)
    move_session(
        session, HOUSE, one, day=date(2026, 3, 4), starts=time(10), ends=time(11), place="Elders"
    )
    change = _change(session, series, **values)
    assert change.by_hand == (one,)
    assert (to_local(one.starts_at).date(), one.revision) == (date(2026, 3, 4), 1)
    week = [day for day in _days(session, offering) if day < date(2026, 3, 9)]
    expected = [date(2026, 3, 4)]
    if values.get("weekdays") == (1, 3):
        expected.append(date(2026, 3, 5))  # Thursday is new; Tuesday was moved away
    assert week == expected


def test_one_moved_only_to_another_place_goes_along_and_keeps_the_place(session, offering, series):
    one = _first(session, offering)
    move_session(
        session, HOUSE, one, day=date(2026, 3, 3), starts=time(9, 30), ends=time(12), place="Elders"
    )
    _change(session, series, starts=time(13), ends=time(15))
    assert (to_local(one.starts_at).hour, one.place) == (13, "Elders")


def test_one_moved_by_hand_beyond_the_new_end_falls_away(session, offering, series):
    one = _first(session, offering)
    move_session(session, HOUSE, one, day=date(2026, 4, 8), starts=time(9), ends=time(12), place="")
    change = _change(session, series, last_on=date(2026, 3, 31))
    assert one in change.cancelled


def test_what_was_called_off_by_hand_stays_off(session, offering, series):
    one = _first(session, offering)
    cancel_session(session, HOUSE, one)
    change = _change(session, series, weekdays=(2,))
    assert len(change.moved) == 9
    assert change.off == (one,)
    assert one.is_cancelled
    assert date(2026, 3, 4) not in _days(session, offering)


def test_an_open_series_with_people_ends_and_they_can_be_told(session, offering):
    make.enrolment(session, offering)
    series = add_series(session, HOUSE, offering=offering, pattern=replace(TUESDAYS, last_on=None))
    change = _change(session, series, last_on=TODAY + timedelta(weeks=2))
    assert len(change.cancelled) == 24
    assert extend_open_series(session, HOUSE, TODAY + timedelta(weeks=5)) == 0


def test_it_can_end_today_and_not_in_the_past(session, offering, series):
    with pytest.raises(RuleBroken) as broken:
        _change(session, series, last_on=TODAY - timedelta(days=1))
    assert broken.value.field == "last_on"
    change = _change(session, series, last_on=TODAY, from_on=TODAY + timedelta(days=1))
    assert len(change.cancelled) == 10


def test_a_change_holds_from_its_day_on(session, offering, series):
    change = _change(session, series, weekdays=(3,), from_on=date(2026, 3, 16))
    assert len(change.moved) == 8
    assert [day.weekday() for day in _days(session, offering)] == [1, 1] + [3] * 8


def test_without_people_sessions_go_without_a_trace(session, offering):
    series = add_series(session, HOUSE, offering=offering, pattern=TUESDAYS)
    _change(session, series, last_on=date(2026, 3, 31))
    assert session.scalar(select(func.count(OfferingSession.id))) == 5


def test_a_moment_that_another_series_has_is_not_taken_twice(session, offering, series):
    other = add_series(session, HOUSE, offering=offering, pattern=replace(TUESDAYS, weekdays=(3,)))
    change = _change(session, other, weekdays=(1,))
    assert (len(change.cancelled), change.moved, change.added) == (10, (), ())
    assert len(_days(session, offering)) == 10


def test_a_half_day_may_not_overlap_one_of_another_series(session, offering, series):
    afternoon = replace(TUESDAYS, starts=time(12), ends=time(15))
    other = add_series(session, HOUSE, offering=offering, pattern=afternoon)
    with pytest.raises(RuleBroken) as broken:
        _change(session, other, starts=time(11, 30))
    assert broken.value.field == "starts"
    with pytest.raises(RuleBroken):
        add_series(session, HOUSE, offering=offering, pattern=replace(afternoon, starts=time(11)))


def test_what_is_in_the_archive_gets_no_other_days(session, offering, series):
    offering.status = OfferingStatus.ARCHIVED
    with pytest.raises(RuleBroken, match="archive"):
        _change(session, series, starts=time(10))
    with pytest.raises(RuleBroken, match="archive"):
        add_series(session, HOUSE, offering=offering, pattern=replace(TUESDAYS, weekdays=(4,)))


def test_removal_cancels_for_people_and_keeps_what_was_held(session, offering, series):
    with clock.freeze(NOW + timedelta(weeks=2)):
        change = plan_removal(session, series)
        apply_change(session, HOUSE, change)
        assert len(change.cancelled) == 8
        assert series.last_on < clock.today()
    assert len(_days(session, offering)) == 2
    assert offering.minutes_per_week == 0


def test_removal_of_what_never_began_leaves_nothing(session, offering):
    series = add_series(session, HOUSE, offering=offering, pattern=TUESDAYS)
    apply_change(session, HOUSE, plan_removal(session, series))
    assert session.scalar(select(func.count(Series.id))) == 0
    assert session.scalar(select(func.count(OfferingSession.id))) == 0


def test_removal_with_people_leaves_cancelled_sessions_and_no_series(session, offering, series):
    apply_change(session, HOUSE, plan_removal(session, series))
    assert session.scalar(select(func.count(Series.id))) == 0
    rows = list_sessions(session, offering.id, NOW)
    assert [row.is_cancelled for row in rows] == [True] * 10


def test_a_session_of_today_that_began_is_not_moved_to_this_afternoon(session, offering):
    series = add_series(session, HOUSE, offering=offering, pattern=replace(TUESDAYS, weekdays=(0,)))
    with clock.freeze(NOW + timedelta(hours=1)):  # 10.00, it began half an hour ago
        _change(session, series, starts=time(13), ends=time(15), from_on=TODAY + timedelta(days=1))
    starts = [to_local(row.starts_at) for row in list_sessions(session, offering.id, NOW)]
    assert [at.time() for at in starts][:2] == [time(9, 30), time(13)]
    assert starts[1].date() == TODAY + timedelta(weeks=1)


def test_a_session_of_this_morning_is_not_followed_by_one_this_afternoon(session, offering):
    series = add_series(session, HOUSE, offering=offering, pattern=replace(TUESDAYS, weekdays=(0,)))
    with clock.freeze(NOW + timedelta(hours=1)):
        change = _change(session, series, starts=time(13), ends=time(15), from_on=TODAY)
    assert (len(change.moved), change.added, change.cancelled) == (9, (), ())


def test_a_series_that_has_not_begun_can_begin_earlier(session, offering):
    pattern = replace(TUESDAYS, first_on=TODAY + timedelta(weeks=4))
    series = add_series(session, HOUSE, offering=offering, pattern=pattern)
    change = _change(session, series, first_on=TODAY + timedelta(weeks=2))
    assert len(change.added) == 2
    with pytest.raises(RuleBroken) as broken:
        _change(session, series, first_on=TODAY - timedelta(days=1))
    assert broken.value.field == "first_on"


_WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
_CHANGED: Any = st.fixed_dictionaries(
    {
        "weekdays": _WEEKDAYS,
        "starts": st.sampled_from([time(9, 30), time(10)]),
        "last_on": st.sampled_from([None, date(2026, 4, 3), date(2026, 6, 30)]),
        "skips_school_holidays": st.booleans(),
    }
)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(_CHANGED, min_size=1, max_size=3))
def test_after_any_changes_the_days_are_those_of_the_last_pattern(session, changes):
    offering = make.offering(session, make.organisation(session))
    make.enrolment(session, offering)
    series = add_series(session, HOUSE, offering=offering, pattern=TUESDAYS)
    for values in changes:
        _change(session, series, **values)
    until = series.planned_until
    assert until
    assert _days(session, offering) == list(series.pattern.days(TODAY, until))
    session.rollback()


def test_a_session_or_a_series_that_was_taken_away_meanwhile_is_not_found(
    session, engine, offering
):
    """Two at one page: who comes second reads that it is gone, and nothing fails."""
    series = add_series(session, HOUSE, offering=offering, pattern=TUESDAYS)  # nobody comes yet
    session.commit()
    with Session(engine, expire_on_commit=False) as second:
        set_actor(second, HOUSE)
        seen, her_series = _first(second, offering), second.get_one(Series, series.id)
        second.commit()
        apply_change(session, HOUSE, plan_removal(session, series))
        session.commit()
        with pytest.raises(NotFound):
            cancel_session(second, HOUSE, seen)
        with pytest.raises(NotFound):
            excuse(second, participant_actor(1, "x", ()), seen)
        with pytest.raises(NotFound):
            lock_and_refresh(second, her_series)


def test_from_tomorrow_an_hour_that_is_over_today_can_be_chosen(session, offering, series):
    _change(session, series, weekdays=(0,), starts=time(18), ends=time(20))
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(RuleBroken, match="Today it has begun"):
        plan_change(session, series, replace(series.pattern, starts=time(8), ends=time(10)), TODAY)
    _change(session, series, tomorrow, starts=time(8), ends=time(10))
    rows = list_sessions(session, offering.id, NOW)
    evening, *mornings = [to_local(row.starts_at).time() for row in rows if not row.is_cancelled]
    assert (evening, set(mornings)) == (time(18), {time(8)})
