"""The cooperative sees counts of its members' registers, and logs only while it is allowed to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance import commands
from portal.attendance.commands import closing
from portal.attendance.commands.members import REMINDED, last_reminded, remind_members
from portal.attendance.models import AttendanceChange, Register
from portal.attendance.queries.members import first_days, last_weeks, list_of_members
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import audit, clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound
from portal.core.guard import as_house, set_actor
from portal.notices.models import Notice
from portal.organisations.models import CooperativeTie
from tests import factories as make

PRESENT = AttendanceStatus.PRESENT


@pytest.fixture
def cooperative(session, cast):
    set_actor(session, cast.actor("cooperative"))
    return cast.actor("cooperative")


def held(session, cast, days, marked=None, *, is_closed=False):
    """A session some days ago, at which Fatma was expected."""
    at = make.offering_session(session, cast.offering, clock.now() - timedelta(days=days))
    if marked:
        marks = {cast.enrolment.id: (marked, None)}
        commands.record(session, HOUSE, at, marks, RecordedHow.BY_HAND)
    if is_closed:
        closing.close(session, HOUSE, at)
    session.flush()
    return at


def of_enterprise(session, actor, cast):
    [member] = list_of_members(session, actor, *last_weeks(clock.today()))
    assert member.organisation.id == cast.enterprise.id
    return member


def test_how_far_the_registers_of_a_member_are(session, cast, cooperative):
    with as_house(session):
        held(session, cast, 5, PRESENT, is_closed=True)
        held(session, cast, 4, PRESENT)
        held(session, cast, 6)
        held(session, cast, 1)
        held(session, cast, 40)
    member = of_enterprise(session, cooperative, cast)
    states = ("closed", "to_close", "incomplete", "never_logged")
    assert [member.count(state) for state in states] == [1, 1, 1, 1]
    assert len(member.asking) == 3
    assert (member.late, member.missing) == (2, 2)
    assert member.last_logged_at is not None


def test_a_register_is_late_two_days_after_its_end(session, cast, cooperative):
    with as_house(session):
        at = held(session, cast, 2)  # so long ago it began
    late = []
    for moment in (at.ends_at + timedelta(days=2), at.ends_at + timedelta(days=2, seconds=1)):
        with clock.freeze(moment):
            late.append(of_enterprise(session, cooperative, cast).late)
    assert late == [0, 1]


def test_a_member_that_allows_no_logging_has_no_figures(session, cast):
    tie = session.scalars(select(CooperativeTie)).one()
    tie.may_log_attendance = False
    held(session, cast, 6)
    session.commit()
    words = cast.client("cooperative").page("/registers/members")
    assert "Keuken aan de Kade" in words.words
    assert not words.select("table")
    assert not words.select("form[action*=remind]")


def test_only_a_cooperative_has_members(session, cast):
    for who in ("guide", "stranger"):
        set_actor(session, cast.actor(who))
        with pytest.raises(NotFound):
            list_of_members(session, cast.actor(who), *last_weeks(clock.today()))
    set_actor(session, cast.actor("viewer"))
    with pytest.raises(NotAllowed):
        remind_members(session, cast.actor("viewer"))


def test_all_who_are_behind_are_reminded_once_a_day(session, cast, cooperative):
    with as_house(session):
        held(session, cast, 6)
    assert remind_members(session, cooperative) == 1
    assert remind_members(session, cooperative) is None
    session.commit()
    assert last_reminded(session, cooperative) is not None
    with as_house(session):
        told = session.scalars(select(Notice)).all()
    assert {row.kind for row in told} == {"attendance/logbook"}
    assert sorted(row.name for row in told) == ["Admin", "Both", "Coordinator", "Guide"]
    assert {(row.data["late"], row.data["never"]) for row in told} == {(1, 1)}
    assert "Fatma" not in str([row.data for row in told])


def test_only_the_own_cooperative_of_today_has_reminded_them(session, cast, cooperative):
    with as_house(session):
        held(session, cast, 6)
        audit.record(session, cast.actor("stranger"), REMINDED, cast.other_enterprise)
        audit.record(session, cooperative, "organisation.edited", cast.cooperative)
        with clock.freeze(clock.now() - timedelta(days=1)):
            audit.record(session, cooperative, REMINDED, cast.cooperative)
        session.flush()
    assert last_reminded(session, cooperative) is None
    assert remind_members(session, cooperative) == 1


def test_nobody_behind_is_nobody_reminded(session, cast, cooperative):
    assert remind_members(session, cooperative) == 0
    assert last_reminded(session, cooperative) is None


def test_the_page_and_its_one_button(session, cast):
    held(session, cast, 6)
    session.commit()
    client = cast.client("cooperative")
    after = client.page(client.submit("/registers/members", form="form[action*=remind]"))
    assert not after.select("form[action*=remind]")
    week = first_days(clock.today())[3].isoformat()
    assert client.page(f"/registers/members?week={week}").select("table")
    assert client.page("/registers/members?week=nonsense").select("table")


def test_the_trail_says_on_whose_behalf(session, cast, cooperative):
    at = cast.offering_session
    commands.record_everyone(session, cooperative, at)
    batch_id = session.scalars(select(AttendanceChange.batch_id)).one()
    closing.take_back(session, cooperative, at, batch_id)
    closing.close(session, cooperative, at)
    with as_house(session):
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(row.event, row.organisation_id, row.data["on_behalf"]) for row in events] == [
        ("attendance.recorded", cast.enterprise.id, cast.cooperative.id),
        ("attendance.recorded", cast.enterprise.id, cast.cooperative.id),
        ("register.closed", cast.enterprise.id, cast.cooperative.id),
    ]


@pytest.mark.parametrize("address", ["", "/walk-in"])
def test_a_permission_that_ends_while_the_page_is_open(session, cast, address):
    url, client = f"/registers/{cast.offering_session.uuid}{address}", cast.client("cooperative")
    page = client.page(url)
    session.scalars(select(CooperativeTie)).one().may_log_attendance = False
    session.commit()
    values = {"name": "Samira"} if address else {}
    sent = client.submit(page, form="form:has([value=name])" if address else 0, **values)
    assert sent.status_code == 404
    with as_house(session):
        assert session.scalars(select(Register)).all() == []
