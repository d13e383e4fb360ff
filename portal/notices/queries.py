"""Reads about the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import NotFound
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus

_AT_A_TIME = 50


def list_due(session: Session, now: datetime) -> Sequence[Notice]:
    """Messages that may be sent now, oldest first, as many as fit in one round."""
    return session.scalars(
        select(Notice)
        .where(
            Notice.channel == Channel.EMAIL,
            Notice.status == NoticeStatus.WAITING,
            Notice.not_before <= now,
        )
        .order_by(Notice.id)
        .limit(_AT_A_TIME)
    ).all()


def had_message_today(session: Session, participant_id: int, now: datetime) -> bool:
    """Whether a participant got, or is just getting, a message that wasn't her own doing."""
    today = clock.to_local(now).date()
    midnight, _ = clock.day_bounds(today, today)
    return (
        session.scalar(
            select(Notice.id)
            .where(
                Notice.participant_id == participant_id,
                Notice.channel == Channel.EMAIL,
                Notice.is_own_action.is_(False),
                or_(
                    Notice.sent_at >= midnight,
                    (Notice.status == NoticeStatus.WAITING) & (Notice.attempts > 0),
                ),
            )
            .limit(1)
        )
        is not None
    )


def was_told(session: Session, participant_id: int, kind: str, *, since: datetime) -> bool:
    """Whether a message of this kind, put in the outbox since then, reached a person."""
    found = session.scalar(
        select(Notice.id)
        .where(
            Notice.participant_id == participant_id,
            Notice.kind == kind,
            Notice.created_at >= since,
            Notice.status == NoticeStatus.SENT,
        )
        .limit(1)
    )
    return found is not None


def list_calls(session: Session) -> Sequence[Notice]:
    """People whom the actor's organisation has to call or tell, oldest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.channel == Channel.CALL, Notice.status == NoticeStatus.WAITING)
        .order_by(Notice.id)
        .limit(100)
    ).all()


def list_failed(session: Session) -> Sequence[Notice]:
    """Messages that could not be sent after all tries, newest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.status == NoticeStatus.FAILED)
        .order_by(Notice.id.desc())
        .limit(100)
    ).all()


def get_notice(session: Session, notice_uuid: uuid.UUID) -> Notice:
    """One notice that the actor may see."""
    found = session.scalar(select(Notice).where(Notice.uuid == notice_uuid))
    if found is None:
        raise NotFound()
    return found
