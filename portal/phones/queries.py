"""What stands on one register, as a phone keeps it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from portal.attendance.models import Register
from portal.attendance.queries.sheet import Said, beside, people_on, said
from portal.attendance.rules import opens_at
from portal.core import Actor, Session, clock, or_not_found, past_guard
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

State = dict[str, Any]

# Made once, and reads a plain row: see `people_on`. It says whose register it is.
_HEAD = (
    select(
        OfferingSession.id,
        OfferingSession.offering_id,
        OfferingSession.uuid,
        OfferingSession.starts_at,
        OfferingSession.ends_at,
        OfferingSession.status,
        Offering.title,
        Register.session_id,
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


def state_of(session: Session, actor: Actor, session_uuid: uuid.UUID) -> State:
    """All of one register, for somebody who keeps it."""
    ask = past_guard(session).execute
    head = or_not_found(
        ask(_HEAD, {"key": session_uuid, "kept": list(actor.keeps_registers_of)}).first(),
        "register",
    )
    others = beside(session, head)
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
                "mark": _told(said(row)) if row.status else None,
                "others": [_told(one) for one in others.get(row.id, ())],
            }
            for row in people_on(session, head)
        ],
    }


def _told(one: Said) -> State:
    return {
        "event": str(one.event_id),
        "status": one.status.value,
        "minutes": one.minutes,
        "how": one.how.value,
        "by": one.by,
        "at": _iso(one.recorded_at),
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
