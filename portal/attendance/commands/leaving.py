"""Her last day: what is written of her after it goes with her, but never that she was there."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.attendance.commands.closing import clear
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, CorrectionReason
from portal.core import N_, Actor, RuleBroken, as_house, clock, to_local
from portal.enrolments.commands.steps import when_leaving
from portal.enrolments.models import Enrolment
from portal.schedule.models import OfferingSession


@when_leaving
def let_marks_go(
    session: Session, actor: Actor, enrolment: Enrolment, last_on: date | None
) -> tuple[date | None, int]:
    """Take her marks after her last day; refuse a day before she was there.

    Where the house ends it by itself, that is her last day. The sessions after it are locked, so
    that nobody marks her there meanwhile. Returns her last day, and how many marks went.
    """
    with as_house(session):  # she leaves herself, too
        later = _lock_after(session, enrolment, last_on)
        marks = session.execute(
            select(AttendanceMark.session_id, AttendanceMark.status, AttendanceMark.is_disputed)
            .where(AttendanceMark.enrolment_id == enrolment.id)
            .where(AttendanceMark.session_id.in_(later))
        ).all()
        days = sorted(
            to_local(later[mark.session_id].starts_at).date()
            for mark in marks
            if later[mark.session_id].starts_at <= clock.now()
            and (mark.status is AttendanceStatus.PRESENT or mark.is_disputed)
        )
        if days and not actor.is_house:
            raise RuleBroken(
                "ended_on",
                N_("She was there after that day: {days}. Choose a later day, or change that."),
                days=", ".join(f"{day.day}-{day.month}-{day.year}" for day in days),
            )
        last_on = days[-1] if days else last_on
        gone = [
            later[mark.session_id]
            for mark in marks
            if last_on is None or to_local(later[mark.session_id].starts_at).date() > last_on
        ]
        for row in gone:
            whose = {enrolment.id: enrolment.participant_id}
            clear(session, actor, row, whose, CorrectionReason.LEFT)
        return last_on, len(gone)


def _lock_after(
    session: Session, enrolment: Enrolment, last_on: date | None
) -> dict[int, OfferingSession]:
    """The sessions of her group after a day that take place, by id, held until the end."""
    query = select(OfferingSession).where(OfferingSession.offering_id == enrolment.offering_id)
    if day := last_on or enrolment.started_on:
        first, after = clock.day_bounds(day, day)
        query = query.where(OfferingSession.starts_at >= (after if last_on else first))
    rows = session.scalars(query.order_by(OfferingSession.id).with_for_update())
    return {row.id: row for row in rows if not row.is_cancelled}
