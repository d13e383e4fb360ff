"""What counts, is said or is shown at the very edge of a moment or a place."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.moves import fit_minutes, let_marks_go, list_marked
from portal.attendance.models import AttendanceMark
from portal.attendance.queries import list_coming, minutes_by_enrolment
from portal.attendance.queries.history import list_entries
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.schedule.commands.moved import leave_at
from portal.schedule.rules import SessionStatus
from tests import factories as make

A = AttendanceStatus
HAND = RecordedHow.BY_HAND


def held(session, cast, **ago):
    return make.offering_session(session, cast.offering, clock.now() - timedelta(**ago))


def write(session, cast, row, status):
    commands.record(session, HOUSE, row, {cast.enrolment.id: (status, None)}, HAND)


def test_what_begins_now_is_not_to_come_any_more(session, cast):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(hours=1))
    hers = cast.participant.id
    shown = [
        row.uuid in [one.offering_session.uuid for one in list_coming(session, hers, now, most=9)]
        for now in (row.starts_at - timedelta(seconds=1), row.starts_at)
    ]
    assert shown == [True, False]


def test_minutes_of_what_did_not_go_on_count_for_no_group(session, cast):
    row = held(session, cast, days=3)
    write(session, cast, row, A.PRESENT)
    closing.close(session, HOUSE, row)
    row.status = SessionStatus.CANCELLED
    session.flush()
    assert minutes_by_enrolment(session, [cast.enrolment.id]) == {cast.enrolment.id: 0}


def test_an_excuse_that_was_taken_back_says_of_nobody_that_she_was_there(session, cast):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(days=2))
    her = cast.actor("participant")
    set_actor(session, her)
    commands.excuse(session, her, row)
    commands.take_back_excuse(session, her, row)
    set_actor(session, HOUSE)
    assert list_marked(session, [row.id]) == set()
    with clock.freeze(row.starts_at):
        write(session, cast, row, A.ABSENT)
    assert list_marked(session, [row.id]) == {row.id}


def test_what_was_cut_with_its_session_is_not_offered_to_be_taken_back(session, cast):
    make.enrolment(session, cast.offering)
    row = held(session, cast, hours=3)
    guide = cast.actor("guide")
    set_actor(session, guide)
    commands.record_everyone(session, guide, row)
    assert [one.may_be_taken_back for one in list_entries(session, row)] == [True]
    row.ends_at = row.starts_at + timedelta(minutes=45)
    session.flush()
    fit_minutes(session, guide, [row])
    found = [(one.holding, one.may_be_taken_back) for one in list_entries(session, row)]
    assert found == [(2, False), (0, False)]


def test_a_last_day_before_what_two_dispute_is_refused(session, cast):
    row = held(session, cast, days=3)
    write(session, cast, row, A.ABSENT)
    mark = session.scalars(select(AttendanceMark)).one()
    mark.is_disputed = True
    session.flush()
    before = clock.today() - timedelta(days=9)
    with pytest.raises(RuleBroken) as refused:
        let_marks_go(session, cast.actor("coordinator"), cast.enrolment, before)
    assert refused.value.field == "ended_on"


def test_a_mark_taken_before_it_began_keeps_nobody(session, cast):
    row = make.offering_session(session, cast.offering, clock.now() + timedelta(minutes=10))
    write(session, cast, row, A.PRESENT)
    before = clock.today() - timedelta(days=9)
    gone = let_marks_go(session, cast.actor("coordinator"), cast.enrolment, before)
    assert gone == (before, 1)


def test_what_is_left_at_an_old_time_keeps_its_place(session, cast):
    row = make.offering_session(
        session, cast.offering, clock.now() + timedelta(days=2), place="Buurthuis"
    )
    times = (row.starts_at - timedelta(days=1), row.ends_at - timedelta(days=1))
    there = leave_at(session, row, times)
    assert (there.place, there.was_moved) == ("Buurthuis", True)
