"""Which series a feed tells of: the last planned, and who still runs on the day that it begins."""

from datetime import date

import pytest

from portal.feeds.queries import Planned
from portal.offerings.models import Offering
from portal.schedule.models import Series


@pytest.mark.parametrize(
    ("last_on", "is_told"), [(date(2026, 9, 1), True), (date(2026, 8, 31), False)]
)
def test_one_that_ends_on_the_day_on_which_the_next_begins_is_told(last_on, is_told):
    before = Series(first_on=date(2026, 3, 3), last_on=last_on)
    last = Series(first_on=date(2026, 9, 1), last_on=None)
    told = Planned(Offering(), [before, last]).current
    assert told == ([before, last] if is_told else [last])
