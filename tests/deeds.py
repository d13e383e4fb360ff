"""What stands in the trail of who did what."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEvent
from portal.core.guard import as_house


def deeds(session: Session) -> list[str]:
    """Everything that was written down, in order."""
    session.flush()
    with as_house(session):
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)))
