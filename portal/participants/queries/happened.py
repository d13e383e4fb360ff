"""What was done with what is hers: keys, contact and name, and who looked at it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from portal.accounts.models import User
from portal.core import Actor, ActorKind, AuditEvent, NotFound, Session, as_house, asks_rows
from portal.core.audit import is_about
from portal.core.browser_session import BrowserSession
from portal.organisations.models import Organisation
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import ids_within, own_links

NEW_DEVICE = "participant.new_device"
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
_MOST, _MOST_DEVICES = 12, 5  # apart: anybody with a card of hers can make many of these


@dataclass(frozen=True)
class Happened:
    """One thing that was done: when, by whom, for which organisation."""

    id: int
    event: str
    at: datetime
    by: str | None  # None: she did it herself
    organisation: str | None
    organisation_id: int | None
    about_id: int | None  # the merge, the key, or the session that can be ended
    can_undo: bool
    device: str = ""

    def is_new(self, here: int | None) -> bool:
        """Whether it is that this browser was new."""
        return self.event == "participant.new_device" and self.about_id == here


def list_happened(session: Session, actor: Actor, own: Sequence[ParticipantLink]) -> list[Happened]:
    """List the latest of organisations that her session opens; `own`: all her links."""
    links = {link.organisation_id: link for link in own}
    later: set[tuple[str, int | None]] = set()
    found = []
    for event in _latest(session, actor.participant_id, links, EVENTS, _MOST):
        found.append(
            Happened(
                event.id, event.event, event.created_at, event.by, event.organisation,
                event.organisation_id, event.data.get("merge") or event.data.get("key"),
                _can_undo(event, links.get(event.organisation_id or 0), later),
            )
        )  # fmt: skip
        later.add((event.event, event.organisation_id))
    done = found + _new_devices(session, actor, links)
    return sorted(done, key=lambda one: one.id, reverse=True)


@asks_rows
def _latest(
    participant_id: int | None, organisations: Collection[int], events: Collection[str], most: int
) -> Select[*tuple[Any, ...]]:
    event = AuditEvent
    return (
        select(
            event.id, event.event, event.created_at, event.organisation_id, event.actor_kind,
            event.data, User.name.label("by"), Organisation.name.label("organisation"),
        )
        .outerjoin(User, User.id == event.user_id)
        .outerjoin(Organisation, Organisation.id == event.organisation_id)
        .where(
            is_about(Participant.__tablename__, participant_id),
            event.event.in_(events),
            event.organisation_id.in_(organisations),
        )
        .order_by(event.id.desc())
        .limit(most)
    )  # fmt: skip


def _new_devices(session: Session, actor: Actor, links: Collection[int]) -> list[Happened]:
    """Browsers in which her page was opened first; one that opened more stands here once."""
    rows = _latest(session, actor.participant_id, links, [NEW_DEVICE], _MOST_DEVICES)
    by_browser = {event.data["browser"]: event for event in reversed(rows)}
    live = ends_with(session, actor, by_browser.keys()) if by_browser else {}
    return [
        Happened(
            event.id, event.event, event.created_at, None, event.organisation,
            event.organisation_id, live.get(browser), browser in live, event.data["device"],
        )
        for browser, event in by_browser.items()
    ]  # fmt: skip


def ends_with(session: Session, actor: Actor, browsers: Collection[str]) -> dict[str, int]:
    """Map the sessions she may end, by uuid: those that open no more."""
    with as_house(session):
        rows = _open_in(session, [uuid.UUID(one) for one in browsers])
    within = ids_within(session, actor, {key for row in rows for key in row.opens_with})
    return {str(row.uuid): row.id for row in rows if within.issuperset(row.opens_with)}


@asks_rows
def _open_in(browsers: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    row = BrowserSession
    is_open = row.uuid.in_(browsers), row.ended_at.is_(None)
    return select(row.uuid, row.id, row.keys.label("opens_with")).where(*is_open)


def get_happened(session: Session, actor: Actor, event_id: int) -> Happened:
    """One of them that can still be undone."""
    for one in list_happened(session, actor, own_links(session, actor.participant_id or 0)):
        if one.id == event_id and one.can_undo:
            return one
    raise NotFound("event")


def _can_undo(
    event: Row[*tuple[Any, ...]], link: ParticipantLink | None, later: set[tuple[str, int | None]]
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


_MOST_VIEWS = 10


@dataclass(frozen=True)
class View:
    """That somebody opened it; without a name where it was nobody who signed in."""

    row_id: int
    at: datetime
    name: str | None
    organisation: str | None


def list_views(session: Session, event: str, table: str, row_ids: Collection[int]) -> list[View]:
    """The last openings of these rows of a table, the latest first."""
    if not row_ids:
        return []
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
        .limit(_MOST_VIEWS)
    )
    return [View(*row) for row in rows]
