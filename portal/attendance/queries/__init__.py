"""Reads of registers, marks and their history."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import AttendanceStatus, RecordedHow, credit
from portal.core import Actor, NotFound, asks_all, asks_rows, one_or_not_found, past_guard
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import Places
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

# A mark counts once its register is closed, for as long as nobody contradicts it.
COUNTS = and_(AttendanceMark.is_counted, ~AttendanceMark.is_disputed)


class Mark(NamedTuple):
    """What holds now for one person."""

    id: int
    participant_id: int
    status: AttendanceStatus
    minutes: int
    how: RecordedHow
    event_id: uuid.UUID
    has_rivals: bool
    is_disputed: bool


@dataclass(frozen=True)
class Coming:
    """A coming session for somebody with a place, and whether she comes."""

    offering_session: OfferingSession
    enrolment_uuid: uuid.UUID
    is_excused: bool
    may_take_back: bool
    same_time: str = ""  # another activity of hers that takes place then


def get_register(session: Session, actor: Actor, session_uuid: uuid.UUID) -> OfferingSession:
    """A session whose register the actor keeps, with its offering and organisation."""
    found = _kept_by(session, session_uuid, actor.keeps_registers_of)
    if not found or found[0].offering is None:
        raise NotFound("register")
    return found[0]


@asks_all
def _kept_by(session_uuid: uuid.UUID, organisations: Collection[int]) -> Select[OfferingSession]:
    return (
        select(OfferingSession)
        .where(
            OfferingSession.uuid == session_uuid, OfferingSession.organisation_id.in_(organisations)
        )
        .options(joinedload(OfferingSession.offering).joinedload(Offering.organisation))
    )


def marks_of(session: Session, session_id: int) -> dict[int, Mark]:
    """What holds now on one register, by the enrolment's id."""
    return {enrolment_id: Mark(*mark) for enrolment_id, *mark in _marks(session, session_id)}


@asks_rows
def _marks(session_id: int) -> Select[*tuple[Any, ...]]:
    row = AttendanceMark
    found = select(row.enrolment_id, *(getattr(row, name) for name in Mark._fields))
    return found.where(row.session_id == session_id)


def places_marked(session: Session, session_id: int) -> Places:
    """List whom one register has marks of, also who moved off it: see `Places`."""
    rows = past_guard(session).execute(
        select(Enrolment.uuid, Enrolment.id, Enrolment.participant_id)
        .join(AttendanceMark, AttendanceMark.enrolment_id == Enrolment.id)
        .where(AttendanceMark.session_id == session_id)
    )
    return {row.uuid: (row.id, row.participant_id) for row in rows}


def find_register(session: Session, session_id: int) -> Register | None:
    """The register of a session, once something was written on it."""
    return session.scalar(_REGISTER, {"of": session_id})


@asks_rows
def read_register(session_id: int) -> Select[*tuple[Any, ...]]:
    """Find the same to look at only: a row, or none."""
    row = Register
    found = select(row.session_id, row.version, row.disputes, row.closed_at, row.closed_by_id)
    return found.where(row.session_id == session_id)


def last_change(session: Session, session_id: int) -> int:
    """Number one register's last change, for a form to say what it knew."""
    return _last_change(session, session_id)[0] or 0


@asks_all
def _last_change(session_id: int) -> Select[int | None]:
    return select(func.max(AttendanceChange.id)).where(AttendanceChange.session_id == session_id)


def seen_before(
    session: Session,
    session_id: int,
    enrolment_ids: Collection[int],
    last: int,
    user_id: int | None,
) -> dict[int, tuple[uuid.UUID, ...]]:
    """List the event ids a user had seen of those changed after `last`."""
    query = select(
        AttendanceChange.enrolment_id,
        AttendanceChange.event_id,
        or_(AttendanceChange.id <= last, AttendanceChange.recorded_by_id == user_id).label("seen"),
    ).where(
        AttendanceChange.session_id == session_id,
        AttendanceChange.enrolment_id.in_(enrolment_ids),
    )
    rows = session.execute(query).all()
    return {
        row.enrolment_id: tuple(
            one.event_id for one in rows if one.enrolment_id == row.enrolment_id and one.seen
        )
        for row in rows
        if not row.seen
    }


_REGISTER = select(Register).where(Register.session_id == bindparam("of"))


def minutes_by_enrolment(session: Session, enrolment_ids: Collection[int]) -> dict[int, int]:
    """Minutes that count so far, by the enrolment's id; 0 when there are none yet.

    Given all enrolments of one person that the reader sees, they add up to her hours: a minute in
    two groups at once counts in one of them.
    """
    found = dict.fromkeys(enrolment_ids, 0)
    query = select(
        AttendanceMark.participant_id,
        AttendanceMark.enrolment_id,
        AttendanceMark.minutes,
        OfferingSession.starts_at,
        OfferingSession.ends_at,
    ).join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
    rows = session.execute(
        query.where(
            AttendanceMark.enrolment_id.in_(enrolment_ids),
            OfferingSession.status != SessionStatus.CANCELLED,
            COUNTS,
        ).order_by(AttendanceMark.participant_id, OfferingSession.starts_at, AttendanceMark.id)
    )
    for _person, of_one in groupby(rows, key=lambda row: row.participant_id):
        stretches = list(of_one)
        for row, minutes in zip(stretches, credit(stretches), strict=True):
            found[row.enrolment_id] += minutes
    return found


def get_session(session: Session, session_uuid: uuid.UUID) -> OfferingSession:
    """A session by its address, for somebody who says whether she comes."""
    return one_or_not_found(session, select(OfferingSession).filter_by(uuid=session_uuid))


def list_coming(
    session: Session,
    participant_id: int,
    now: datetime,
    *,
    enrolment_id: int | None = None,
    with_cancelled: bool = False,
    most: int = 4,
) -> list[Coming]:
    """What is still to come where a participant has a place, the first one first."""
    statuses = list(SessionStatus) if with_cancelled else [SessionStatus.PLANNED]
    rows = _to_come(session, participant_id, now, statuses, enrolment_id, most)
    coming = [row for row, *_ in rows if not row.is_cancelled]
    return [
        Coming(
            row,
            enrolment_uuid,
            status is AttendanceStatus.EXCUSED and not row.is_cancelled,
            how is RecordedHow.BY_HERSELF,
            next((one.offering.title for one in coming if one.overlaps(row)), ""),
        )
        for row, enrolment_uuid, status, how in rows
    ]


@asks_rows
def _to_come(
    participant_id: int, now: datetime, statuses: Sequence[SessionStatus], of: int | None, most: int
) -> Select[OfferingSession, uuid.UUID, AttendanceStatus, RecordedHow]:
    return (
        select(OfferingSession, Enrolment.uuid, AttendanceMark.status, AttendanceMark.how)
        .join(Enrolment, Enrolment.offering_id == OfferingSession.offering_id)
        .join(OfferingSession.offering)
        .outerjoin(
            AttendanceMark,
            (AttendanceMark.session_id == OfferingSession.id)
            & (AttendanceMark.enrolment_id == Enrolment.id),
        )
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            OfferingSession.starts_at > now,
            OfferingSession.status.in_(statuses),
            Enrolment.id == func.coalesce(of, Enrolment.id),
        )
        .options(contains_eager(OfferingSession.offering))
        .order_by(OfferingSession.starts_at, OfferingSession.id)
        .limit(most)
    )
