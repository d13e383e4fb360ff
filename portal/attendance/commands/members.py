"""Reminding the members of a cooperative of the registers that wait, once a day."""

from datetime import datetime

from sqlalchemy import func, select

from portal.attendance import rules
from portal.attendance.queries.members import last_weeks, list_of_members
from portal.core import Actor, AuditEvent, NotAllowed, Permission, Session, audit, clock, hold_lock
from portal.notices.commands import tell
from portal.organisations.queries import get_own, list_recipients

REMINDED = "registers.reminded"


def last_reminded(session: Session, actor: Actor) -> datetime | None:
    """When somebody of the actor's cooperative reminded the members today."""
    today, _ = clock.day_bounds(clock.today(), clock.today())
    return session.scalar(
        select(func.max(AuditEvent.created_at)).where(
            AuditEvent.event == REMINDED,
            AuditEvent.organisation_id == actor.organisation_id,
            AuditEvent.created_at >= today,
        )
    )


def remind_members(session: Session, actor: Actor) -> int | None:
    """Tell late members' teams how many registers wait; returns how many, None when done today."""
    if not actor.may(Permission.RECORD_ATTENDANCE):
        raise NotAllowed
    cooperative = get_own(session, actor)
    hold_lock(session, f"{REMINDED}.{cooperative.id}")
    if last_reminded(session, actor) is not None:
        return None
    members = list_of_members(session, actor, *last_weeks(clock.today()))
    behind = [member for member in members if member.late]
    for member in behind:
        for to in list_recipients(session, member.organisation.id, Permission.RECORD_ATTENDANCE):
            tell(
                session,
                to,
                "attendance/logbook",
                organisation=member.organisation.name,
                cooperative=cooperative.name,
                late=member.late,
                never=member.count(rules.RegisterState.NEVER_LOGGED),
            )
    if behind:
        ids = [member.organisation.id for member in behind]
        audit.record(
            session, actor, REMINDED, cooperative, organisation_id=cooperative.id, members=ids
        )
    return len(behind)
