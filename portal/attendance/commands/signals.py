"""Somebody stayed away several times: what to do next, and what was done. Never a label on her."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.accounts.models import User
from portal.attendance.models import AbsenceFollowUp, AttendanceMark
from portal.attendance.rules import AttendanceStatus, FollowUp, absences_in_a_row
from portal.core import Actor, NotAllowed, Permission, audit, clock, is_any, one_or_not_found
from portal.core.database import hold_lock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.commands import tell
from portal.notices.rules import Channel
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.participants.queries import recipient_of
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession
from portal.schedule.queries import next_sessions
from portal.schedule.rules import SessionStatus

_WITHIN = timedelta(weeks=13)


@dataclass(frozen=True)
class LongAbsent:
    """Somebody to get in touch with; `missed` is the last session that she missed."""

    enrolment: Enrolment
    missed: uuid.UUID
    times: int

    @property
    def takes_messages(self) -> bool:
        """Whether the house can send her one; else staff write to her themselves."""
        link = self.enrolment.link
        return link is None or link.contact_way is not ContactWay.CALL


@dataclass
class _Row:
    statuses: list[AttendanceStatus]
    missed: int
    missed_at: datetime
    signal: int

    @property
    def times(self) -> int:
        return absences_in_a_row(self.statuses)


def list_long_absent(session: Session, actor: Actor, now: datetime) -> list[LongAbsent]:
    """With whom somebody has to get in touch, by name: a signal for the day.

    Those who take part, who were absent as often in a row as the offering says (0: never), and
    after whose last absence nothing was done yet.
    """
    rows = {key: row for key, row in _rows(session, actor, now).items() if row.times >= row.signal}
    done = _followed_until(session, rows)
    due = {key: row for key, row in rows.items() if key not in done or row.missed_at > done[key]}
    people = session.scalars(
        select(Enrolment)
        .join(Enrolment.participant)
        .join(Enrolment.offering)
        .where(Enrolment.id.in_(due))
        .options(
            contains_eager(Enrolment.participant),
            contains_eager(Enrolment.offering),
            joinedload(Enrolment.link),
        )
        .order_by(Participant.folded_name, Enrolment.id)
    )
    missed = session.execute(
        select(OfferingSession.id, OfferingSession.uuid).where(
            OfferingSession.id.in_({row.missed for row in due.values()})
        )
    )
    uuids = {row.id: row.uuid for row in missed}
    return [LongAbsent(one, uuids[due[one.id].missed], due[one.id].times) for one in people]


def follow_up(
    session: Session, actor: Actor, enrolment: Enrolment, missed: uuid.UUID, step: FollowUp
) -> bool:
    """Note what is done about an absence; False when a colleague has just done something."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    at = one_or_not_found(
        session,
        select(OfferingSession).where(
            OfferingSession.uuid == missed, OfferingSession.offering_id == enrolment.offering_id
        ),
    )
    hold_lock(session, f"absence.{enrolment.id}")
    was_done = select(AbsenceFollowUp.id).where(
        AbsenceFollowUp.enrolment_id == enrolment.id, AbsenceFollowUp.session_id == at.id
    )
    if is_any(session, was_done) or enrolment.status is not EnrolmentStatus.ENROLLED:
        return False
    done = AbsenceFollowUp(
        enrolment_id=enrolment.id,
        organisation_id=enrolment.organisation_id,
        participant_id=enrolment.participant_id,
        session_id=at.id,
        step=step,
        user_id=actor.user_id,
    )
    session.add(done)
    audit.record(session, actor, "absence.followed_up", done, step=step.value)
    if step is FollowUp.MESSAGE:
        _send(session, enrolment)
    return True


def list_follow_ups(
    session: Session, participant_id: int, most: int = 5
) -> Sequence[Row[datetime, FollowUp, str, str, str]]:
    """List what was done when a person stayed away, the latest first."""
    return session.execute(
        select(
            AbsenceFollowUp.created_at.label("at"),
            AbsenceFollowUp.step,
            User.name.label("by"),
            Offering.title,
            Offering.text_language,
        )
        .join(Enrolment, Enrolment.id == AbsenceFollowUp.enrolment_id)
        .join(Enrolment.offering)
        .outerjoin(User, User.id == AbsenceFollowUp.user_id)
        .where(AbsenceFollowUp.participant_id == participant_id)
        .order_by(AbsenceFollowUp.id.desc())
        .limit(most)
    ).all()


def _rows(session: Session, actor: Actor, now: datetime) -> dict[int, _Row]:
    """The marks of who takes part and was absent where a signal is wanted, the latest first."""
    lately = (
        OfferingSession.organisation_id == actor.organisation_id,
        OfferingSession.starts_at >= now - _WITHIN,
        OfferingSession.status != SessionStatus.CANCELLED,  # nobody missed what did not go on
    )
    absent = (
        select(AttendanceMark.enrolment_id)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(AttendanceMark.status == AttendanceStatus.ABSENT, *lately)
    )
    marks = session.execute(
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.status,
            OfferingSession.id,
            OfferingSession.starts_at,
            Offering.absences_signal,
        )
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Enrolment.offering)
        .where(
            *lately,
            Offering.absences_signal > 0,
            Enrolment.status == EnrolmentStatus.ENROLLED,
            Enrolment.id.in_(absent),
        )
        .order_by(OfferingSession.starts_at.desc(), AttendanceMark.id)
    )
    found: dict[int, _Row] = {}
    for enrolment_id, status, missed, at, signal in marks:
        row = found.setdefault(enrolment_id, _Row([], missed, at, signal))
        if status is AttendanceStatus.ABSENT and AttendanceStatus.ABSENT not in row.statuses:
            row.missed, row.missed_at = missed, at
        row.statuses.append(status)
    return found


def _followed_until(session: Session, enrolment_ids: Collection[int]) -> dict[int, datetime]:
    rows = session.execute(
        select(AbsenceFollowUp.enrolment_id, func.max(OfferingSession.starts_at).label("until"))
        .join(OfferingSession, OfferingSession.id == AbsenceFollowUp.session_id)
        .where(AbsenceFollowUp.enrolment_id.in_(enrolment_ids))
        .group_by(AbsenceFollowUp.enrolment_id)
    )
    return {row.enrolment_id: row.until for row in rows}


def _send(session: Session, enrolment: Enrolment) -> None:
    """Ask her whether she comes; nobody is put on the list to call for it."""
    to = recipient_of(session, enrolment.organisation_id, enrolment.participant)
    if to.channel is Channel.CALL:
        return
    offering = enrolment.offering
    coming = next_sessions(session, [offering.id], clock.now()).get(offering.id)
    tell(
        session,
        to,
        "attendance/missed",
        organisation_id=enrolment.organisation_id,
        not_after=coming.starts_at if coming else None,
        enrolment=str(enrolment.uuid),
        title=offering.title,
        organisation=offering.organisation.name,
        phone=offering.organisation.phone,
        starts_at=coming.starts_at.isoformat() if coming else "",
    )
