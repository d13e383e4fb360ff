"""Which series a feed tells of: the last planned, and who still runs on the day that it begins."""

from datetime import date, timedelta

import pytest

from portal.core import clock
from portal.feeds.queries import Planned, find_planned
from portal.offerings.models import Offering
from portal.schedule.models import Series
from portal.schedule.rules import SessionStatus
from tests import factories as make


@pytest.mark.parametrize(
    ("last_on", "is_told"), [(date(2026, 9, 1), True), (date(2026, 8, 31), False)]
)
def test_one_that_ends_on_the_day_on_which_the_next_begins_is_told(last_on, is_told):
    before = Series(first_on=date(2026, 3, 3), last_on=last_on)
    last = Series(first_on=date(2026, 9, 1), last_on=None)
    told = Planned(Offering(), [before, last]).current
    assert told == ([before, last] if is_told else [last])


@pytest.mark.parametrize("status", SessionStatus)
def test_a_group_of_which_the_only_date_was_called_off_is_no_event(session, status):
    group = make.offering(session, make.organisation(session))
    make.offering_session(session, group, clock.now() + timedelta(days=3), status=status)
    session.commit()
    assert bool(find_planned(session, [group.uuid])) is (status is SessionStatus.PLANNED)
