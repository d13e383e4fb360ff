"""Planning series, and moving, cancelling and adding their sessions."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.clock import to_local
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.offerings.rules import OfferingStatus
from portal.schedule.commands import (
    add_series,
    cancel_session,
    extend_open_series,
    move_session,
)
from portal.schedule.queries import (
    get_own_session,
    list_sessions,
    next_sessions,
)
from portal.schedule.rules import Pattern
from tests import factories as make

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09.00 in Amsterdam
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_a_monday_in_march():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def offering(session):
    return make.offering(session, make.organisation(session))


def _add(session, offering, **values):
    values = {
        "weekdays": (1, 3),
        "starts": time(9, 30),
        "ends": time(12, 0),
        "first_on": TODAY,
        "last_on": TODAY + timedelta(weeks=10, days=-1),
        **values,
    }
    values["weekdays"] = tuple(values["weekdays"])
    return add_series(session, HOUSE, offering=offering, pattern=Pattern(**values))


def _all(session, offering):
    return list_sessions(session, offering.id, datetime(2000, 1, 1, tzinfo=UTC))


def test_ten_weeks_of_two_half_days_go_right_across_the_change_to_summer_time(session, offering):
    _add(session, offering)
    sessions = _all(session, offering)
    assert len(sessions) == 20
    for one in sessions:
        assert to_local(one.starts_at).time() == time(9, 30)
        assert one.minutes == 150
        assert one.organisation_id == offering.organisation_id
    assert {one.starts_at.hour for one in sessions} == {8, 7}  # before and after 29 March
    assert offering.minutes_per_week == 300


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_sunday_on_which_the_clock_changes(session, offering, change):
    _add(session, offering, weekdays=[6], first_on=change, last_on=change)
    [one] = _all(session, offering)
    assert to_local(one.starts_at).date() == change
    assert to_local(one.starts_at).time() == time(9, 30)
    assert to_local(one.ends_at).time() == time(12, 0)
    assert one.minutes == 150


def test_a_session_that_began_earlier_today_is_made_too(session, offering):
    _add(session, offering, weekdays=[0], starts=time(8, 30), last_on=TODAY + timedelta(weeks=2))
    days = [to_local(one.starts_at).date() for one in _all(session, offering)]
    assert days == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]


def test_the_same_series_twice_is_refused_and_an_overlap_is_filled_in(session, offering):
    _add(session, offering)
    with pytest.raises(RuleBroken):
        _add(session, offering)
    session.rollback()
    organisation = make.organisation(session)
    offering = make.offering(session, organisation)
    _add(session, offering, weekdays=[1])
    _add(session, offering, weekdays=[1, 3])
    assert len(_all(session, offering)) == 20


def test_two_half_days_at_different_times_count_together(session, offering):
    _add(session, offering, weekdays=[1])
    _add(session, offering, weekdays=[3], starts=time(13), ends=time(16))
    assert offering.minutes_per_week == 150 + 180


def test_an_open_series_is_made_for_half_a_year_and_goes_on(session, offering):
    series = _add(session, offering, weekdays=[1], last_on=None)
    assert len(_all(session, offering)) == 26
    assert extend_open_series(session, HOUSE, TODAY) == 0
    later = TODAY + timedelta(weeks=3)
    assert extend_open_series(session, HOUSE, later) == 3
    assert extend_open_series(session, HOUSE, later) == 0
    assert series.planned_until == later + timedelta(weeks=26)
    starts = [one.starts_at for one in _all(session, offering)]
    assert len(starts) == len(set(starts)) == 29
    assert {to_local(at).time() for at in starts} == {time(9, 30)}


@pytest.mark.parametrize("weekday", [0, 1], ids=["on the last day planned", "before it"])
def test_a_session_that_was_moved_away_does_not_come_back(session, offering, weekday):
    _add(session, offering, weekdays=[weekday], last_on=None)
    last = _all(session, offering)[-1]
    day = to_local(last.starts_at).date()
    move_session(
        session, HOUSE, last, day=day - timedelta(days=1), starts=time(9), ends=time(11), place=""
    )
    extend_open_series(session, HOUSE, TODAY + timedelta(weeks=1))
    days = [to_local(one.starts_at).date() for one in _all(session, offering)]
    assert day not in days
    assert day + timedelta(weeks=1) in days


def test_what_is_in_the_archive_or_has_an_end_is_not_extended(session, offering):
    _add(session, offering, weekdays=[1], last_on=None)
    _add(session, offering, weekdays=[3])
    offering.status = OfferingStatus.ARCHIVED
    assert extend_open_series(session, HOUSE, TODAY + timedelta(weeks=5)) == 0


def test_move_keeps_the_promised_time_and_counts_the_revision(session, offering):
    _add(session, offering)
    one = _all(session, offering)[0]
    move_session(
        session, HOUSE, one, day=date(2026, 3, 29), starts=time(9, 30), ends=time(12), place="Plein"
    )
    assert one.starts_at == datetime(2026, 3, 29, 7, 30, tzinfo=UTC)
    assert (one.minutes, one.place, one.revision) == (150, "Plein", 1)
    move_session(
        session, HOUSE, one, day=date(2026, 3, 29), starts=time(9, 30), ends=time(12), place="Plein"
    )
    assert one.revision == 1  # nothing changed, so nobody is told
    events = session.scalars(select(AuditEvent.event).where(AuditEvent.subject_id == one.id))
    assert "session.moved" in events.all()


def test_move_refuses_the_past_a_taken_moment_and_a_session_that_has_begun(session, offering):
    _add(session, offering)
    first, second, *_ = _all(session, offering)
    times: dict[str, Any] = {"starts": time(9, 30), "ends": time(12), "place": ""}
    with pytest.raises(RuleBroken) as broken:
        move_session(session, HOUSE, first, day=date(2026, 3, 1), **times)
    assert broken.value.field == "day"
    with pytest.raises(RuleBroken) as broken:
        move_session(session, HOUSE, first, day=to_local(second.starts_at).date(), **times)
    assert broken.value.field == "starts"
    begun = make.offering_session(session, offering, NOW - timedelta(minutes=5))
    with pytest.raises(RuleBroken):
        move_session(session, HOUSE, begun, day=date(2026, 3, 20), **times)
    with pytest.raises(RuleBroken):
        cancel_session(session, HOUSE, begun)
    assert first.revision == begun.revision == 0


def test_a_cancelled_session_stays_cancelled(session, offering):
    _add(session, offering)
    one = _all(session, offering)[0]
    cancel_session(session, HOUSE, one)
    assert one.is_cancelled
    assert one.revision == 1
    with pytest.raises(RuleBroken):
        cancel_session(session, HOUSE, one)
    with pytest.raises(RuleBroken):
        move_session(
            session, HOUSE, one, day=date(2026, 3, 20), starts=time(9), ends=time(10), place=""
        )


def test_next_sessions_passes_over_cancelled_ones(session, offering):
    other = make.offering(session, make.organisation(session))
    _add(session, offering)
    cancel_session(session, HOUSE, _all(session, offering)[0])
    found = next_sessions(session, [offering.id, other.id], clock.now())
    assert found == {offering.id: _all(session, offering)[1]}
    assert next_sessions(session, [], clock.now()) == {}


def test_another_organisations_session_is_not_found(session, cast):
    set_actor(session, cast.actor("stranger"))
    with pytest.raises(NotFound):
        get_own_session(session, cast.actor("stranger"), cast.offering_session.uuid)
    set_actor(session, cast.actor("coordinator"))
    found = get_own_session(session, cast.actor("coordinator"), cast.offering_session.uuid)
    assert found.id == cast.offering_session.id
