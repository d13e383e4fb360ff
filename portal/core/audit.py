"""Who did what to which row: an append-only trail, written in the same transaction."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import JSON, ColumnElement, Index, String, and_, false, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.actor import Actor, ActorKind
from portal.core.base import AppendOnly, Base, enum_column
from portal.core.guard import Guarded, hers_where_opened

T = TypeVar("T")


class AuditEvent(AppendOnly, Guarded, Base):
    """One thing that happened. `data` holds values of the house (states, ids), never free text."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id"),)

    event: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int]
    actor_kind: Mapped[ActorKind] = enum_column(ActorKind)
    user_id: Mapped[int | None]
    participant_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_staff and actor.organisation_id is not None:
            return cls.organisation_id == actor.organisation_id
        if actor.is_participant:  # who looked at her, and who changed what is hers
            is_hers = hers_where_opened(actor, cls.subject_id, cls.organisation_id)
            return and_(cls.subject == "participant", is_hers)
        return false()


def is_about(subject: str, subject_id: Any, *events: str) -> ColumnElement[bool]:
    """Choose the events of one row, and only those named where any are."""
    chosen = and_(AuditEvent.subject == subject, AuditEvent.subject_id == subject_id)
    return and_(chosen, AuditEvent.event.in_(events)) if events else chosen


def record(session: Session, actor: Actor, event: str, row: Any, **about: Any) -> None:
    """Write down that `actor` did `event` to `row`."""
    record_all(session, actor, event, [row], **about)


def add(session: Session, actor: Actor, event: str, row: T, **about: Any) -> T:
    """Add a row that is new, and write down that `actor` did `event` to it."""
    session.add(row)
    record(session, actor, event, row, **about)
    return row


def record_all(
    session: Session,
    actor: Actor,
    event: str,
    rows: Sequence[Any],
    *,
    organisation_id: int | None = None,
    **data: Any,
) -> None:
    """Write down that `actor` did `event` to each of `rows`, with one statement."""
    if any(row.id is None for row in rows):
        session.flush()
    values = [
        {
            "event": event,
            "subject": row.__tablename__,
            "subject_id": row.id,
            "actor_kind": actor.kind,
            "user_id": actor.user_id,
            "participant_id": actor.participant_id,
            "organisation_id": organisation_id
            or getattr(row, "organisation_id", None)
            or actor.organisation_id,
            "data": data,
        }
        for row in rows
    ]
    if values:
        session.connection().execute(_ADD, values)


_ADD = insert(AuditEvent).inline()  # nobody asks for its id
