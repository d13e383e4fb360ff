"""An answer within what was promised: a reminder, the cooperative, an end."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import Permission, Role
from portal.enrolments import commands, jobs
from portal.enrolments.rules import DeclineReason, EnrolmentStatus, Move
from portal.notices.models import Notice
from portal.offerings.rules import Intake
from portal.organisations.models import CooperativeTie, Membership
from portal.organisations.queries import list_recipients
from tests import factories as make
from tests.enrolments.waiting import at, events, sign_up

S = EnrolmentStatus
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10.00 in Amsterdam


@pytest.fixture(autouse=True)
def _on_monday():
    with clock.freeze(MONDAY):
        yield


@pytest.fixture
def applied(session, cast):
    offering = make.offering(session, cast.enterprise, intake=Intake.BY_INVITATION)
    row = sign_up(session, offering, "Amina")
    session.commit()
    return row


def _told(session):
    names = {
        "enrolments/answer_due": "due",
        "enrolments/answer_overdue": "overdue",
        "enrolments/answer_missing": "missing",
        "enrolments/expired": "her",
    }
    return Counter(
        (names[notice.kind], notice.address)
        for notice in session.scalars(select(Notice))
        if notice.kind in names
    )


def test_a_promise_is_kept_in_steps(session, cast, applied):
    due = applied.answer_due_at
    assert clock.to_local(due).strftime("%d %H:%M") == "07 17:00"
    at(session, due - timedelta(minutes=1), jobs.keep_promises)
    assert not _told(session)
    at(session, due, jobs.keep_promises, jobs.keep_promises)
    ours = list_recipients(session, cast.enterprise.id, Permission.DECIDE_ENROLMENTS)
    assert _told(session) == Counter(("due", one.address) for one in ours)
    at(session, due + timedelta(days=2), jobs.keep_promises, jobs.keep_promises)
    assert ("overdue", "cooperative@example.org") in _told(session)
    at(session, due + timedelta(days=7), jobs.keep_promises, jobs.keep_promises)
    assert (applied.status, applied.decline_reason) == (S.DECLINED, DeclineReason.NOT_ANSWERED)
    told = _told(session)
    assert told["her", ""] == told["missing", "cooperative@example.org"] == 1
    assert all(told["missing", one.address] == 1 for one in ours)
    of_staff = session.scalars(select(Notice).where(Notice.kind.startswith("enrolments/answer")))
    assert {one.data["closes"] for one in of_staff} == {(due + timedelta(days=7)).isoformat()}
    assert [event for event, _ in events(session, applied)] == [
        "enrolment.applied", "enrolment.remind", "enrolment.ask_cooperative", "enrolment.close",
        "enrolment.declined",
    ]  # fmt: skip


def test_all_that_is_due_at_once_is_one_message(session, cast, applied):
    for name in "XYZ":
        sign_up(session, applied.offering, name)
    at(session, applied.answer_due_at, jobs.keep_promises)
    ours = list_recipients(session, cast.enterprise.id, Permission.DECIDE_ENROLMENTS)
    assert _told(session) == Counter(("due", one.address) for one in ours)
    notice = session.scalars(select(Notice).where(Notice.kind == "enrolments/answer_due")).first()
    assert notice.data["more"] == 3
    assert "Amina" not in str(notice.data)


def test_nobody_is_reminded_at_night(session, applied):
    at(session, applied.answer_due_at + timedelta(hours=6), jobs.keep_promises)
    assert not _told(session)


def test_an_answer_in_time_ends_the_promise(session, cast, applied):
    commands.move(session, cast.actor("coordinator"), applied, Move.ACCEPT)
    at(session, applied.answer_due_at + timedelta(days=30), jobs.keep_promises)
    assert not _told(session)


def test_without_a_coordinator_the_cooperative_hears_it_first(session, cast, applied):
    for membership in session.scalars(select(Membership)):
        if membership.organisation_id == cast.enterprise.id:
            membership.role = Role.VIEWER
    at(session, applied.answer_due_at, jobs.keep_promises)
    assert _told(session) == {("due", "cooperative@example.org"): 1}


def test_without_anybody_it_still_ends(session, cast, applied):
    for membership in session.scalars(select(Membership)):
        membership.role = Role.VIEWER
    session.query(CooperativeTie).delete()
    for days in (0, 2, 7):
        at(session, applied.answer_due_at + timedelta(days=days), jobs.keep_promises)
    assert applied.status is S.DECLINED
    assert _told(session) == {("her", ""): 1}
