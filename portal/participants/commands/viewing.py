"""The view log: who opened a person's page, so that she can see it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.core.reading import is_any
from portal.participants.models import Participant

VIEWED = "participant.viewed"


def note_view(session: Session, actor: Actor, participant_id: int) -> None:
    """Write down that `actor` looked at a person; once a day is enough to know."""
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    seen = select(AuditEvent.id).where(
        AuditEvent.event == VIEWED,
        AuditEvent.subject == Participant.__tablename__,
        AuditEvent.subject_id == participant_id,
        AuditEvent.user_id == actor.user_id,
        AuditEvent.organisation_id == actor.organisation_id,
        AuditEvent.created_at >= midnight,
    )
    if not is_any(session, seen):
        audit.record(session, actor, VIEWED, session.get_one(Participant, participant_id))
