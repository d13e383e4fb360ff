"""A first day on which the session has begun already is asked about, never left out unsaid."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.schedule.commands import add_series
from portal.schedule.commands.changes import plan_change
from portal.schedule.queries import list_sessions
from portal.schedule.rules import Pattern
from tests import factories as make

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday, 10.00 in Amsterdam
TODAY = date(2026, 3, 3)
TUESDAYS = Pattern((1,), time(9, 30), time(12), TODAY, TODAY + timedelta(weeks=4, days=-1))


@pytest.fixture(autouse=True)
def _on_a_tuesday_at_ten():
    with clock.freeze(NOW):
        yield


def days(session, offering):
    session.rollback()
    rows = list_sessions(session, offering.id, datetime(2026, 1, 1, tzinfo=UTC))
    return [clock.to_local(row.starts_at).date() for row in rows]


@pytest.mark.parametrize("ends", [{"times": "3"}, {"last_on": "2026-03-17"}])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_series_asks(session, cast, ends, answer):
    offering = make.offering(session, cast.enterprise)
    session.commit()
    client = cast.client("coordinator")
    typed = {
        "weekdays": ["1"], "starts": "09:30", "ends": "12:00", "first_on": TODAY.isoformat(), **ends
    }  # fmt: skip
    address = f"/work/offerings/{offering.slug}/series/new"
    page = client.page(client.submit(address, **typed), status=422)
    assert page.select_one('.error-summary a[href="#begun"]')
    assert days(session, offering) == []
    client.page(client.submit(page, begun=answer))
    tuesdays = [TODAY + timedelta(weeks=number) for number in range(4)]
    wanted = {("yes", True): tuesdays[:3], ("no", True): tuesdays[1:4],
              ("yes", False): tuesdays[:3], ("no", False): tuesdays[1:3]}  # fmt: skip
    assert days(session, offering) == wanted[answer, "times" in ends]


def test_one_that_is_still_to_begin_asks_nothing(session, cast):
    offering = make.offering(session, cast.enterprise)
    session.commit()
    typed = {
        "weekdays": ["1"], "starts": "10:30", "ends": "12:00", "first_on": TODAY.isoformat(),
        "times": "3",
    }  # fmt: skip
    client = cast.client("coordinator")
    client.page(client.submit(f"/work/offerings/{offering.slug}/series/new", **typed))
    assert days(session, offering)[0] == TODAY


def test_a_command_leaves_it_out_of_no_series(session, cast):
    add_series(session, HOUSE, offering=cast.offering, pattern=TUESDAYS)
    session.commit()
    assert TODAY in days(session, cast.offering)


@pytest.mark.parametrize("first_on", [TODAY + timedelta(days=7), TODAY - timedelta(days=1)])
def test_a_change_that_would_leave_it_out_is_refused(session, cast, first_on):
    offering = make.offering(session, cast.enterprise)
    thursdays = replace(TUESDAYS, weekdays=(3,), first_on=first_on)
    with clock.freeze(NOW - timedelta(days=1)):
        series = add_series(session, HOUSE, offering=offering, pattern=thursdays)
    earlier = replace(thursdays, weekdays=(1, 3), first_on=min(first_on, TODAY))
    with pytest.raises(RuleBroken, match="begun") as broken:
        plan_change(session, series, earlier, TODAY)
    assert broken.value.field == ("first_on" if first_on > TODAY else "from_on")
    plan_change(session, series, earlier, TODAY + timedelta(days=1)) if first_on < TODAY else None
