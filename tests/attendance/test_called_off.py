"""A session that is called off stays so, and nobody is excused from what does not take place."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands.closing import mark_not_held
from portal.attendance.models import AttendanceMark
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.commands import cancel_session
from portal.schedule.commands import add_series
from portal.schedule.commands.changes import apply_change, plan_change, plan_removal
from portal.schedule.models import OfferingSession
from portal.schedule.queries import list_sessions
from portal.schedule.rules import NotHeldReason, Pattern, SessionStatus
from tests.home.test_own_pages import new_address

_HOLIDAY = NotHeldReason.HOLIDAY


@pytest.fixture
def series(session, cast):
    """Ten weeks of one half-day from tomorrow on, of the cast's offering."""
    day = clock.today() + timedelta(days=1)
    pattern = Pattern((day.weekday(),), time(9, 30), time(12), day, day + timedelta(weeks=9))
    found = add_series(session, HOUSE, offering=cast.offering, pattern=pattern)
    session.commit()
    return found


def coming(session, cast):
    session.expire_all()
    return list_sessions(session, cast.offering.id, clock.now())


def change(session, series, pattern):
    apply_change(session, HOUSE, planned := plan_change(session, series, pattern, clock.today()))
    session.commit()
    return planned


WAYS = {
    "cancelled": lambda session, series, row: cancel_session(session, HOUSE, row),
    "not held": lambda session, series, row: mark_not_held(session, HOUSE, row, _HOLIDAY),
    "the series taken away": lambda session, series, row: apply_change(
        session, HOUSE, plan_removal(session, series)
    ),
    "a day off": lambda session, series, row: change(
        session, series, replace(series.pattern, days_off=frozenset({series.first_on}))
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_she_was_excused_from_and_is_called_off_is_cancelled(session, cast, series, way):
    set_actor(session, cast.actor("participant"))
    commands.excuse(session, cast.actor("participant"), coming(session, cast)[0])
    set_actor(session, HOUSE)
    WAYS[way](session, series, coming(session, cast)[0])
    session.commit()
    assert session.scalars(select(AttendanceMark.status)).all() == []
    session.rollback()
    answer = cast.client().get(new_address(cast.client("participant")))
    first = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert first["DTSTART"].dt.date() == series.first_on
    assert str(first["STATUS"]) == "CANCELLED"


def test_what_was_cancelled_before_an_excuse_fell_away_is_cancelled_too(session, cast, series):
    row = coming(session, cast)[0]
    set_actor(session, cast.actor("participant"))
    commands.excuse(session, cast.actor("participant"), row)
    row.status = SessionStatus.CANCELLED
    session.commit()
    answer = cast.client().get(new_address(cast.client("participant")))
    assert str(Calendar.from_ical(answer.data).walk("VEVENT")[0]["STATUS"]) == "CANCELLED"


def _there_and_back(pattern):
    """Changes of a series, each to be taken back after it."""
    end = pattern.first_on + timedelta(weeks=1)
    other = (pattern.weekdays[0] + 2) % 7
    return {
        "shorter": replace(pattern, last_on=end),
        "another day": replace(pattern, weekdays=(other,)),
        "a day more": replace(pattern, weekdays=tuple(sorted((*pattern.weekdays, other)))),
        "another time": replace(pattern, starts=time(13), ends=time(15)),
        "days off": replace(
            pattern, days_off=frozenset({pattern.first_on + timedelta(weeks=n) for n in (2, 3)})
        ),
    }


@pytest.mark.parametrize("to", ["shorter", "another day", "a day more", "another time", "days off"])
@pytest.mark.parametrize("way", ["cancelled", "not held"])
@pytest.mark.parametrize("has_people", [True, False])
def test_what_was_called_off_stays_off_when_its_series_is_changed_and_changed_back(
    session, cast, series, to, way, has_people
):
    if not has_people:
        cast.offering.places_taken = 0
    before = series.pattern
    third = coming(session, cast)[2]
    key, begins = third.id, third.starts_at
    WAYS[way](session, series, third)
    session.commit()
    planned = change(session, series, _there_and_back(before)[to])
    assert begins not in [times[0] for times in planned.added]
    planned = change(session, series, before)
    rows = coming(session, cast)
    assert [row.is_cancelled for row in rows if row.id == key] == [True]
    on = [row.starts_at for row in rows if not row.is_cancelled]
    assert begins not in on
    days = set(before.days(before.first_on, before.last_on))
    assert {clock.to_local(at).date() for at in on} == days - {clock.to_local(begins).date()}
    if to in {"shorter", "days off"}:  # the page says so
        assert [row.id for row in planned.off] == [key]


def test_a_series_taken_away_and_planned_again_is_there_again(session, cast, series):
    before = series.pattern
    called_off = coming(session, cast)[2]
    cancel_session(session, HOUSE, called_off)
    apply_change(session, HOUSE, plan_removal(session, series))
    assert [row for row in coming(session, cast) if not row.is_cancelled] == []
    add_series(session, HOUSE, offering=cast.offering, pattern=before)
    rows = coming(session, cast)
    assert [row.is_cancelled for row in rows] == [False, False, True, *[False] * 7]


def test_nobody_says_afterwards_that_it_went_on_where_its_series_had_it_no_more(
    session, cast, series
):
    apply_change(session, HOUSE, plan_removal(session, series))
    session.commit()
    row = session.scalars(select(OfferingSession).order_by(OfferingSession.starts_at)).all()[1]
    with clock.freeze(row.starts_at + timedelta(minutes=5)):
        page = cast.client("guide").page(f"/registers/{row.uuid}")
        assert page.select('form[action$="/went-on"]') == []
        answer = cast.client("guide").post(f"/registers/{row.uuid}/went-on")
    assert answer.status_code != 303
