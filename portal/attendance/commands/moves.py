"""Marks stay where they were taken: what becomes of them when a session gets another time.

Who was here, or not, was so at one time. So a session of which that was written down keeps its time
for ever, and another session takes its place (`schedule.commands.moved`). A phone that was off
meanwhile speaks of the time that it knew, and its marks land there.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from portal.attendance.commands.closing import clear
from portal.attendance.commands.marks import Tap, save
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.core import N_, Actor, RuleBroken, Session, as_house, clock, to_local
from portal.core.audit import AuditEvent, is_about
from portal.enrolments.commands.steps import when_leaving
from portal.enrolments.models import Enrolment
from portal.schedule.commands.moved import keeps_in_place, leave_at, on_shorten
from portal.schedule.models import OfferingSession


@keeps_in_place
def list_marked(session: Session, session_ids: Collection[int]) -> set[int]:
    """List of which sessions it was ever written down who came; excuses aside."""
    if not session_ids:
        return set()
    with as_house(session):
        query = select(AttendanceChange.session_id).where(
            AttendanceChange.session_id.in_(session_ids),
            AttendanceChange.status != AttendanceStatus.EXCUSED,
            ~AttendanceChange.is_cleared,
        )
        rows = session.scalars(query.distinct())
        return set(rows)


@on_shorten
def fit_minutes(session: Session, actor: Actor, rows: Sequence[OfferingSession]) -> None:
    """Cut minutes to what a session lasts; what two contradict waits to be settled."""
    lengths = {row.id: row.minutes for row in rows}
    with as_house(session):
        marks = session.execute(
            select(
                AttendanceMark.session_id, AttendanceMark.enrolment_id,
                AttendanceMark.participant_id, AttendanceMark.minutes,
            ).where(AttendanceMark.session_id.in_(lengths), ~AttendanceMark.is_disputed)
        ).all()  # fmt: skip
        for row in rows:
            together, moved = uuid.uuid4(), CorrectionReason.MOVED
            taps = [
                Tap(
                    mark.enrolment_id, mark.participant_id, AttendanceStatus.PRESENT,
                    batch_id=together, reason=moved,
                )
                for mark in marks
                if mark.session_id == row.id and mark.minutes > lengths[row.id]
            ]  # fmt: skip
            if taps:
                save(session, actor, row, taps, RecordedHow.SHORTENED)


def find_where_taken(
    session: Session, row: OfferingSession, seen_at: datetime | None
) -> OfferingSession | None:
    """Find the session that began at `seen_at`, when something was tapped; else None.

    What was moved before anything was written gets a session at its old time again, as one that was
    moved away. Without `seen_at` it is the session as it is.
    """
    if seen_at in (None, row.starts_at):
        return row
    then = next((times for times in _times_before(session, row) if times[0] == seen_at), None)
    with as_house(session):
        query = select(OfferingSession).filter_by(offering_id=row.offering_id, starts_at=seen_at)
        there = session.scalar(query.with_for_update().execution_options(populate_existing=True))
        if there is None and then is not None:
            there = leave_at(session, row, then)
    return there


def _times_before(session: Session, row: OfferingSession) -> list[tuple[datetime, datetime]]:
    """When it was to be before it was moved, the latest first."""
    with as_house(session):
        query = select(AuditEvent.data).where(is_about(row.__tablename__, row.id, "session.moved"))
        events = session.scalars(query.order_by(AuditEvent.id.desc())).all()
    read = datetime.fromisoformat
    return [(read(data["before"]), read(data["before_ends"])) for data in events]


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
