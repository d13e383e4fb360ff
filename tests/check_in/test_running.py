"""At which moments people can check in: from a while before it begins until the moment it ends."""

from datetime import timedelta

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.queries import count_checked_in, list_running
from portal.check_in.rules import OPENS_BEFORE
from portal.core import clock
from portal.schedule.rules import SessionStatus
from tests import factories as make

JUST = timedelta(seconds=1)


def test_from_when_until_when(session, cast):
    held = cast.offering_session
    opens = held.starts_at - OPENS_BEFORE
    for moment, runs in (
        (opens - JUST, False), (opens, True), (held.ends_at, True), (held.ends_at + JUST, False),
    ):  # fmt: skip
        assert (held in list_running(session, moment)) is runs, moment
    held.status = SessionStatus.CANCELLED
    session.flush()
    assert held not in list_running(session, held.starts_at)


def test_the_screen_counts_who_checked_in_and_no_other_who_is_there(session, cast):
    """Who sees the number says it aloud, so it is of those who did it here themselves."""
    here = cast.offering_session.id
    for name, how in (("Bo", RecordedHow.CHECKED_IN), ("Cas", RecordedHow.BY_HAND)):
        place = make.enrolment(session, cast.offering, make.participant(session, name))
        session.add(
            AttendanceMark(
                session_id=here, enrolment_id=place.id, organisation_id=place.organisation_id,
                participant_id=place.participant_id, status=AttendanceStatus.PRESENT, minutes=120,
                recorded_at=clock.now(), how=how,
            )
        )  # fmt: skip
    session.flush()
    assert count_checked_in(session, here) == 1
