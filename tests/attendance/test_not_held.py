"""A session that did not go on, or goes on at another time."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands.closing import go_on_after_all, mark_not_held
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import marks_of
from portal.attendance.queries.history import list_entries
from portal.attendance.rules import (
    AttendanceStatus,
    CorrectionReason,
    RecordedHow,
    check_may_go_on,
)
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.notices.models import Notice
from portal.schedule.commands import move_session
from portal.schedule.rules import NotHeldReason
from tests import factories as make
from tests.deeds import deeds

PRESENT, EXCUSED, ABSENT = AttendanceStatus
HAND = RecordedHow.BY_HAND
BEGAN = datetime(2026, 3, 3, 9, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=2)
NO_ROOM = NotHeldReason.NO_ROOM


@pytest.fixture
def coming(session, cast):
    morning = clock.now().replace(hour=8, minute=30)  # which no night parts from its end
    return make.offering_session(session, cast.offering, morning + timedelta(days=9))


def excuse_her(session, cast, coming):
    set_actor(session, cast.actor("participant"))
    commands.excuse(session, cast.actor("participant"), coming)
    session.flush()


def notices(session):
    set_actor(session, HOUSE)
    return session.scalars(select(Notice.kind)).all()


@pytest.mark.parametrize(
    ("has_reason", "now", "refusal"),
    [
        (True, BEGAN, None),
        (True, ENDED + timedelta(days=7), None),
        (True, ENDED + timedelta(days=7, seconds=1), "too long ago"),
        (True, BEGAN - timedelta(seconds=1), "were told"),
        (False, ENDED, "were told"),
    ],
)
def test_until_when_it_went_on_after_all(has_reason, now, refusal):
    if refusal is None:
        check_may_go_on(BEGAN, ENDED, has_reason, now)
    else:
        with pytest.raises(RuleBroken, match=refusal):
            check_may_go_on(BEGAN, ENDED, has_reason, now)


def test_what_did_not_go_on_leaves_no_marks_and_tells_nobody(session, cast, guide):
    held, key = cast.offering_session, cast.enrolment.id
    commands.record(session, guide, held, {key: (ABSENT, None)}, HAND)
    assert mark_not_held(session, guide, held, NO_ROOM) == 0
    session.flush()
    assert (held.is_cancelled, held.not_held_reason) == (True, NO_ROOM)
    assert marks_of(session, held.id) == {}
    done, cleared, _absent = list_entries(session, held)
    assert done.deed == "register.not_held"
    change = cleared.changes[0]
    assert (change.is_cleared, change.reason) == (True, CorrectionReason.NOT_HELD)
    with pytest.raises(RuleBroken, match="already"):
        mark_not_held(session, guide, held, NO_ROOM)
    assert notices(session) == []


def test_it_went_on_after_all(session, cast, guide):
    held = cast.offering_session
    mark_not_held(session, guide, held, NO_ROOM)
    with pytest.raises(RuleBroken, match="cancelled"):
        commands.record_everyone(session, guide, held)
    for _twice in range(2):
        go_on_after_all(session, guide, held)
    assert deeds(session).count("register.went_on") == 1
    assert (held.is_cancelled, held.not_held_reason) == (False, None)
    assert commands.record_everyone(session, guide, held) == 1


def test_where_somebody_was_something_went_on(session, cast, guide):
    commands.record_everyone(session, guide, cast.offering_session)
    with pytest.raises(RuleBroken, match="here"):
        mark_not_held(session, guide, cast.offering_session, NO_ROOM)
    assert not cast.offering_session.is_cancelled


def test_before_it_begins_those_who_come_are_told(session, cast, guide, coming):
    excuse_her(session, cast, coming)
    set_actor(session, guide)
    assert mark_not_held(session, guide, coming, NO_ROOM) == 1
    session.flush()
    assert (coming.is_cancelled, coming.not_held_reason) == (True, NO_ROOM)
    assert marks_of(session, coming.id) == {}
    with pytest.raises(RuleBroken, match="told"):
        go_on_after_all(session, guide, coming)
    assert notices(session) == ["enrolments/session_cancelled"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("stranger", NotFound), ("viewer", NotAllowed), ("participant", NotAllowed)],
)
def test_others_say_nothing_of_it(session, cast, name, refusal):
    set_actor(session, cast.actor(name))
    with pytest.raises(refusal):
        mark_not_held(session, cast.actor(name), cast.offering_session, NO_ROOM)
    with pytest.raises(refusal):
        go_on_after_all(session, cast.actor(name), cast.offering_session)


@pytest.mark.parametrize("is_other_time", [True, False])
def test_an_excuse_holds_for_its_own_time_only(session, cast, coming, is_other_time):
    excuse_her(session, cast, coming)
    staff = cast.actor("coordinator")
    set_actor(session, staff)
    starts, ends = clock.to_local(coming.starts_at), clock.to_local(coming.ends_at)
    move_session(
        session, staff, coming, day=starts.date() + timedelta(days=is_other_time),
        starts=time(9, 30) if is_other_time else starts.timetz().replace(tzinfo=None),
        ends=time(12) if is_other_time else ends.timetz().replace(tzinfo=None),
        place="Elders",
    )  # fmt: skip
    session.flush()
    assert len(session.scalars(select(AttendanceMark)).all()) == (0 if is_other_time else 1)
    reasons = session.scalars(select(AttendanceChange.reason).order_by(AttendanceChange.id)).all()
    assert reasons == ([None, CorrectionReason.MOVED] if is_other_time else [None])
