"""Reads of the sessions that were held, and of months without a word about money."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.attendance import queries as attendance
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core.clock import day_bounds, to_local
from portal.enrolments.models import Enrolment
from portal.impact.models import InvestmentEntry
from portal.impact.rules import Period
from portal.impact.rules.investment import last_months
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

IS_COUNTED_PRESENT = and_(attendance.COUNTS, AttendanceMark.status == AttendanceStatus.PRESENT)
_MONTHS_ASKED = 3  # of what is longer ago nobody knows


def began_in(organisation_id: int, period: Period) -> ColumnElement[bool]:
    """Whether a session of an organisation began in the period.

    Said of the session, not of its marks: so a database reads no mark of another's.
    """
    starts, ends = day_bounds(period.from_on, period.until_on)
    return and_(
        OfferingSession.organisation_id == organisation_id,
        OfferingSession.starts_at >= starts,
        OfferingSession.starts_at < ends,
    )


def was_here(*then: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody was there at a place in a group, in a session of then.

    By place and not by mark: the first one found is enough, however long it has been. As a value it
    is looked up place by place; of EXISTS PostgreSQL makes a join, and takes minutes over it where
    it has counted its tables while they were being filled.
    """
    here = (
        select(AttendanceMark.id)
        .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
        .where(
            AttendanceMark.enrolment_id == Enrolment.id,
            IS_COUNTED_PRESENT,
            OfferingSession.status != SessionStatus.CANCELLED,
            *then,
        )
    )
    return here.limit(1).scalar_subquery().is_not(None)


def list_here(session: Session, organisation_id: int, period: Period) -> set[int]:
    """List who was there at least once, by her id, as a report counts people."""
    ours = Enrolment.organisation_id == organisation_id
    here = select(Enrolment.participant_id).where(ours, was_here(began_in(organisation_id, period)))
    return set(session.scalars(here))


def list_held(session: Session, organisation_id: int, period: Period) -> Sequence[OfferingSession]:
    """List the sessions of a period that were held with somebody present, as they count."""
    had_people = (
        select(AttendanceMark.id)
        .where(AttendanceMark.session_id == OfferingSession.id, IS_COUNTED_PRESENT)
        .exists()
    )
    return session.scalars(
        select(OfferingSession).where(
            began_in(organisation_id, period),
            OfferingSession.status != SessionStatus.CANCELLED,
            had_people,
        )
    ).all()


def minutes_held(session: Session, organisation_id: int, period: Period) -> int:
    """How long the sessions with somebody present lasted together: a guide's time at the least."""
    return sum(row.minutes for row in list_held(session, organisation_id, period))


def list_unfilled(session: Session, organisation_id: int | None, today: date) -> list[date]:
    """List the last months with people, of which nothing was written down.

    Who never filled in a month is not asked.
    """
    of_ours = InvestmentEntry.organisation_id == organisation_id
    filled = set(session.scalars(select(InvestmentEntry.month).where(of_ours).distinct()))
    asked = [month for month in last_months(today, _MONTHS_ASKED + 1)[1:] if month not in filled]
    if organisation_id is None or not filled or not asked:
        return []
    period = Period(asked[-1], today.replace(day=1) - timedelta(days=1))
    held = list_held(session, organisation_id, period)
    months = {to_local(row.starts_at).date().replace(day=1) for row in held}
    return [month for month in reversed(asked) if month in months]
