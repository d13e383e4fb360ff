"""Reads of kept searches and activities: hers, and the search that a link is about."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select

from portal.core import Link, NotFound, Session, as_house, asks_rare, clock, one_or_not_found
from portal.notices.rules import Recipient
from portal.participants.queries import recipients
from portal.searches.models import KeptSearch, SavedOffering


@asks_rare
def list_own(participant_id: int | None, now: datetime) -> Select[KeptSearch]:
    """What a participant looks for now, the newest first."""
    row = KeptSearch
    hers = select(row).where(row.participant_id == participant_id, row.expires_at > now)
    return hers.order_by(row.id.desc())


def list_saved(session: Session, participant_id: int | None) -> list[int]:
    """Ids of the activities that she saved, the latest first, each once."""
    query = select(SavedOffering.offering_id).where(SavedOffering.participant_id == participant_id)
    rows = session.scalars(query.order_by(SavedOffering.id.desc()))
    return list(dict.fromkeys(rows))


def get_own(session: Session, search_uuid: uuid.UUID) -> KeptSearch:
    """One that the reader may see."""
    return one_or_not_found(session, select(KeptSearch).where(KeptSearch.uuid == search_uuid))


def find_linked(session: Session, link: Link, token: str) -> KeptSearch:
    """Find a link's search; `NotFound` once it is told elsewhere."""
    with as_house(session):  # whoever holds the link has not said who she is
        found = get_own(session, link.row)
    to = told_at(session, [found]).get(found.id)
    if to is None or not link.is_for(to.contact, token) or found.expires_at < clock.now():
        raise NotFound("link")
    return found


def told_at(session: Session, rows: Iterable[KeptSearch]) -> dict[int, Recipient]:
    """Map searches to where they are told; without those nobody knows."""
    pairs = {row.id: (row.participant_id or 0, row.organisation_id or 0) for row in rows}
    known = recipients(session, set(pairs.values()))
    typed = {
        row.id: Recipient("", row.address, row.language, by=row.channel)
        for row in rows
        if row.participant_id is None
    }
    return typed | {id_: known[pair] for id_, pair in pairs.items() if pair in known}
