"""Which sessions were held by a moment: those that began, from the very moment on."""

from datetime import timedelta

from portal.schedule.models import Series
from portal.schedule.queries import count_held
from portal.schedule.rules import SessionStatus


def test_a_session_is_held_from_the_moment_at_which_it_begins(session, cast):
    held = cast.offering_session
    for moment, number in ((held.starts_at - timedelta(seconds=1), 0), (held.starts_at, 1)):
        assert count_held(session, cast.offering, moment) == number
    of_no_series = Series(id=cast.offering.id)  # another table's number
    assert count_held(session, of_no_series, held.starts_at) == 0
    held.status = SessionStatus.CANCELLED
    session.flush()
    assert count_held(session, cast.offering, held.ends_at) == 0
