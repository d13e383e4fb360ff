"""Whose hours an overview of a cooperative holds: of its members on the day that it was made."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.hours.queries import _organisations_of
from portal.organisations.models import CooperativeTie
from tests.hours.made import overview


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, 0, True), (-9, -1, False), (1, 9, False), (-9, 0, True)]
)
def test_a_tie_counts_on_its_first_and_last_day(session, cast, first, last, holds):
    today = clock.today()
    tie = session.scalars(select(CooperativeTie)).one()
    tie.from_on, tie.until_on = today + timedelta(days=first), today + timedelta(days=last)
    row = overview(session, cast, "cooperative", today)
    session.add(row)
    session.flush()
    of = _organisations_of(session, row)
    assert of is not None
    assert (cast.enterprise.id in of) is holds


def test_a_member_that_does_not_let_it_log_is_not_in_it(session, cast):
    tie, today = session.scalars(select(CooperativeTie)).one(), clock.today()
    row = overview(session, cast, "cooperative", today)
    for lets in (True, False):
        tie.may_log_attendance = lets
        session.flush()
        assert (cast.enterprise.id in (_organisations_of(session, row) or ())) is lets
