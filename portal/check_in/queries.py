"""Reads for checking in: which sessions a code may be of, and how many came in."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, joinedload

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.rules import OPENS_BEFORE, Candidate, Judgement, Verdict, is_open, judge
from portal.core import Actor, as_house, asks_rows, clock, one_or_not_found, or_not_found, to_local
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_LONGEST = timedelta(days=1)  # of a session
_LOOK_BACK = timedelta(days=8)  # so that the code of last week is recognised
_LOOK_AHEAD = timedelta(hours=12)


def judge_code(
    session: Session, actor: Actor, secret: bytes, typed: str, at: datetime
) -> Judgement:
    """Judge a typed code; of who says not who she is, only its worth."""
    running = list_running(session, at)
    if not actor.is_participant:
        return judge(secret, typed, [_candidate(row, is_hers=True) for row in running], at)
    hers = list_hers(session, actor, at)
    own = {row.id for row in hers}
    others = [_candidate(row, is_hers=False) for row in running if row.id not in own]
    judged = judge(secret, typed, [*(_candidate(row, is_hers=True) for row in hers), *others], at)
    if judged.verdict is Verdict.OTHER_GROUP and judged.about:
        by_uuid = {row.uuid: row.organisation_id for row in running}
        if by_uuid[judged.about.uuid] not in actor.opens:
            return Judgement(Verdict.OTHER_CARD, judged.about)
    return judged


def list_running(session: Session, at: datetime) -> Sequence[OfferingSession]:
    """The sessions, of whomever, at which people can check in at a moment."""
    query = select(OfferingSession).where(
        OfferingSession.starts_at <= at + OPENS_BEFORE,
        OfferingSession.starts_at > at - _LONGEST,
        OfferingSession.ends_at >= at,
        OfferingSession.status == SessionStatus.PLANNED,
    )
    return session.scalars(query.order_by(OfferingSession.starts_at, OfferingSession.id)).all()


def list_hers(session: Session, actor: Actor, at: datetime) -> list[Any]:
    """List sessions, of last days and next hours, with her on the register."""
    found: dict[int, Any] = {}
    for row in _hers(session, actor.participant_id, at - _LOOK_BACK, at + _LOOK_AHEAD):
        day = to_local(row.starts_at).date()
        if row.started_on and clock.is_within(day, row.started_on, row.ended_on):
            found[row.id] = row
    return list(found.values())


@asks_rows
def _hers(participant_id: int | None, after: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    at = OfferingSession
    return (
        select(at.id, at.uuid, at.starts_at, at.ends_at, Enrolment.started_on, Enrolment.ended_on)
        .join(Enrolment, Enrolment.offering_id == at.offering_id)
        .where(
            Enrolment.participant_id == participant_id,
            Enrolment.status.in_(TOOK_PART),
            at.starts_at > after,
            at.starts_at <= until,
            at.status == SessionStatus.PLANNED,
        )
        .order_by(at.starts_at, at.id)
    )


def may_check_in(session: Session, actor: Actor, at: datetime) -> bool:
    """Whether a participant can check in somewhere at this moment."""
    return any(is_open(row.starts_at, row.ends_at, at) for row in list_hers(session, actor, at))


def get_session(session: Session, session_uuid: uuid.UUID) -> OfferingSession:
    """Read a session with its offering, for its kiosk or for her on it."""
    query = select(OfferingSession).filter_by(uuid=session_uuid)
    with as_house(session):  # a kiosk is nobody; what it shows of the offering is public
        return one_or_not_found(session, query.options(joinedload(OfferingSession.offering)))


def now_or_next(session: Session, row: OfferingSession, at: datetime) -> OfferingSession:
    """Find which session a tablet is for: its own, or its group's next after that."""
    if at <= row.ends_at and not row.is_cancelled:
        return row
    with as_house(session):  # a kiosk is nobody, and when a group meets is public
        coming = session.scalar(
            select(OfferingSession)
            .where(
                OfferingSession.offering_id == row.offering_id,
                OfferingSession.status == SessionStatus.PLANNED,
                OfferingSession.ends_at >= at,
            )
            .options(joinedload(OfferingSession.offering))
            .order_by(OfferingSession.starts_at, OfferingSession.id)
            .limit(1)
        )
    return coming or row


def count_checked_in(session: Session, session_id: int) -> int:
    """How many checked in themselves: a number, no names."""
    query = select(func.count()).where(
        AttendanceMark.session_id == session_id,
        AttendanceMark.how == RecordedHow.CHECKED_IN,
        AttendanceMark.status == AttendanceStatus.PRESENT,
    )
    with as_house(session):
        return session.scalar(query) or 0


def get_here(
    session: Session, actor: Actor, session_id: int
) -> Row[AttendanceStatus, int, bool, int]:
    """Read what is written down of a participant at a session; `NotFound` when nothing is."""
    mark = AttendanceMark
    query = select(mark.status, mark.minutes, mark.is_disputed, mark.enrolment_id)
    hers = query.filter_by(session_id=session_id, participant_id=actor.participant_id)
    found = session.execute(hers.order_by(mark.enrolment_id).limit(1)).first()
    return or_not_found(found, "mark")


def _candidate(row: Any, *, is_hers: bool) -> Candidate:
    return Candidate(row.uuid, row.starts_at, row.ends_at, is_hers)
