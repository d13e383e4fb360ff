"""Until when an offering runs: kept on its row, whatever changes a session.

A group whose last session has ended is over from that moment on, wherever it is asked: nothing has
to run for it. Whoever writes sessions past the ORM calls `renew`.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.core import past_guard
from portal.offerings.commands import set_last_moment
from portal.offerings.models import Offering
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus


@event.listens_for(Session, "after_flush")
def _after_a_change(session: Session, _context: Any) -> None:
    rows = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, OfferingSession)
    ]
    ids = {row.offering_id for row in rows}
    if not ids:
        return
    renew(past_guard(session), ids)
    query = select(Offering.id, Offering.runs_until).where(Offering.id.in_(ids))
    until = {row.id: row.runs_until for row in past_guard(session).execute(query)}
    for row in session.identity_map.values():
        if isinstance(row, Offering) and row.id in until:
            set_committed_value(row, "runs_until", until[row.id])


def renew(connection: Connection, offering_ids: Collection[int] | None = None) -> None:
    """Write down until when these offerings run; None stands for all."""
    at = OfferingSession
    last = select(func.max(at.ends_at)).where(
        at.offering_id == Offering.id, at.status == SessionStatus.PLANNED
    )
    set_last_moment(connection, last.scalar_subquery(), offering_ids)
