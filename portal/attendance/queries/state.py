"""A register as phones show it: who is on it, what holds, and who says otherwise."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.attendance.models import AttendanceMark, Register
from portal.attendance.queries import find_register
from portal.attendance.queries.sheet import Said, beside
from portal.attendance.rules import opens_at
from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import or_not_found
from portal.core.guard import past_guard
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import expected_at
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

State = dict[str, Any]

# Asked every few seconds and after each save, so the statements are made once and read plain rows.
# Whose register it is stands in the first of them.
_HEAD = (
    select(
        OfferingSession.id,
        OfferingSession.offering_id,
        OfferingSession.uuid,
        OfferingSession.starts_at,
        OfferingSession.ends_at,
        OfferingSession.status,
        Offering.title,
        Register.version,
        Register.closed_at,
        Register.disputes,
    )
    .join(Offering, Offering.id == OfferingSession.offering_id)
    .outerjoin(Register, Register.session_id == OfferingSession.id)
    .where(
        OfferingSession.uuid == bindparam("key"),
        OfferingSession.organisation_id.in_(bindparam("kept", expanding=True)),
    )
)
_PEOPLE = (
    select(
        Enrolment.id,
        Enrolment.uuid,
        Participant.name,
        AttendanceMark.event_id,
        AttendanceMark.status,
        AttendanceMark.minutes,
        AttendanceMark.how,
        AttendanceMark.recorded_at,
        User.name.label("by"),
    )
    .join(Participant, Participant.id == Enrolment.participant_id)
    .outerjoin(
        AttendanceMark,
        (AttendanceMark.enrolment_id == Enrolment.id)
        & (AttendanceMark.session_id == bindparam("session_id")),
    )
    .outerjoin(User, User.id == AttendanceMark.recorded_by_id)
    .where(
        or_(
            and_(*expected_at(bindparam("offering_id"), bindparam("day"))),
            AttendanceMark.id.is_not(None),  # her days were put right since
        )
    )
    .order_by(Participant.folded_name, Enrolment.id)
)


def state_of(session: Session, actor: Actor, session_uuid: uuid.UUID) -> State:
    """All of one register, for somebody who keeps it."""
    ask = past_guard(session).execute
    head = or_not_found(
        ask(_HEAD, {"key": session_uuid, "kept": list(actor.keeps_registers_of)}).first(),
        "register",
    )
    day = clock.to_local(head.starts_at).date()
    about = {"session_id": head.id, "offering_id": head.offering_id, "day": day}
    people = ask(_PEOPLE, about).all()
    others = _others(session, head)
    is_open = clock.now() >= opens_at(head.starts_at)
    return {
        "session": str(head.uuid),
        "version": head.version or 0,
        "is_open": is_open and head.status is not SessionStatus.CANCELLED,
        "closed_at": _iso(head.closed_at) if head.closed_at else None,
        "disputes": head.disputes or 0,
        "title": head.title,
        "starts_at": _iso(head.starts_at),
        "ends_at": _iso(head.ends_at),
        "minutes": clock.minutes_between(head.starts_at, head.ends_at),
        "people": [
            {
                "person": str(row.uuid),
                "name": row.name,
                "mark": _mark(row),
                "others": others.get(row.id, []),
            }
            for row in people
        ],
    }


def _mark(row: Any) -> State | None:
    if row.status is None:
        return None
    return {
        "event": str(row.event_id),
        "status": row.status.value,
        "minutes": row.minutes,
        "how": row.how.value,
        "by": row.by,
        "at": _iso(row.recorded_at),
    }


def _others(session: Session, head: Any) -> dict[int, list[State]]:
    """What others saved that says something else than what holds."""
    register = find_register(session, head.id) if head.disputes else None
    said = beside(session, register) if register else {}
    return {enrolment_id: [_other(one) for one in others] for enrolment_id, others in said.items()}


def _other(said: Said) -> State:
    return {
        "event": str(said.event_id),
        "status": said.status.value,
        "minutes": said.minutes,
        "by": said.by,
        "at": _iso(said.recorded_at),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
