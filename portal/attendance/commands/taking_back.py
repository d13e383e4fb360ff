"""Giving a register back as it was before a file was taken over on it.

History is never taken out, but for one thing: of whom, or of a session that, only that file made,
what it wrote goes with it. The database lets go of nothing but what was taken over.
"""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.attendance.commands.closing import take_back
from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.queries import find_register
from portal.attendance.rules import CorrectionReason
from portal.core import Actor, is_any
from portal.schedule.models import OfferingSession


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
    the rest of what was written stays.
    """
    register = find_register(session, row.id)
    is_untouched = not _has_others(session, batch_id, register)
    _take_out(session, batch_id, row.id, only_its)
    take_back(session, actor, row, batch_id, reason=CorrectionReason.FROM_PAPER)
    register = find_register(session, row.id)
    if register is not None and closed_it and is_untouched:
        _open_again(session, register)
    if register is not None and began_it:
        _drop_empty(session, register)


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
        session.execute(
            delete(model)
            .where(model.session_id == session_id, model.enrolment_id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def _open_again(session: Session, register: Register) -> None:
    register.closed_at, register.closed_by_id = None, None
    register.version += 1
    session.execute(
        update(AttendanceMark)
        .where(AttendanceMark.session_id == register.session_id)
        .values(is_counted=False)
        .execution_options(synchronize_session=False)
    )


def _drop_empty(session: Session, register: Register) -> None:
    changes = select(AttendanceChange.id).where(AttendanceChange.session_id == register.session_id)
    if not is_any(session, changes):
        session.delete(register)
        session.flush()
