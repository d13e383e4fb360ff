"""Until when an organisation has somebody: set here, whatever changes an enrolment.

While anything of hers is open there it has her; then until `HOLD` after her last day. It is
compared with the day when it is asked, so nothing has to run for it to end.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, case, event, func, inspect, select
from sqlalchemy.orm import Session

from portal.core import past_guard
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, TOOK_PART
from portal.participants.commands import set_held_until
from portal.participants.rules import HOLD

_WHAT_COUNTS = ("status", "ended_on", "participant_id")


@event.listens_for(Session, "after_flush")
def _after_a_change(session: Session, _context: Any) -> None:
    rows = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, Enrolment) and _counts(session, row)
    ]
    if rows:
        people = {row.participant_id for row in rows}
        renew(past_guard(session), {row.organisation_id for row in rows}, people)


def _counts(session: Session, row: Enrolment) -> bool:
    attributes = inspect(row).attrs
    return row not in session.dirty or any(
        attributes[name].history.has_changes() for name in _WHAT_COUNTS
    )


def renew(
    connection: Connection,
    organisation_ids: Collection[int] | None = None,
    participant_ids: Collection[int] | None = None,
) -> None:
    """Set until when these organisations have these people; None stands for all."""
    query = select(
        Enrolment.organisation_id,
        Enrolment.participant_id,
        func.max(case((Enrolment.status.in_(OPEN), 1), else_=0)).label("is_open"),
        func.max(case((Enrolment.status.in_(TOOK_PART), Enrolment.ended_on))).label("last_on"),
    ).group_by(Enrolment.organisation_id, Enrolment.participant_id)
    if organisation_ids is not None:
        query = query.where(Enrolment.organisation_id.in_(organisation_ids))
    if participant_ids is not None:
        query = query.where(Enrolment.participant_id.in_(participant_ids))
    rows = [
        {
            "organisation": row.organisation_id,
            "participant": row.participant_id,
            "until": None if row.is_open or row.last_on is None else row.last_on + HOLD,
        }
        for row in connection.execute(query)
    ]
    set_held_until(connection, rows)
