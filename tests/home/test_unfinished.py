"""A register that is not finished stays on the day's page until it is."""

from datetime import timedelta

import pytest

from portal.attendance.commands import record
from portal.attendance.commands.closing import close
from portal.attendance.models import Register
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE
from portal.schedule.rules import SessionStatus
from tests import factories as make

AGES = (1, 2, 3, 27, 29, 60, 400)
PRESENT = (AttendanceStatus.PRESENT, None)


def held(session, cast, days, marked=0, **values):
    """A session so many days ago at which two were expected, and so many of them are marked."""
    cast.enrolment.started_on = clock.today() - timedelta(days=500)
    offering = make.offering(session, cast.enterprise, title=f"{days} {marked} {values}")
    row = make.offering_session(session, offering, clock.now() - timedelta(days=days), **values)
    for number in range(2):
        one = make.enrolment(
            session, offering, make.participant(session, "Ali B."), started_on=clock.today()
            - timedelta(days=500),
        )  # fmt: skip
        if number < marked:
            record(session, HOUSE, row, {one.id: PRESENT}, RecordedHow.BY_HAND)
    session.flush()
    return row


def shown(cast, name="guide"):
    page = cast.client(name).page("/work")
    return {link["href"] for link in page.select('main a[href^="/registers/"]')}


@pytest.mark.parametrize("days", AGES)
@pytest.mark.parametrize("marked", [0, 1, 2])
def test_it_stays_until_it_is_closed(session, cast, days, marked):
    row = held(session, cast, days, marked)
    session.commit()
    address = f"/registers/{row.uuid}"
    for name in ("guide", "cooperative"):
        assert address in shown(cast, name)
    assert address in {
        link["href"] for link in cast.client("guide").page("/registers").select("main a")
    }
    assert address not in shown(cast, "stranger")
    close(session, HOUSE, row)
    session.commit()
    assert address not in shown(cast)


def test_a_closed_one_with_a_dispute_is_not_finished(session, cast):
    row = held(session, cast, 40, 2)
    close(session, HOUSE, row)
    register = session.query(Register).filter_by(session_id=row.id).one()
    register.disputes = 1
    session.commit()
    assert f"/registers/{row.uuid}" in shown(cast)


def test_what_asks_for_nothing_is_not_there(session, cast):
    held(session, cast, 40, status=SessionStatus.CANCELLED)
    make.offering_session(
        session, make.offering(session, cast.enterprise), clock.now() - timedelta(days=40)
    )  # nobody was expected
    before_her = make.offering(session, cast.enterprise)
    make.offering_session(session, before_her, clock.now() - timedelta(days=40))
    make.enrolment(session, before_her, cast.participant, started_on=clock.today())
    session.commit()
    assert shown(cast) <= {f"/registers/{cast.offering_session.uuid}"}


def test_more_than_the_page_names_are_counted(session, cast):
    for days in range(10, 18):
        held(session, cast, days)
    session.commit()
    page = cast.client("guide").page("/work")
    assert "nog 5" in page.select_one(".board").text
