"""The week: each session on its day and part of the day, and how to go on from there."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.attendance.models import AttendanceMark
from portal.core import clock
from portal.home.queries import week_of
from portal.schedule.rules import DayPart, SessionStatus
from tests import factories as make

SUNDAY = datetime(2026, 11, 29, 12, tzinfo=clock.LOCAL_ZONE)
AT = {DayPart.MORNING: 9, DayPart.AFTERNOON: 13, DayPart.EVENING: 18}


@pytest.mark.parametrize("part", AT)
@pytest.mark.parametrize("days", [-7, -6, 0, 1, 7])
def test_each_session_stands_in_its_week_day_and_part(session, cast, part, days):
    session.delete(cast.offering_session)
    at = SUNDAY.replace(hour=AT[part]) + timedelta(days=days)
    made = make.offering_session(session, cast.offering, at)
    session.flush()
    week = week_of(session, cast.actor("guide"), at.date())
    assert [day.on.weekday() for day in week] == list(range(7))
    found = {
        (day.on, where): line.at.id
        for day in week for where, lines in day.parts.items() for line in lines
    }  # fmt: skip
    assert found == {(at.date(), part): made.id}
    next_week = week_of(session, cast.actor("guide"), at.date() + timedelta(days=7))
    assert not any(lines for day in next_week for lines in day.parts.values())


def test_the_page_goes_a_week_on_and_back_and_says_what_does_not_go_on(session, cast):
    with clock.freeze(SUNDAY):
        off = make.offering_session(
            session, cast.offering, SUNDAY + timedelta(days=2), status=SessionStatus.CANCELLED
        )
        session.commit()
        client = cast.client("guide")
        assert client.page("/work/week").h1.text == "Week 48"
        after = client.page(client.page("/work/week").select_one("a[rel=next]")["href"])
        assert after.h1.text == "Week 49"
        [line] = [row for row in after.select(".slot") if str(off.uuid) in str(row)]
        assert "off" in line["class"]
        assert "Gaat niet door" in line.text
        back = after.select_one("a[rel=prev]")["href"]
        assert client.page(back).h1.text == "Week 48"


@pytest.mark.parametrize("on", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_no_calendar_has_is_today(cast, on):
    assert "Vandaag" in cast.client("guide").page(f"/work/week?on={on}").select_one(".now").text


def test_hers_are_the_groups_of_which_she_filled_in_a_register(session, cast):
    other = make.offering(session, cast.enterprise, title="Van een ander")
    make.offering_session(session, other, clock.now())
    session.commit()
    client = cast.client("guide")
    client.submit(f"/registers/{cast.offering_session.uuid}", button="present")
    titles = {
        mine: {row.a.text for row in client.page(f"/work/week?{mine}").select(".slot")}
        for mine in ("", "mine=yes")
    }
    assert titles[""] == {cast.offering.title, "Van een ander"}
    assert titles["mine=yes"] == {cast.offering.title}


def test_and_only_her_own_registers_of_the_last_weeks(session, cast):
    client = cast.client("guide")
    client.submit(f"/registers/{cast.offering_session.uuid}", button="present")
    [mark] = session.scalars(select(AttendanceMark))
    user_id = mark.recorded_by_id

    def mine():
        session.commit()
        return bool(client.page("/work/week?mine=yes").select(".slot"))

    assert mine()
    mark.recorded_by_id = cast.actor("coordinator").user_id  # a colleague kept it
    assert not mine()
    mark.recorded_by_id = user_id
    then = make.offering_session(session, cast.offering, clock.now() - timedelta(weeks=9))
    mark.session_id = then.id  # long ago
    assert not mine()
