"""Doors of the organisations room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.organisations import queries
from portal.web.room import Room
from portal.web.signing_in import looks_up

room = Room("organisations", __name__)


@looks_up("staff")
def find_staff(
    session: Session, user_id: int, version: int, organisation_id: int | None
) -> Actor | None:
    """Who a staff cookie stands for."""
    return queries.find_staff_actor(session, user_id, version, organisation_id)
