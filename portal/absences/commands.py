"""Noting what was done about an absence, and asking her by a message."""

import uuid

from sqlalchemy import select

from portal.absences.models import AbsenceFollowUp
from portal.absences.rules import FollowUp
from portal.core import Actor, NotAllowed, Permission, Session, audit, clock, hold_lock
from portal.core.reading import is_any, one_or_not_found
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.commands import tell
from portal.notices.rules import Channel
from portal.participants.queries import recipient_of
from portal.schedule.models import OfferingSession
from portal.schedule.queries import next_sessions


def follow_up(
    session: Session, actor: Actor, enrolment: Enrolment, missed: uuid.UUID, step: FollowUp
) -> bool:
    """Note what is done about an absence; False when a colleague has just done something."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    at = one_or_not_found(
        session, select(OfferingSession).filter_by(uuid=missed, offering_id=enrolment.offering_id)
    )
    hold_lock(session, f"absence.{enrolment.id}")
    was_done = select(AbsenceFollowUp.id).filter_by(enrolment_id=enrolment.id, session_id=at.id)
    if is_any(session, was_done) or enrolment.status is not EnrolmentStatus.ENROLLED:
        return False
    done = AbsenceFollowUp(**enrolment.whose, session_id=at.id, step=step, user_id=actor.user_id)
    audit.add(session, actor, "absence.followed_up", done, step=step.value)
    if step is FollowUp.MESSAGE:
        _send(session, enrolment)
    return True


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
