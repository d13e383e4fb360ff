"""The view log: who opened a person's page, so that she can see it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import Actor, AuditEvent, audit, clock, is_any
from portal.participants.models import Participant

VIEWED = "participant.viewed"


def note_view(session: Session, actor: Actor, participant_id: int) -> None:
    """Write down that `actor` looked at a person; once a day is enough to know."""
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    note_once(session, actor, VIEWED, session.get_one(Participant, participant_id), midnight)


def note_once(session: Session, actor: Actor, event: str, row: Any, since: datetime) -> None:
    """Write an event down unless this actor did the same since then."""
    seen = select(AuditEvent.id).where(
        audit.is_about(row.__tablename__, row.id, event),
        AuditEvent.user_id.is_not_distinct_from(actor.user_id),
        AuditEvent.organisation_id.is_not_distinct_from(actor.organisation_id),
        AuditEvent.created_at >= since,
    )
    if not is_any(session, seen):
        audit.record(session, actor, event, row)
