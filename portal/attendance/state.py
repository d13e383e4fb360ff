"""A register as phones show it: who is on it, what holds, and who says otherwise."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.attendance import standing
from portal.attendance.marks import as_weighed, weighed
from portal.attendance.models import AttendanceMark, Register
from portal.attendance.rules import opens_at
from portal.core import clock
from portal.enrolments.queries import names_on_register
from portal.schedule.models import OfferingSession

State = dict[str, Any]


def state_of(session: Session, offering_session: OfferingSession) -> State:
    """All of one register, for somebody who keeps it (`queries.get_register` says who does)."""
    register = session.scalar(select(Register).where(Register.session_id == offering_session.id))
    marks = _marks(session, offering_session.id)
    others = _others(session, register, marks.values())
    return {
        "session": str(offering_session.uuid),
        "version": register.version if register else 0,
        "is_open": not offering_session.is_cancelled
        and clock.now() >= opens_at(offering_session.starts_at),
        "closed_at": _iso(register.closed_at) if register and register.closed_at else None,
        "disputes": register.disputes if register else 0,
        "title": offering_session.offering.title,
        "starts_at": _iso(offering_session.starts_at),
        "ends_at": _iso(offering_session.ends_at),
        "minutes": offering_session.minutes,
        "people": [
            {
                "person": str(key),
                "name": name,
                "mark": _mark(marks.get(enrolment_id)),
                "others": others.get(enrolment_id, []),
            }
            for enrolment_id, key, name in names_on_register(session, offering_session)
        ],
    }


def _marks(session: Session, session_id: int) -> dict[int, Any]:
    rows = session.execute(
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.event_id,
            AttendanceMark.status,
            AttendanceMark.minutes,
            AttendanceMark.how,
            AttendanceMark.recorded_at,
            AttendanceMark.is_disputed,
            User.name,
        )
        .outerjoin(User, User.id == AttendanceMark.recorded_by_id)
        .where(AttendanceMark.session_id == session_id)
    )
    return {row.enrolment_id: row for row in rows}


def _mark(row: Any) -> State | None:
    if row is None:
        return None
    return {
        "event": str(row.event_id),
        "status": row.status.value,
        "minutes": row.minutes,
        "how": row.how.value,
        "by": row.name,
        "at": _iso(row.recorded_at),
    }


def _others(
    session: Session, register: Register | None, marks: Iterable[Any]
) -> dict[int, list[State]]:
    """What others saved that says something else than what holds."""
    disputed = [row.enrolment_id for row in marks if row.is_disputed]
    if register is None or not disputed:
        return {}
    found: dict[int, list[State]] = defaultdict(list)
    rows = weighed(session, register, disputed)
    by = {row.recorded_by_id for about in rows.values() for row in about}
    users = session.execute(select(User.id, User.name).where(User.id.in_(by)))
    names = {row.id: row.name for row in users}
    for enrolment_id, about in rows.items():
        of_event = {row.event_id: row for row in about}
        for one in standing.stand([as_weighed(register, row) for row in about]).others:
            row = of_event[one.event_id]
            found[enrolment_id].append(_other(row.event_id, row, names.get(row.recorded_by_id)))
    return found


def _other(event_id: uuid.UUID, row: Any, by: str | None) -> State:
    return {
        "event": str(event_id),
        "status": row.status.value,
        "minutes": row.minutes,
        "by": by,
        "at": _iso(row.recorded_at),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
