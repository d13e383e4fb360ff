"""What happens on a register after the taps: close it, take a batch back, settle a dispute."""

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.attendance.commands import lock
from portal.attendance.commands.marks import Tap, minutes_again, on_behalf, register_of, save
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries import marks_of
from portal.attendance.queries.sheet import as_weighed, weighed
from portal.attendance.rules import (
    CorrectionReason,
    RecordedHow,
    check_may_close,
    check_reason,
    standing,
)
from portal.core import N_, Actor, RuleBroken, audit, clock, or_not_found
from portal.schedule.models import OfferingSession


def close(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """Say that a register is right: from now on its marks count. Twice is once.

    Who has no mark stays without one, and has no hours. It is never opened again, but when the file
    that closed it is taken back: what changes afterwards asks why.
    """
    locked = lock(session, actor, offering_session)
    register = register_of(session, locked)
    if register.closed_at is not None:
        return
    check_may_close(locked.starts_at, register.disputes, clock.now())
    register.closed_at, register.closed_by_id = clock.now(), actor.user_id
    register.version += 1
    session.execute(
        update(AttendanceMark)
        .where(AttendanceMark.session_id == locked.id)
        .values(is_counted=True)
        .execution_options(synchronize_session=False)
    )
    audit.record(session, actor, "register.closed", locked, **on_behalf(actor, locked))


def take_back(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    batch_id: uuid.UUID,
    *,
    reason: CorrectionReason | None = None,
) -> int:
    """Undo what was saved together, for those who were not marked otherwise since; how many."""
    locked = lock(session, actor, offering_session)
    register = register_of(session, locked)
    together = session.scalars(
        select(AttendanceChange.enrolment_id).where(
            AttendanceChange.session_id == locked.id, AttendanceChange.batch_id == batch_id
        )
    ).all()
    marks = marks_of(session, locked.id)
    taps, undoes = [], uuid.uuid4()
    for enrolment_id, rows in weighed(session, register, together).items():
        mark = marks.get(enrolment_id)
        if mark is None or not _holds_of(batch_id, mark.event_id, rows):
            continue
        earlier = [as_weighed(register, row) for row in rows if row.batch_id != batch_id]
        holds = standing.stand(earlier).holds
        status, minutes = holds.value if holds and holds.value else (None, 0)
        tap = Tap(
            enrolment_id, rows[0].participant_id, status, minutes_again(locked, minutes),
            batch_id=undoes, reason=reason,
        )  # fmt: skip
        taps.append(tap)
    if taps:
        check_reason(register.closed_at is not None, reason is not None)
        save(session, actor, locked, taps, RecordedHow.UNDONE, register=register, before=marks)
    return len(taps)


def settle(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    enrolment_id: int,
    event_id: uuid.UUID,
) -> None:
    """Decide between what two people saved: this one holds; both stay in the history."""
    locked = lock(session, actor, offering_session)
    register = register_of(session, locked)
    rows = weighed(session, register, [enrolment_id]).get(enrolment_id, [])
    chosen = or_not_found(next((row for row in rows if row.event_id == event_id), None), "change")
    check_disputed(register, rows)
    tap = Tap(
        enrolment_id,
        chosen.participant_id,
        None if chosen.is_cleared else chosen.status,
        minutes_again(locked, chosen.minutes),
        reason=CorrectionReason.SETTLED,
    )
    save(session, actor, locked, [tap], RecordedHow.SETTLED, register=register)


def check_disputed(register: Register, rows: list[Any]) -> None:
    """Only where two differ somebody decides; else a closed register would change unexplained."""
    if not standing.stand([as_weighed(register, row) for row in rows]).others:
        raise RuleBroken("", N_("This was settled already."))


def _holds_of(batch_id: uuid.UUID, event_id: uuid.UUID, rows: list[Any]) -> bool:
    return any(row.event_id == event_id and row.batch_id == batch_id for row in rows)
