"""Checking in where something stands of her already, and at what is not hers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance.commands import closing, marks
from portal.attendance.commands.marks import Tap
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.commands import check_in
from portal.check_in.queries import judge_code, list_hers, may_check_in
from portal.check_in.rules import CheckInOutcome, Verdict, code_at
from portal.core import clock
from portal.enrolments.rules import EnrolmentStatus
from portal.schedule.rules import SessionStatus
from tests import factories as make

PRESENT, ABSENT = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
SECRET = b"s" * 32


@pytest.fixture
def began(cast):
    """Five minutes after the session of today began."""
    with clock.freeze(cast.offering_session.starts_at + timedelta(minutes=5)):
        yield cast.offering_session


def write(session, cast, enrolment, *said):
    """Guides whose phones saw nothing of each other say something, one after the other."""
    for place, status in enumerate(said):
        tap = Tap(
            enrolment.id, enrolment.participant_id, status, replaces=(),
            tapped_at=clock.now() + timedelta(minutes=place),
        )  # fmt: skip
        marks.save(session, cast.actor("guide"), cast.offering_session, [tap], RecordedHow.BY_HAND)


def test_whom_two_guides_differ_about_says_it_herself(session, cast, began):
    write(session, cast, cast.enrolment, ABSENT, PRESENT)
    mark = session.scalars(select(AttendanceMark)).one()
    assert (mark.status, mark.is_disputed) == (PRESENT, True)
    assert check_in(session, cast.actor("participant"), began) is CheckInOutcome.WELCOME
    session.refresh(mark)
    assert (mark.status, mark.is_disputed, mark.how) == (PRESENT, False, RecordedHow.CHECKED_IN)


def test_what_a_guide_sent_after_closing_does_not_take_her_word(session, cast, began):
    """Hers is kept beside it, once, however often she shows the code."""
    guide = cast.actor("guide")
    write(session, cast, cast.enrolment, ABSENT)
    closing.close(session, guide, began)
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        write(session, cast, cast.enrolment, ABSENT)
        for _ in range(2):
            said = check_in(session, cast.actor("participant"), began)
            assert said is CheckInOutcome.LEFT_TO_GUIDE
    hers = AttendanceChange.how == RecordedHow.CHECKED_IN
    assert len(session.scalars(select(AttendanceChange).where(hers)).all()) == 1


def test_who_has_two_places_on_one_day_is_there_once(session, cast, began):
    """She stopped and came back: the place that has her mark is the one that counts."""
    cast.enrolment.status, cast.enrolment.ended_on = EnrolmentStatus.ENDED, clock.today()
    again = make.enrolment(session, cast.offering, cast.participant, started_on=clock.today())
    session.flush()
    write(session, cast, again, PRESENT)
    assert check_in(session, cast.actor("participant"), began) is CheckInOutcome.ALREADY
    assert session.scalars(select(AttendanceMark.enrolment_id)).all() == [again.id]


def test_what_was_called_off_is_no_session_of_hers(session, cast, began):
    her, now = cast.actor("participant"), clock.now()
    assert [row.id for row in list_hers(session, her, now)] == [began.id]
    assert may_check_in(session, her, now)
    began.status = SessionStatus.CANCELLED
    session.flush()
    assert list_hers(session, her, now) == []
    assert not may_check_in(session, her, now)


@pytest.mark.parametrize(
    ("where", "verdict"),
    [("enterprise", Verdict.OTHER_GROUP), ("other_enterprise", Verdict.OTHER_CARD)],
)
def test_a_code_of_a_place_that_her_card_does_not_open_says_so(
    session, cast, began, where, verdict
):
    other = make.offering(session, getattr(cast, where))
    row = make.offering_session(session, other, began.starts_at)
    now = clock.now()
    said = judge_code(
        session, cast.actor("participant"), SECRET, code_at(SECRET, row.uuid, now), now
    )
    assert said.verdict is verdict
