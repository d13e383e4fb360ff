"""One path for one mark and for many, with a history that is never overwritten."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.attendance import commands
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.queries.history import list_changes
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.cast import Cast

PRESENT, EXCUSED, ABSENT = AttendanceStatus
HAND = RecordedHow.BY_HAND


@pytest.fixture
def as_guide(session: Session, cast: Cast):
    set_actor(session, cast.actor("guide"))
    return cast.actor("guide")


def marks(session: Session) -> dict[int, tuple[AttendanceStatus, int]]:
    rows = session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.status, AttendanceMark.minutes)
    )
    return {row.enrolment_id: (row.status, row.minutes) for row in rows}


def count(session: Session, model) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_present_is_worth_the_whole_session(session, cast, as_guide):
    key = cast.enrolment.id
    assert commands.record(session, as_guide, cast.offering_session, {key: (PRESENT, None)}, HAND)
    assert marks(session) == {key: (PRESENT, 120)}


def test_a_second_send_changes_nothing(session, cast, as_guide):
    sent = {cast.enrolment.id: (PRESENT, 90)}
    assert commands.record(session, as_guide, cast.offering_session, sent, HAND) == 1
    again = {cast.enrolment.id: (PRESENT, None)}
    assert commands.record(session, as_guide, cast.offering_session, sent, HAND) == 0
    assert commands.record(session, as_guide, cast.offering_session, again, HAND) == 0
    assert marks(session) == {cast.enrolment.id: (PRESENT, 90)}
    assert (count(session, AttendanceChange), count(session, AuditEvent)) == (1, 1)


def test_a_correction_keeps_its_history(session, cast, as_guide):
    for mark in ((ABSENT, None), (PRESENT, None), (PRESENT, 60)):
        commands.record(session, as_guide, cast.offering_session, {cast.enrolment.id: mark}, HAND)
    session.commit()
    changes = list_changes(session, cast.offering_session.id)
    assert [(c.before, c.status, c.minutes, c.by) for c in changes] == [
        ((PRESENT, 120), PRESENT, 60, "Guide"),
        ((ABSENT, 0), PRESENT, 120, "Guide"),
        (None, ABSENT, 0, "Guide"),
    ]
    assert marks(session) == {cast.enrolment.id: (PRESENT, 60)}


@pytest.mark.parametrize("deed", ["change", "delete"])
def test_history_is_never_overwritten(session, cast, as_guide, deed):
    commands.record(
        session, as_guide, cast.offering_session, {cast.enrolment.id: (ABSENT, None)}, HAND
    )
    change = session.scalars(select(AttendanceChange)).one()
    if deed == "change":
        change.status = PRESENT
    else:
        session.delete(change)
    with pytest.raises(DBAPIError, match="append-only"):
        session.flush()


def test_everyone_at_once_leaves_exceptions_alone(session, cast):
    other = make.enrolment(session, cast.offering, make.participant(session, "Ali"))
    session.commit()
    guide = cast.actor("guide")
    commands.record(session, guide, cast.offering_session, {other.id: (EXCUSED, None)}, HAND)
    assert commands.record_everyone(session, guide, cast.offering_session) == 1
    assert commands.record_everyone(session, guide, cast.offering_session) == 0
    assert marks(session) == {other.id: (EXCUSED, 0), cast.enrolment.id: (PRESENT, 120)}


def test_who_is_not_on_the_register_is_not_found(session, cast):
    elsewhere = make.enrolment(session, make.offering(session, cast.enterprise))
    not_yet = make.enrolment(
        session, cast.offering, started_on=cast.enrolment.started_on + timedelta(days=60)
    )
    session.commit()
    for key in (elsewhere.id, not_yet.id, 999_999):
        with pytest.raises(NotFound):
            commands.record(
                session, cast.actor("guide"), cast.offering_session, {key: (PRESENT, None)}, HAND
            )


@pytest.mark.parametrize("minutes", [0, 121])
def test_minutes_out_of_range_name_the_person(session, cast, as_guide, minutes):
    sent = {cast.enrolment.id: (PRESENT, minutes)}
    with pytest.raises(RuleBroken) as refusal:
        commands.record(session, as_guide, cast.offering_session, sent, HAND)
    assert refusal.value.field == f"minutes-{cast.enrolment.id}"


def test_a_cancelled_session_takes_no_marks(session, cast, as_guide):
    cast.offering_session.status = SessionStatus.CANCELLED
    session.flush()
    with pytest.raises(RuleBroken, match="cancelled"):
        commands.record_everyone(session, as_guide, cast.offering_session)


def test_a_session_that_is_far_off_takes_no_marks(session, cast, as_guide):
    later = make.offering_session(
        session, cast.offering, cast.offering_session.starts_at + timedelta(days=2)
    )
    with pytest.raises(RuleBroken, match="not open"):
        commands.record_everyone(session, as_guide, later)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("stranger", NotFound), ("referrer", NotFound), ("viewer", NotAllowed),
     ("expert", NotAllowed), ("participant", NotAllowed), ("recogniser", NotAllowed)],
)  # fmt: skip
def test_others_mark_nobody(session, cast, name, refusal):
    set_actor(session, cast.actor(name))
    with pytest.raises(refusal):
        commands.record_everyone(session, cast.actor(name), cast.offering_session)


def test_a_cooperative_marks_for_its_member(session, cast):
    actor = cast.actor("cooperative")
    set_actor(session, actor)
    commands.record_everyone(session, actor, cast.offering_session)
    mark = session.scalars(select(AttendanceMark)).one()
    assert mark.organisation_id == cast.enterprise.id
    assert mark.recorded_by_id == actor.user_id
    set_actor(session, cast.actor("guide"))
    trail = session.scalars(select(AuditEvent)).one()
    assert trail.data["on_behalf"] == cast.cooperative.id


@pytest.mark.parametrize("how_many", [2, 20])
def test_the_number_of_statements_does_not_grow_with_people(session, cast, engine, how_many):
    for number in range(how_many):
        person = make.participant(session, f"Mens {number}")
        cast.offering.places += 1
        make.enrolment(session, cast.offering, person)
    session.commit()
    statements = []

    def count(*args):
        statements.append(args[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        commands.record_everyone(session, cast.actor("guide"), cast.offering_session)
        session.commit()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    ours = [s for s in statements if not s.startswith(("BEGIN", "ROLLBACK"))]
    assert len(ours) == EXPECTED_STATEMENTS


# The session's lock, who is on the register, the marks and the register; whether others were there
# before; marks and history in one statement each, the new register, and one line in the trail.
EXPECTED_STATEMENTS = 9


def test_two_guides_at_once_make_one_mark_and_one_line_of_history(cast, session, engine):
    session_id, enrolment_id = cast.offering_session.id, cast.enrolment.id
    session.rollback()
    barrier = threading.Barrier(4)
    failures = []

    def mark(status):
        try:
            with Session(engine) as own:
                set_actor(own, cast.actor("guide"))
                barrier.wait()
                offering_session = own.get_one(OfferingSession, session_id)
                commands.record(
                    own, cast.actor("guide"), offering_session,
                    {enrolment_id: (status, None)}, HAND,
                )  # fmt: skip
                own.commit()
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=mark, args=(PRESENT,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (count(session, AttendanceMark), count(session, AttendanceChange)) == (1, 1)
