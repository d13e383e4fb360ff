"""Where she was stands with the latest first, as many as fit."""

from datetime import timedelta

from portal.attendance.queries import list_visits
from portal.core import clock
from tests.hours.made import mark


def test_the_latest_visit_stands_first(session, cast):
    days = (9, 2, 30, 5)
    for ago in days:
        mark(session, cast.enrolment, clock.now() - timedelta(days=ago))
    session.flush()
    found = list_visits(session, cast.participant.id, most=3)
    assert [(clock.now() - visit.starts_at).days for visit in found] == sorted(days)[:3]
