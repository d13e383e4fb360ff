"""Reads about participants, their cards and programmes."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.actor import Actor, participant_actor
from portal.participants.models import Participant


def find_card_actor(session: Session, participant_id: int, card_version: int) -> Actor | None:
    """Who a participant's cookie stands for; None when her card was replaced since."""
    participant = session.get(Participant, participant_id)
    if participant is None or participant.card_version != card_version:
        return None
    return participant_actor(participant.id, participant.name)
