"""A session that did not go on, or goes on at another time: what was marked ahead falls away."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.commands import check_keeps
from portal.attendance.commands.marks import Tap, on_behalf, save
from portal.attendance.models import AttendanceMark
from portal.attendance.queries import marks_of
from portal.attendance.rules import (
    AttendanceStatus,
    CorrectionReason,
    RecordedHow,
    check_may_go_on,
    check_nobody_came,
)
from portal.core import Actor, audit, clock, hold_row
from portal.enrolments import commands as enrolments
from portal.offerings.queries import lock_offering
from portal.schedule.commands.moved import call_off, on_call_off, on_move, plan_again
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason


def mark_not_held(
    session: Session, actor: Actor, offering_session: OfferingSession, reason: NotHeldReason
) -> int:
    """Call off a session, with a reason; returns how many are told (none once begun)."""
    check_keeps(actor, offering_session)
    lock_offering(session, offering_session.offering_id)
    locked = hold_row(session, OfferingSession, offering_session.id)
    statuses = [mark.status for mark in marks_of(session, locked.id).values()]
    check_nobody_came(locked.is_cancelled, AttendanceStatus.PRESENT in statuses)
    told = 0
    if locked.starts_at > clock.now():
        told = enrolments.cancel_session(session, actor, locked, reason)
    else:
        call_off(session, actor, [locked], reason)
    audit.record(
        session, actor, "register.not_held", locked,
        reason=reason.value, **on_behalf(actor, locked),
    )  # fmt: skip
    return told


def go_on_after_all(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """Take back that it did not go on, within a week. Twice is once."""
    check_keeps(actor, offering_session)
    locked = hold_row(session, OfferingSession, offering_session.id)
    if not locked.is_cancelled:
        return
    check_may_go_on(locked.starts_at, locked.ends_at, locked.may_have_gone_on, clock.now())
    say_that_it_went_on(session, actor, locked)


def say_that_it_went_on(session: Session, actor: Actor, locked: OfferingSession) -> None:
    """Note that a session took place that was called off; the caller holds its row."""
    plan_again(locked)
    audit.record(session, actor, "register.went_on", locked, **on_behalf(actor, locked))


@on_call_off
def forget_marks(session: Session, actor: Actor, rows: Sequence[OfferingSession]) -> None:
    """Drop absences and excuses at what did not take place; the history keeps them."""
    for row in rows:
        _clear_all(session, actor, row, set(AttendanceStatus), CorrectionReason.NOT_HELD)


@on_move
def forget_excuses(session: Session, actor: Actor, moved: Sequence[OfferingSession]) -> None:
    """Drop excuses when a session moves: each was said of the old time."""
    has_excuse = session.scalars(
        select(AttendanceMark.session_id).where(
            AttendanceMark.session_id.in_([row.id for row in moved]),
            AttendanceMark.status == AttendanceStatus.EXCUSED,
        )
    ).all()
    for row in moved:
        if row.id in has_excuse:
            _clear_all(session, actor, row, {AttendanceStatus.EXCUSED}, CorrectionReason.MOVED)


def _clear_all(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    statuses: Collection[AttendanceStatus],
    reason: CorrectionReason,
) -> None:
    marks = marks_of(session, offering_session.id)
    whose = {key: mark.participant_id for key, mark in marks.items() if mark.status in statuses}
    if whose:
        clear(session, actor, offering_session, whose, reason)


def clear(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    whose: Mapping[int, int],
    reason: CorrectionReason,
) -> None:
    """Leave no mark of these enrolments on a register; the history keeps them."""
    batch_id = uuid.uuid4()
    save(
        session, actor, offering_session,
        [Tap(key, her, None, batch_id=batch_id, reason=reason) for key, her in whose.items()],
        RecordedHow.UNDONE,
    )  # fmt: skip
