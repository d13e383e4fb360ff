"""Who opened what is hers, and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import AuditEvent
from portal.organisations.models import Organisation

_MOST = 10


@dataclass(frozen=True)
class View:
    """That somebody opened it; without a name where it was nobody who signed in."""

    row_id: int
    at: datetime
    name: str | None
    organisation: str | None


def list_views(session: Session, event: str, table: str, row_ids: Collection[int]) -> list[View]:
    """The last openings of these rows of a table, the latest first."""
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.created_at, User.name, Organisation.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            AuditEvent.event == event,
            AuditEvent.subject == table,
            AuditEvent.subject_id.in_(row_ids),
        )
        .order_by(AuditEvent.id.desc())
        .limit(_MOST)
    )
    return [View(*row) for row in rows]
