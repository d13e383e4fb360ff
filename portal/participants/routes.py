"""Doors of the participants room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.participants import queries
from portal.web.room import Room
from portal.web.signing_in import looks_up

room = Room("participants", __name__)


@looks_up("card")
def find_participant(
    session: Session, participant_id: int, version: int, organisation_id: int | None
) -> Actor | None:
    """Who a card's cookie stands for."""
    return queries.find_card_actor(session, participant_id, version)
