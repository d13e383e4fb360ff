"""What fits a search."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.catalogue.rules import Filters, Weekday, levels_up_to, slot_of
from portal.offerings.rules import DutchLevel
from portal.schedule.rules import DayPart

# 23.30 UTC on a Monday in summer is half past one on Tuesday in Amsterdam.
TUESDAY_NIGHT = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filters", "moment", "fits"),
    [
        (Filters(), MONDAY_NOON, True),
        (Filters(day=frozenset({Weekday.TUESDAY})), TUESDAY_NIGHT, True),
        (Filters(day=frozenset({Weekday.MONDAY})), TUESDAY_NIGHT, False),
        (Filters(part=frozenset({DayPart.AFTERNOON})), MONDAY_NOON, True),
        (Filters(part=frozenset({DayPart.MORNING})), MONDAY_NOON, False),
        (
            Filters(day=frozenset({Weekday.MONDAY}), part=frozenset({DayPart.MORNING})),
            MONDAY_NOON,
            False,
        ),
    ],
)
def test_a_session_fits_the_day_and_the_part_together(filters, moment, fits):
    assert filters.fits(slot_of(moment, moment + timedelta(hours=1))) is fits


def test_who_speaks_more_can_follow_what_asks_less():
    assert levels_up_to(DutchLevel.NONE) == [DutchLevel.NONE]
    assert levels_up_to(DutchLevel.A2) == [DutchLevel.NONE, DutchLevel.A1, DutchLevel.A2]
