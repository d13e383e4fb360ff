"""Who has no register today sees the next ones, up to a week from now and no further."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.home.queries import day_of
from tests import factories as make


@pytest.mark.parametrize(("days", "is_seen"), [(1, True), (7, True), (8, False)])
def test_the_next_registers_are_those_of_a_week(session, cast, days, is_seen):
    session.delete(cast.offering_session)
    held = make.offering_session(session, cast.offering, clock.now() + timedelta(days=days))
    session.flush()
    seen = day_of(session, cast.actor("guide")).coming
    assert [row.at.id for row in seen] == ([held.id] if is_seen else [])
