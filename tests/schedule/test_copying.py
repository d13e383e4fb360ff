"""A copy begins as the earlier one was, with times that make sense now."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.core import clock
from portal.offerings.rules import OfferingKind
from portal.schedule.commands.changes import latest_round, times_to_copy
from portal.schedule.models import Series
from portal.schedule.rules import Pattern
from tests import factories as make

TODAY = date(2026, 11, 23)  # a Monday
K = OfferingKind


@pytest.fixture(autouse=True)
def _on_a_monday():
    with clock.freeze(datetime(2026, 11, 23, 8, tzinfo=UTC)):
        yield


def _series(session, offering, weekdays, first_on, weeks, **values):
    pattern = Pattern(
        weekdays, values.pop("starts", time(9, 30)), values.pop("ends", time(12)), first_on,
        first_on + timedelta(weeks=weeks, days=-1) if weeks else None, **values,
    )  # fmt: skip
    row = Series(offering_id=offering.id, pattern=pattern)
    session.add(row)
    session.flush()
    return row


def _offering(session, kind=K.PRE_TRAJECTORY):
    return make.offering(session, make.organisation(session), kind=kind)


@pytest.mark.parametrize(
    ("first_on", "weeks", "next_on"),
    [
        (date(2026, 9, 7), 10, date(2026, 12, 1)),  # over: in a week, on its own day
        (date(2026, 10, 5), 10, date(2026, 12, 15)),  # still runs: right after it
        (date(2027, 2, 1), 10, date(2027, 4, 13)),
        (date(2026, 10, 7), 10, date(2026, 12, 22)),  # its last day is one of its own
        (date(2026, 9, 7), None, date(2026, 12, 1)),  # goes on: a second group
    ],
)
def test_the_next_round_starts_on_its_own_day_after_the_last(session, first_on, weeks, next_on):
    offering = _offering(session)
    _series(session, offering, (1,), first_on, weeks)
    assert times_to_copy(session, offering, TODAY)["first_on"] == next_on


def test_the_next_round_does_not_start_in_a_holiday_that_it_skips(session):
    offering = _offering(session)
    _series(session, offering, (1,), date(2026, 10, 12), 10, skips_school_holidays=True)
    assert times_to_copy(session, offering, TODAY)["first_on"] == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("kind", "weeks", "values", "length"),
    [
        (K.PRE_TRAJECTORY, 10, {}, {"weeks": 10}),
        (K.PRE_TRAJECTORY, 10, {"skips_school_holidays": True}, {"times": 9}),
        (K.PRE_TRAJECTORY, None, {}, {"weeks": 10}),
        (K.DAY_ACTIVITY, 6, {}, {"times": 6}),
        (K.DAY_ACTIVITY, None, {}, {}),
        (K.DAY_ACTIVITY, 104, {}, {"times": 104}),
        (K.DAY_ACTIVITY, 105, {}, {}),  # longer than the form takes
    ],
)
def test_it_lasts_as_long_as_before(session, kind, weeks, values, length):
    offering = _offering(session, kind)
    _series(session, offering, (1,), date(2026, 9, 7), weeks, **values)
    copied = times_to_copy(session, offering, TODAY)
    assert {name: copied[name] for name in ("weeks", "times") if name in copied} == length


def test_both_half_days_of_the_latest_round_are_copied_and_no_earlier_round(session):
    offering = _offering(session)
    _series(session, offering, (0,), date(2026, 1, 5), 10)
    _series(session, offering, (1,), date(2026, 9, 7), 10)
    _series(session, offering, (3,), date(2026, 9, 7), 10, starts=time(13), ends=time(16))
    copied = times_to_copy(session, offering, TODAY)
    assert (copied["weekdays"], copied["second_weekdays"]) == (["1"], ["3"])
    assert (copied["second_starts"], copied["second_ends"]) == (time(13), time(16))
    assert copied["weeks"] == 10


def test_without_series_there_are_no_times(session):
    assert times_to_copy(session, _offering(session), TODAY) == {}
    assert latest_round([]) == []
