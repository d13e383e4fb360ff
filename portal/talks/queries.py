"""Reads of talks: one of them, what is new, and who waits for a word."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from portal.core import NotFound, asks_rare, asks_rows, clock
from portal.enrolments.models import Enrolment
from portal.notices.models import Notice
from portal.notices.queries import list_told_today
from portal.notices.rules import Recipient
from portal.offerings.models import Offering
from portal.participants.models import Participant
from portal.participants.queries import recipients
from portal.talks.models import Message

_MOST = 200


def list_messages(session: Session, enrolment_id: int) -> Sequence[Message]:
    """What was written about one place, the newest first."""
    query = select(Message).where(Message.enrolment_id == enrolment_id)
    return session.scalars(query.order_by(Message.id.desc()).limit(_MOST)).all()


@asks_rare
def list_newest(participant_id: int) -> Select[Message]:
    """The last that was written to her, or by her; or nothing."""
    hers = select(Message).where(Message.participant_id == participant_id)
    return hers.order_by(Message.id.desc()).limit(1)


def count_unread(
    session: Session, enrolment_ids: Collection[int], *, by_her: bool
) -> dict[int, int]:
    """Count the other side's unread messages, by the enrolment's id."""
    rows = _unread(session, enrolment_ids)
    return dict(Counter(row.enrolment_id for row in rows if row.is_staffs is by_her))


@asks_rows
def _unread(enrolment_ids: Collection[int]) -> Select[int, bool]:
    return select(Message.enrolment_id, Message.user_id.is_not(None).label("is_staffs")).where(
        Message.enrolment_id.in_(enrolment_ids), Message.read_at.is_(None)
    )


@asks_rare
def list_waiting(organisation_id: int | None) -> Select[Message]:
    """The oldest message of each talk that nobody of an organisation read yet, oldest first."""
    oldest = (
        select(func.min(Message.id))
        .where(Message.organisation_id == organisation_id, *is_new(by_her=False))
        .group_by(Message.enrolment_id)
    )
    return (
        select(Message)
        .join(Message.enrolment)
        .join(Enrolment.participant)
        .where(Message.id.in_(oldest))
        .order_by(Message.id)
        .options(
            contains_eager(Message.enrolment).options(
                contains_eager(Enrolment.participant), joinedload(Enrolment.offering)
            )
        )
    )


def is_new(*, by_her: bool) -> tuple[ColumnElement[bool], ...]:
    """Filter on what is new to her, or to staff: another's, unread."""
    from_staff = Message.user_id.is_not(None)
    return Message.read_at.is_(None), from_staff if by_her else ~from_staff


@dataclass(frozen=True)
class Addressee:
    """Somebody with a place, how a message reaches her, and whether that waits until tomorrow."""

    enrolment: Enrolment
    to: Recipient
    is_later: bool


def whom_it_reaches(session: Session, enrolments: Sequence[Enrolment]) -> list[Addressee]:
    """Say how a message to these people would travel now.

    Whom its organisation lost is left out. That another one told her something today is not for
    this one to see.
    """
    to = recipients(session, {(row.participant_id, row.organisation_id) for row in enrolments})
    told = list_told_today(session, {row.participant_id for row in enrolments}, clock.now())
    return [
        Addressee(row, found, (row.participant_id, found.address) in told)
        for row in enrolments
        if (found := to.get((row.participant_id, row.organisation_id)))
    ]


def list_written_together(
    session: Session, together: UUID
) -> Sequence[tuple[Message, Notice | None]]:
    """List what was written to several at once, by name, each with its notice."""
    query = select(Message, Notice).join(Message.enrolment).join(Enrolment.participant)
    rows = session.execute(
        query.outerjoin(Notice, Notice.id == Message.notice_id)
        .where(Message.together == together)
        .order_by(Participant.folded_name, Message.id)
        .options(
            contains_eager(Message.enrolment).options(
                contains_eager(Enrolment.participant),
                joinedload(Enrolment.offering).joinedload(Offering.organisation),
            )
        )
    ).all()
    if not rows:
        raise NotFound()
    return [(message, notice) for message, notice in rows]
