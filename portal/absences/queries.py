"""Who stayed away and was not asked after yet, and what was done before."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.absences.models import AbsenceFollowUp
from portal.absences.rules import FollowUp
from portal.accounts.models import User
from portal.attendance import rules
from portal.attendance.models import AttendanceMark
from portal.core import Actor, asks_rows
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_WITHIN = timedelta(weeks=13)
_MOST = 5  # of what was done before


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


def list_long_absent(session: Session, actor: Actor, now: datetime) -> list[LongAbsent]:
    """With whom somebody has to get in touch, by name: a signal for the day.

    Those who take part, who were absent as often in a row as the offering says (0: never), and
    after whose last absence nothing was done yet.
    """
    marks = _marks(session, actor.organisation_id, now - _WITHIN)
    by_enrolment = grouped((mark.enrolment_id, mark) for mark in marks)
    times = {
        key: rules.absences_in_a_row(mark.status for mark in hers)
        for key, hers in by_enrolment.items()
    }
    last = {
        key: next(mark for mark in hers if mark.status is rules.AttendanceStatus.ABSENT)
        for key, hers in by_enrolment.items()
        if times[key] >= hers[0].absences_signal
    }
    if not last:
        return []
    done = dict[int, datetime](_followed_until(session, last))
    due = {key: mark for key, mark in last.items() if key not in done or mark.starts_at > done[key]}
    query = select(Enrolment).join(Enrolment.participant).join(Enrolment.offering)
    people = session.scalars(
        query.where(Enrolment.id.in_(due))
        .options(
            contains_eager(Enrolment.participant),
            contains_eager(Enrolment.offering),
            joinedload(Enrolment.link),
        )
        .order_by(Participant.folded_name, Enrolment.id)
    )
    return [LongAbsent(one, due[one.id].uuid, times[one.id]) for one in people]


def list_follow_ups(
    session: Session, participant_id: int
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
        .limit(_MOST)
    ).all()


@asks_rows
def _marks(organisation_id: int | None, since: datetime) -> Select[*tuple[Any, ...]]:
    """The marks of who takes part and was absent where a signal is wanted, the latest first."""
    lately = (
        OfferingSession.organisation_id == organisation_id,
        OfferingSession.starts_at >= since,
        OfferingSession.status != SessionStatus.CANCELLED,  # nobody missed what did not go on
    )
    absent = (  # often enough, in a row or not
        select(AttendanceMark.enrolment_id)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .join(Enrolment, Enrolment.id == AttendanceMark.enrolment_id)
        .join(Enrolment.offering)
        .where(AttendanceMark.status == rules.AttendanceStatus.ABSENT, *lately)
        .group_by(AttendanceMark.enrolment_id, Offering.absences_signal)
        .having(func.count() >= Offering.absences_signal)
    )
    return (
        select(
            AttendanceMark.enrolment_id,
            AttendanceMark.status,
            OfferingSession.uuid,
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


@asks_rows
def _followed_until(enrolment_ids: Collection[int]) -> Select[int, datetime]:
    return (
        select(AbsenceFollowUp.enrolment_id, func.max(OfferingSession.starts_at))
        .join(OfferingSession, OfferingSession.id == AbsenceFollowUp.session_id)
        .where(AbsenceFollowUp.enrolment_id.in_(enrolment_ids))
        .group_by(AbsenceFollowUp.enrolment_id)
    )
