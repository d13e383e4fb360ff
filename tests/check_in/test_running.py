"""At which moments people can check in: from a while before it begins until the moment it ends."""

from datetime import timedelta

from portal.check_in.queries import list_running
from portal.check_in.rules import OPENS_BEFORE
from portal.schedule.rules import SessionStatus

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
