"""One group over time: who came to which of its last sessions, for whoever keeps its registers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.attendance.rules.trend import Trend, trend
from portal.core import clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_MOST_SESSIONS = 12


@dataclass(frozen=True)
class InGroup:
    """One person of the group: her marks by the session's id, and what they say."""

    enrolment: Enrolment
    marks: Mapping[int, AttendanceStatus]
    trend: Trend


@dataclass(frozen=True)
class Over:
    """The last sessions of a group, the first first, and who takes part, by name."""

    sessions: Sequence[OfferingSession]
    rows: Sequence[InGroup]

    def present(self, session_id: int) -> int:
        """How many of them were at a session."""
        return sum(row.marks.get(session_id) is AttendanceStatus.PRESENT for row in self.rows)


def over_time(session: Session, offering: Offering) -> Over:
    """Read a group's last twelve sessions and who came, in three queries."""
    held = session.scalars(
        select(OfferingSession)
        .where(
            OfferingSession.offering_id == offering.id,
            OfferingSession.status != SessionStatus.CANCELLED,
            OfferingSession.starts_at <= clock.now(),
        )
        .order_by(OfferingSession.starts_at.desc(), OfferingSession.id.desc())
        .limit(_MOST_SESSIONS)
    ).all()[::-1]
    people = session.scalars(
        select(Enrolment)
        .join(Enrolment.participant)
        .where(Enrolment.offering_id == offering.id, Enrolment.status == EnrolmentStatus.ENROLLED)
        .options(joinedload(Enrolment.participant))
        .order_by(Participant.folded_name, Enrolment.id)
    ).all()
    marks: dict[int, dict[int, AttendanceStatus]] = {}
    for enrolment_id, session_id, status in session.execute(
        select(AttendanceMark.enrolment_id, AttendanceMark.session_id, AttendanceMark.status).where(
            AttendanceMark.session_id.in_([one.id for one in held])
        )
    ):
        marks.setdefault(enrolment_id, {})[session_id] = status
    return Over(held, [_row(one, held, marks.get(one.id, {}), offering) for one in people])


def _row(
    enrolment: Enrolment,
    held: Sequence[OfferingSession],
    marks: Mapping[int, AttendanceStatus],
    offering: Offering,
) -> InGroup:
    in_order = [marks[one.id] for one in held if one.id in marks]
    return InGroup(enrolment, marks, trend(in_order, offering.absences_signal))
