"""Where she was stands with the latest first, as many as fit."""

from datetime import timedelta

from portal.core import clock
from portal.hours.queries import hours_of
from tests.hours.made import mark


def test_the_latest_visit_stands_first(session, cast):
    days = (*range(31, 50), 9, 2, 30, 5)
    for ago in days:
        mark(session, cast.enrolment, clock.now() - timedelta(days=ago))
    session.flush()
    found = hours_of(session, cast.participant.id).latest
    assert [(clock.now() - visit.starts_at).days for visit in found] == sorted(days)[:20]
