"""Her last day: register, hours, report and calendar agree about it, and she stopped once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance.commands import excuse, record
from portal.attendance.commands.closing import close
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries import minutes_by_enrolment
from portal.attendance.queries.sheet import get_sheet
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.commands import move
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.hours.queries import list_visits
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from tests import factories as make

A = AttendanceStatus
WAYS = {"end": Move.END, "complete": Move.COMPLETE}


def ago(days):
    return clock.today() - timedelta(days=days)


@pytest.fixture
def weeks(session, cast):
    """Three sessions: three, two and one week ago."""
    cast.enrolment.started_on = ago(60)
    return [
        make.offering_session(session, cast.offering, clock.now() - timedelta(weeks=number))
        for number in (3, 2, 1)
    ]


def write(session, cast, row, status, *, closed=True):
    record(session, HOUSE, row, {cast.enrolment.id: (status, None)}, RecordedHow.BY_HAND)
    if closed:
        close(session, HOUSE, row)


def ends(cast, way, day, **values):
    """The coordinator writes down her last day."""
    client = cast.client("coordinator")
    form = "form:has([name=ended_on])"
    values = {"ended_on": day.isoformat(), "end_reason": EndReason.MOVED.value, **values}
    return client.submit(
        f"/work/enrolments/{cast.enrolment.uuid}/decide", form=form, button=way, **values
    )


def marks(session):
    session.rollback()
    set_actor(session, HOUSE)
    rows = session.scalars(select(AttendanceMark).order_by(AttendanceMark.session_id))
    return [row.status for row in rows]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("closed", [True, False])
def test_a_last_day_before_she_was_there_is_refused_with_the_days(
    session, cast, weeks, way, closed
):
    for row in weeks:
        write(session, cast, row, A.PRESENT, closed=closed)
    session.commit()
    page = cast.client().page  # the page that comes back names them
    answer = ends(cast, way, ago(15))
    shown = page(answer, status=422).main.text
    days = [clock.to_local(row.starts_at).date() for row in weeks]
    assert [f"{day.day}-{day.month}-{day.year}" in shown for day in days] == [False, True, True]
    assert marks(session) == [A.PRESENT] * 3
    assert session.get_one(Enrolment, cast.enrolment.id).status is EnrolmentStatus.ENROLLED
    session.rollback()
    page(ends(cast, way, days[-1]))
    session.rollback()
    assert session.get_one(Enrolment, cast.enrolment.id).ended_on == days[-1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", [A.ABSENT, A.EXCUSED])
@pytest.mark.parametrize("closed", [True, False])
def test_absence_after_her_last_day_goes_with_her(session, cast, weeks, way, status, closed):
    write(session, cast, weeks[0], A.PRESENT)
    for row in weeks[1:]:
        write(session, cast, row, status, closed=closed)
    last = clock.to_local(weeks[0].starts_at).date()
    session.commit()
    cast.client().page(ends(cast, way, last))
    assert marks(session) == [A.PRESENT]
    reasons = session.scalars(
        select(AttendanceChange.reason).where(AttendanceChange.is_cleared)
    ).all()
    assert reasons == [CorrectionReason.LEFT] * 2
    assert [line.enrolment_id for line in get_sheet(session, weeks[1]).lines] == []
    # All that says something of her says the same.
    assert minutes_by_enrolment(session, [cast.enrolment.id]) == {cast.enrolment.id: 120}
    assert [one.minutes for one in list_visits(session, cast.participant.id)] == [120]
    set_actor(session, HOUSE)
    stopped = []
    for from_on, until_on in ((ago(60), last), (last + timedelta(days=1), clock.today())):
        cells = count_period(session, cast.enterprise.id, Period(from_on, until_on)).cells
        stopped.append(cells["stopped"].value + cells["completed"].value)
    assert stopped == [1, 0]


@pytest.mark.parametrize("who", ["participant", "coordinator"])
def test_what_she_said_ahead_goes_with_her(session, cast, who):
    coming = make.offering_session(session, cast.offering, clock.now() + timedelta(days=7))
    session.commit()
    set_actor(session, cast.actor("participant"))
    excuse(session, cast.actor("participant"), coming)
    session.commit()
    if who == "participant":
        client = cast.client("participant")
        client.page(client.submit(f"/my/enrolments/{cast.enrolment.uuid}/withdraw"))
    else:
        cast.client().page(ends(cast, "end", clock.today()))
    assert marks(session) == []
    assert get_sheet(session, coming).lines == ()


def test_what_ends_by_itself_ends_on_the_last_day_she_was_there(session, cast, weeks):
    for row in weeks:
        write(session, cast, row, A.PRESENT)
    move(session, HOUSE, cast.enrolment, Move.END, end_reason=EndReason.MOVED, ended_on=ago(30))
    assert cast.enrolment.ended_on == clock.to_local(weeks[-1].starts_at).date()
    session.commit()
    assert marks(session) == [A.PRESENT] * 3
