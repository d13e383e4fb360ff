"""From when somebody takes part, and what she is told of the first time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.enrolments import commands
from portal.enrolments.commands.entering import come_in
from portal.enrolments.commands.steps import has_begun
from portal.enrolments.rules import FRESH, EndReason, EnrolmentStatus
from portal.notices.models import Notice
from portal.schedule.rules import SessionStatus
from tests import factories as make

S = EnrolmentStatus


@pytest.mark.parametrize(
    ("days", "status", "begun"),
    [(3, SessionStatus.PLANNED, True), (3, SessionStatus.CANCELLED, False),
     (40, SessionStatus.PLANNED, False)],
)  # fmt: skip
def test_only_a_session_that_was_held_since_she_came_begins_it(session, cast, days, status, begun):
    offering = make.offering(session, cast.enterprise)
    row = make.enrolment(session, offering)
    at = clock.now() - timedelta(days=days)
    make.offering_session(session, offering, at, status=status)
    assert has_begun(session, row) is begun


def test_she_is_told_where_the_first_time_is(session, cast):
    offering = make.offering(session, cast.enterprise)
    for days, place in ((5, ""), (2, "Buurthuis")):
        make.offering_session(session, offering, clock.now() + timedelta(days=days), place=place)
    commands.sign_up(session, HOUSE, offering_id=offering.id, participant=cast.participant)
    notice = session.scalars(select(Notice)).one()
    assert notice.data["address"] == "Buurthuis"


@pytest.mark.parametrize(("later", "stays"), [(0, True), (1, False)])
def test_who_walked_in_longer_ago_than_a_week_was_a_guest(session, cast, later, stays):
    offering = make.offering(session, cast.enterprise)
    day = clock.today() - FRESH - timedelta(days=later)
    row = come_in(session, HOUSE, offering, make.participant(session), day=day, about={})
    assert (row.status, row.end_reason) == (
        (S.ENROLLED, None) if stays else (S.ENDED, EndReason.CAME_ONCE)
    )
