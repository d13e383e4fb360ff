"""A register that is closed, put right between two, not held at all, or given back."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from portal.attendance import rules
from portal.attendance.commands import check_keeps, lock
from portal.attendance.commands.marks import Tap, minutes_again, on_behalf, register_of, save
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries import find_register, marks_of
from portal.attendance.queries.sheet import as_weighed, weighed
from portal.core import N_, Actor, RuleBroken, Session, audit, clock, hold_row, is_any, pick
from portal.enrolments import commands as enrolments
from portal.offerings.queries import lock_offering
from portal.schedule.commands.moved import call_off, on_call_off, on_move, plan_again
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason


def close(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """Say that a register is right: from now on its marks count. Twice is once.

    Who has no mark stays without one, and has no hours. It is never opened again, but when the file
    that closed it is taken back: what changes afterwards asks why.
    """
    locked = lock(session, actor, offering_session)
    register = register_of(session, locked)
    if register.closed_at is not None:
        return
    rules.check_may_close(locked.starts_at, register.disputes, clock.now())
    _set_closed(session, register, clock.now(), actor.user_id)
    audit.record(session, actor, "register.closed", locked, **on_behalf(actor, locked))


def take_back(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    batch_id: uuid.UUID,
    *,
    reason: rules.CorrectionReason | None = None,
) -> int:
    """Undo what was saved together, for those who were not marked otherwise since; how many."""
    locked = lock(session, actor, offering_session)
    register = register_of(session, locked)
    together = session.scalars(
        select(AttendanceChange.enrolment_id).filter_by(session_id=locked.id, batch_id=batch_id)
    ).all()
    marks = marks_of(session, locked.id)
    taps, undoes = [], uuid.uuid4()
    for enrolment_id, rows in weighed(session, register, together).items():
        mark = marks.get(enrolment_id)
        its = {row.event_id for row in rows if row.batch_id == batch_id}
        if mark is None or mark.event_id not in its:
            continue
        earlier = [as_weighed(register, row) for row in rows if row.batch_id != batch_id]
        holds = rules.standing.stand(earlier).holds
        status, minutes = holds.value if holds and holds.value else (None, 0)
        tap = Tap(
            enrolment_id, rows[0].participant_id, status, minutes_again(locked, minutes),
            batch_id=undoes, reason=reason,
        )  # fmt: skip
        taps.append(tap)
    if taps:
        rules.check_reason(register.closed_at is not None, reason is not None)
        save(
            session, actor, locked, taps, rules.RecordedHow.UNDONE, register=register, before=marks
        )
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
    chosen = pick(rows, event_id=event_id)
    check_disputed(register, rows)
    tap = Tap(
        enrolment_id,
        chosen.participant_id,
        None if chosen.is_cleared else chosen.status,
        minutes_again(locked, chosen.minutes),
        reason=rules.CorrectionReason.SETTLED,
    )
    save(session, actor, locked, [tap], rules.RecordedHow.SETTLED, register=register)


def check_disputed(register: Register, rows: list[Any]) -> None:
    """Only where two differ somebody decides; else a closed register would change unexplained."""
    if not rules.standing.stand([as_weighed(register, row) for row in rows]).others:
        raise RuleBroken("", N_("This was settled already."))


def mark_not_held(
    session: Session, actor: Actor, offering_session: OfferingSession, reason: NotHeldReason
) -> int:
    """Call off a session, with a reason; returns how many are told (none once begun)."""
    check_keeps(actor, offering_session)
    lock_offering(session, offering_session.offering_id)
    locked = hold_row(session, OfferingSession, offering_session.id)
    statuses = [mark.status for mark in marks_of(session, locked.id).values()]
    rules.check_nobody_came(locked.is_cancelled, rules.AttendanceStatus.PRESENT in statuses)
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
    rules.check_may_go_on(locked.starts_at, locked.ends_at, locked.may_have_gone_on, clock.now())
    say_that_it_went_on(session, actor, locked)


def say_that_it_went_on(session: Session, actor: Actor, locked: OfferingSession) -> None:
    """Note that a session took place that was called off; the caller holds its row."""
    plan_again(locked)
    audit.record(session, actor, "register.went_on", locked, **on_behalf(actor, locked))


@on_call_off
def forget_marks(session: Session, actor: Actor, rows: Sequence[OfferingSession]) -> None:
    """Drop absences and excuses at what did not take place; the history keeps them."""
    for row in rows:
        _clear_all(
            session, actor, row, set(rules.AttendanceStatus), rules.CorrectionReason.NOT_HELD
        )


@on_move
def forget_excuses(session: Session, actor: Actor, moved: Sequence[OfferingSession]) -> None:
    """Drop excuses when a session moves: each was said of the old time."""
    has_excuse = session.scalars(
        select(AttendanceMark.session_id).where(
            AttendanceMark.session_id.in_([row.id for row in moved]),
            AttendanceMark.status == rules.AttendanceStatus.EXCUSED,
        )
    ).all()
    for row in moved:
        if row.id in has_excuse:
            _clear_all(
                session, actor, row, {rules.AttendanceStatus.EXCUSED}, rules.CorrectionReason.MOVED
            )


def _clear_all(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    statuses: Collection[rules.AttendanceStatus],
    reason: rules.CorrectionReason,
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
    reason: rules.CorrectionReason,
) -> None:
    """Leave no mark of these enrolments on a register; the history keeps them."""
    batch_id = uuid.uuid4()
    save(
        session, actor, offering_session,
        [Tap(key, her, None, batch_id=batch_id, reason=reason) for key, her in whose.items()],
        rules.RecordedHow.UNDONE,
    )  # fmt: skip


def give_back(
    session: Session,
    actor: Actor,
    row: OfferingSession,
    batch_id: uuid.UUID,
    *,
    only_its: Collection[int] | None,
    closed_it: bool,
    began_it: bool,
) -> None:
    """Take back what one file wrote; reopen the register if only it closed it.

    `only_its` are the enrolments that it made; None: it made the session. A register that it
    `began_it` goes when nothing is left on it. RuleBroken for a session that was cancelled since:
    the rest of what was written stays. History is never taken out, but of whom, or of a session
    that, only that file made: the database lets go of nothing but what was taken over.
    """
    register = find_register(session, row.id)
    is_untouched = not _has_others(session, batch_id, register)
    _take_out(session, batch_id, row.id, only_its)
    take_back(session, actor, row, batch_id, reason=rules.CorrectionReason.FROM_PAPER)
    register = find_register(session, row.id)
    if register is not None and closed_it and is_untouched:
        _set_closed(session, register, None, None)
    changes = select(AttendanceChange.id).where(AttendanceChange.session_id == row.id)
    if register is not None and began_it and not is_any(session, changes):
        session.delete(register)
        session.flush()


def _has_others(session: Session, batch_id: uuid.UUID, register: Register | None) -> bool:
    """Whether something was written on it by others after it was closed."""
    if register is None or register.closed_at is None:
        return False
    others = select(AttendanceChange.id).where(
        AttendanceChange.session_id == register.session_id,
        AttendanceChange.recorded_at > register.closed_at,
        or_(AttendanceChange.batch_id.is_(None), AttendanceChange.batch_id != batch_id),
    )
    return is_any(session, others)


def _take_out(
    session: Session, batch_id: uuid.UUID, session_id: int, only_its: Collection[int] | None
) -> None:
    by_person = (
        select(AttendanceChange.enrolment_id)
        .where(AttendanceChange.session_id == session_id)
        .group_by(AttendanceChange.enrolment_id)
        .having(func.count() == func.count().filter(AttendanceChange.batch_id == batch_id))
    )
    if only_its is not None:
        by_person = by_person.where(AttendanceChange.enrolment_id.in_(only_its))
    ids = session.scalars(by_person).all()
    models: list[Any] = [AttendanceMark, AttendanceChange]
    for model in models:
        statement = delete(model).where(model.session_id == session_id, model.enrolment_id.in_(ids))
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()


def _set_closed(
    session: Session, register: Register, at: datetime | None, by_id: int | None
) -> None:
    """Its marks count from when it is closed; None opens it again."""
    register.closed_at, register.closed_by_id = at, by_id
    register.version += 1
    statement = update(AttendanceMark).where(AttendanceMark.session_id == register.session_id)
    session.execute(
        statement.values(is_counted=at is not None).execution_options(synchronize_session=False)
    )
