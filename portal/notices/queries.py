"""Reads about the outbox."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, distinct, func, or_, select

from portal.core import Session, as_house, asks_rare, asks_rows, clock, is_any, one_or_not_found
from portal.notices.models import Notice
from portal.notices.rules import CARRIED, KEPT, LONGEST_AHEAD, OPTIONAL, Channel, NoticeStatus

_AT_A_TIME, _MOST_SHOWN = 50, 100
_MANY_TRIES = 6  # the sixth comes half an hour after the first, the seventh after an hour


def list_due(session: Session, now: datetime) -> Sequence[Notice]:
    """List what may be sent, a round at most, a tried letter whole."""
    waits = select(Notice).where(
        Notice.channel.in_(CARRIED),
        Notice.status == NoticeStatus.WAITING,
        or_(Notice.not_after.is_(None), Notice.not_after > now),
    )
    due = session.scalars(
        waits.where(or_(Notice.not_before <= now, Notice.not_before > now + LONGEST_AHEAD))
        .order_by(Notice.is_own_action.desc(), Notice.id)
        .limit(_AT_A_TIME)
    ).all()
    letters = {notice.letter for notice in due if notice.letter is not None}
    if not letters:
        return due
    rest = waits.where(Notice.letter.in_(letters), Notice.id.not_in({n.id for n in due}))
    return [*due, *session.scalars(rest.order_by(Notice.id))]


def is_untold() -> tuple[ColumnElement[bool], ...]:
    """That a message waits and was never tried."""
    return (Notice.status == NoticeStatus.WAITING, Notice.attempts == 0)


def list_untold(session: Session, participant_id: int) -> Sequence[Notice]:
    """List what a person was not told yet; as the house."""
    with as_house(session):
        return _untold(session, participant_id)


@asks_rare
def _untold(participant_id: int) -> Select[Notice]:
    return select(Notice).where(Notice.participant_id == participant_id, *is_untold())


def list_told_since(session: Session, kind: str, moment: datetime) -> set[tuple[int, int]]:
    """List who was told this kind since a moment, by whom, as ids."""
    found = session.execute(
        select(Notice.participant_id, Notice.organisation_id).where(
            Notice.kind == kind,
            Notice.created_at >= moment,
            Notice.created_at <= clock.now() + clock.CLOCKS_DIFFER,
        )
    )
    return {(who or 0, by or 0) for who, by in found}


def list_told_today(
    session: Session, participant_ids: Collection[int], now: datetime
) -> set[tuple[int, str]]:
    """List who was told something today that wasn't her doing, with the address."""
    found = session.execute(
        select(Notice.participant_id, Notice.address).where(
            Notice.participant_id.in_(participant_ids),
            Notice.is_own_action.is_(False),
            *_travelled_today(now),
        )
    )
    return {(who or 0, address) for who, address in found}


def count_letters_today(session: Session, participant_id: int, address: str, now: datetime) -> int:
    """Count a person's messages of today, or her address's, arrived or perhaps not."""
    found = session.scalar(
        select(func.count(distinct(Notice.letter))).where(
            Notice.participant_id.is_not(None),
            or_(Notice.participant_id == participant_id, Notice.address == address),
            *_travelled_today(now),
        )
    )
    return found or 0


def _travelled_today(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """That a message went out since midnight, or that this was tried."""
    today = clock.to_local(now).date()
    midnight, next_midnight = clock.day_bounds(today, today)
    was_tried = (
        Notice.status.in_([NoticeStatus.WAITING, NoticeStatus.FAILED]),
        Notice.attempts > 0,
        Notice.not_before.between(midnight, now + LONGEST_AHEAD),
    )
    return (
        Notice.channel.in_(CARRIED),
        Notice.letter.is_not(None),
        or_(Notice.sent_at.between(midnight, next_midnight), and_(*was_tried)),
    )


def list_waiting(session: Session, kind: str, address: str) -> Sequence[Notice]:
    """Messages of one kind to one address that nobody tried to send yet."""
    return session.scalars(
        select(Notice).where(Notice.kind == kind, Notice.address == address, *is_untold())
    ).all()


def was_told(session: Session, participant_id: int, kind: str, *, since: datetime) -> bool:
    """Whether a message of this kind, put in the outbox since then, reached a person."""
    return is_any(
        session,
        select(Notice.id).where(
            Notice.participant_id == participant_id,
            Notice.kind == kind,
            Notice.created_at >= since,
            Notice.status == NoticeStatus.SENT,
        ),
    )


def list_calls(session: Session) -> Sequence[Notice]:
    """People whom the actor's organisation has to call or tell, oldest first."""
    return _waiting(session, Channel.CALL, clock.now())


def list_letters(session: Session) -> Sequence[Notice]:
    """What the actor's organisation has to print and hand over, oldest first."""
    return _waiting(session, Channel.LETTER, clock.now())


def list_with(session: Session, notice: Notice) -> Sequence[Notice]:
    """List the letters that went with this one, itself the last."""
    return session.scalars(
        _to_do(Channel.LETTER, clock.now()).where(
            Notice.participant_id == notice.participant_id, Notice.id <= notice.id
        )
    ).all()


def _is_to_do(channel: Channel, now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_of_use = or_(Notice.not_after.is_(None), Notice.not_after > now)
    return Notice.channel == channel, Notice.status == NoticeStatus.WAITING, is_of_use


def _to_do(channel: Channel, now: datetime) -> Select[Notice]:
    return select(Notice).where(*_is_to_do(channel, now)).order_by(Notice.id).limit(_MOST_SHOWN)


_waiting = asks_rare(_to_do)


def list_undelivered(session: Session) -> Sequence[Notice]:
    """What participants were not told and should know, newest first; old ones need no looking."""
    lost = select(Notice).where(*_is_lost(clock.now() - KEPT))
    return session.scalars(lost.order_by(Notice.id.desc()).limit(_MOST_SHOWN)).all()


def _is_lost(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.participant_id.is_not(None),
        Notice.kind.not_in(OPTIONAL),
        Notice.status.in_([NoticeStatus.FAILED, NoticeStatus.LAPSED]),
        Notice.created_at > since,
    )


def count_letters_and_lost(session: Session) -> Row[int, int]:
    """Count the letters to print, and what participants were not told."""
    return _counts(session, clock.now(), clock.now() - KEPT)[0]


@asks_rows
def _counts(now: datetime, since: datetime) -> Select[int, int]:
    every = select(func.count()).select_from(Notice)
    letters = every.where(*_is_to_do(Channel.LETTER, now)).scalar_subquery()
    return select(letters, every.where(*_is_lost(since)).scalar_subquery())


def list_of_person(session: Session, participant_id: int, most: int = 8) -> Sequence[Notice]:
    """The latest messages of the actor's organisation to a person, and what became of them."""
    query = select(Notice).where(Notice.participant_id == participant_id).order_by(Notice.id.desc())
    return session.scalars(query.limit(most)).all()


def list_to_forget(session: Session, moment: datetime) -> list[Notice]:
    """What was given up before a moment and still holds what it said."""
    query = select(Notice).where(
        Notice.status.in_([NoticeStatus.FAILED, NoticeStatus.LAPSED]),
        Notice.created_at.between(moment - timedelta(days=7), moment),
    )
    given_up = session.scalars(query.order_by(Notice.id))
    return [notice for notice in given_up if notice.data]


def list_failed(session: Session) -> Sequence[Notice]:
    """List messages unsent, or not for an hour, newest first; for the operator."""
    with as_house(session):
        query = select(Notice).where(
            or_(
                Notice.status == NoticeStatus.FAILED,
                (Notice.status == NoticeStatus.WAITING) & (Notice.attempts >= _MANY_TRIES),
            )
        )
        return session.scalars(query.order_by(Notice.id.desc()).limit(_MOST_SHOWN)).all()


def get_notice(session: Session, notice_uuid: uuid.UUID) -> Notice:
    """One notice that the actor may see."""
    return one_or_not_found(session, select(Notice).where(Notice.uuid == notice_uuid))
