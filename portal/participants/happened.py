"""What was done with a participant's keys, contact and name, for her own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.actor import Actor, ActorKind
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound
from portal.organisations.models import Organisation
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import own_links

# What staff did, and the events after it that leave nothing to undo.
_UNDONE_BY = {
    "participant.card_issued": {"participant.card_issued", "participant.key_ended"},
    "participant.contact_changed": {"participant.contact_put_back"},
    "participant.merged": {"participant.unmerged"},
}
EVENTS = {
    *_UNDONE_BY,
    "participant.renamed",
    "participant.key_ended",
    "participant.contact_put_back",
    "participant.unmerged",
    "participant.sent_on",
}
_MOST = 12


@dataclass(frozen=True)
class Happened:
    """One thing that was done: when, by whom, for which organisation."""

    id: int
    event: str
    at: datetime
    by: str | None  # None: she did it herself
    organisation: str | None
    organisation_id: int | None
    about_id: int | None  # the merge, or the key
    can_undo: bool


def list_happened(session: Session, actor: Actor) -> list[Happened]:
    """The latest things, as far as her session opens the organisation that they are of."""
    links = {link.organisation_id: link for link in own_links(session, actor.participant_id or 0)}
    rows = session.execute(
        select(AuditEvent, User.name, Organisation.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            AuditEvent.subject == Participant.__tablename__,
            AuditEvent.subject_id == actor.participant_id,
            AuditEvent.event.in_(EVENTS),
            AuditEvent.organisation_id.in_(links),
        )
        .order_by(AuditEvent.id.desc())
        .limit(_MOST)
    ).all()
    later: set[tuple[str, int | None]] = set()
    found = []
    for event, name, organisation in rows:
        found.append(
            Happened(
                event.id, event.event, event.created_at, name, organisation,
                event.organisation_id, event.data.get("merge") or event.data.get("key"),
                _can_undo(event, links.get(event.organisation_id or 0), later),
            )
        )  # fmt: skip
        later.add((event.event, event.organisation_id))
    return found


def get_happened(session: Session, actor: Actor, event_id: int) -> Happened:
    """One of them that can still be undone."""
    for one in list_happened(session, actor):
        if one.id == event_id and one.can_undo:
            return one
    raise NotFound("event")


def _can_undo(
    event: AuditEvent, link: ParticipantLink | None, later: set[tuple[str, int | None]]
) -> bool:
    """Only the last of its kind; and what she did herself may have been somebody else."""
    after = _UNDONE_BY.get(event.event)
    if after is None or link is None:
        return False
    if any((name, event.organisation_id) in later for name in {event.event, *after}):
        return False
    if event.event == "participant.contact_changed":
        return link.earlier is not None
    return event.actor_kind is ActorKind.STAFF


__all__ = ["Happened", "get_happened", "list_happened"]
