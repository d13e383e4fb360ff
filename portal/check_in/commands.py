"""A participant is there, and says so."""

from datetime import datetime

from portal.attendance.commands import marks
from portal.attendance.models import Register
from portal.attendance.queries import marks_of
from portal.attendance.queries.sheet import weighed
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.check_in.rules import CheckInOutcome, is_open, minutes_from
from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, clock, hold_row
from portal.enrolments.queries import keys_on_register
from portal.schedule.models import OfferingSession


def check_in(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    at: datetime | None = None,
) -> CheckInOutcome:
    """Write down that a participant is here, as she says; twice is once.

    What somebody else wrote down about her before gives way, as she is there: unless the register
    was closed with it. Then hers is kept beside it and the guide decides. `at` is when she showed
    the code, where she had to say who she is after that.
    """
    if not actor.is_participant:
        raise NotAllowed
    if offering_session.organisation_id not in actor.opens:
        return CheckInOutcome.OTHER_CARD
    at = at or clock.now()
    locked = hold_row(session, OfferingSession, offering_session.id)
    if locked.is_cancelled:
        raise RuleBroken("", N_("This session was cancelled. Nobody can be marked."))
    if not is_open(locked.starts_at, locked.ends_at, at):
        raise RuleBroken("", N_("You can't check in now."))
    on_register = {
        key: person
        for key, person in keys_on_register(session, locked).items()
        if person == actor.participant_id
    }
    if not on_register:
        return CheckInOutcome.OTHER_GROUP
    before = marks_of(session, locked.id)
    key = min(on_register, key=lambda one: (one not in before, one))
    mark = before.get(key)
    if mark is not None and mark.status is AttendanceStatus.PRESENT and not mark.is_disputed:
        return CheckInOutcome.ALREADY
    minutes = minutes_from(locked.starts_at, locked.ends_at, at)
    tap = marks.Tap(key, on_register[key], AttendanceStatus.PRESENT, minutes)
    register = marks.register_of(session, locked)
    if register.closed_at is not None and _said_so(session, register, key):
        return CheckInOutcome.LEFT_TO_GUIDE
    how = RecordedHow.CHECKED_IN
    beside = marks.save(session, actor, locked, [tap], how, register=register, before=before)
    return CheckInOutcome.LEFT_TO_GUIDE if tap.event_id in beside else CheckInOutcome.WELCOME


def _said_so(session: Session, register: Register, enrolment_id: int) -> bool:
    """Whether she checked in after this register was closed: once is enough for the guide."""
    rows = weighed(session, register, [enrolment_id]).get(enrolment_id, [])
    return any(
        row.how is RecordedHow.CHECKED_IN and row.recorded_at > register.closed_at for row in rows
    )
