"""A series of the cast's offering, to change and to be told of."""

from datetime import date, time, timedelta

import pytest

from portal.core import clock
from portal.core.actor import HOUSE
from portal.schedule.commands import add_series
from portal.schedule.rules import Pattern


@pytest.fixture
def series(session, cast):
    """Ten weeks of one half-day from next Tuesday on, of the cast's offering."""
    tuesday = next_on(1)
    pattern = Pattern((1,), time(9, 30), time(12), tuesday, tuesday + timedelta(weeks=9))
    series = add_series(session, HOUSE, offering=cast.offering, pattern=pattern)
    session.commit()
    return series


def next_on(weekday: int) -> date:
    """The first such day of the week after today."""
    tomorrow = clock.today() + timedelta(days=1)
    return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7)
