"""Holding sessions at another time, or not at all, without what was written for the old time.

What is kept for a session may hold for its old time only, and this room does not know what that is:
a room above says so when it is loaded.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from portal.core import Actor, Hook, NotFound, Session, audit
from portal.schedule.models import OfferingSession
from portal.schedule.rules import NotHeldReason, SessionStatus

Times = tuple[datetime, datetime]
Listener = Callable[[Session, Actor, Sequence[OfferingSession]], None]
Keeper = Callable[[Session, Collection[int]], Collection[int]]
on_move: Hook[Listener] = Hook()  # sessions were moved to another moment
on_shorten: Hook[Listener] = Hook()  # sessions came to end earlier
on_call_off: Hook[Listener] = Hook()  # sessions came not to take place
keeps_in_place: Hook[Keeper] = Hook()  # which of these, by id, must stay at their time?


def hold_at(
    session: Session, actor: Actor, moves: Sequence[tuple[OfferingSession, Times]]
) -> list[OfferingSession]:
    """Hold sessions at other times; returns the rows there now, in order.

    A session of which it was written down who came stays where that was, as moved, and another
    one takes its place; one that was left there so before is held again. The caller holds the
    offering's lock and has seen that the moments are free. The sessions are locked.
    """
    other = [row for row, times in moves if row.starts_at != times[0]]
    _lock(session, [row.id for row, _ in moves])
    staying = {
        id_ for keeper in keeps_in_place for id_ in keeper(session, [row.id for row in other])
    }
    left = _left_before(session, moves)
    now_there, moved, shorter = [], [], []
    for row, (starts_at, ends_at) in moves:
        before = (row.starts_at, row.ends_at)
        there = row
        if starts_at != before[0] and (starts_at in left or row.id in staying):
            there = left.get(starts_at) or _beside(session, row)
            _leave(row)
            plan_again(there)
            there.series_id, there.place = row.series_id, row.place
        elif starts_at != before[0]:
            moved.append(row)
        if there.ends_at is not None and there.starts_at == starts_at and ends_at < there.ends_at:
            shorter.append(there)
        there.starts_at, there.ends_at = starts_at, ends_at
        if there is row:
            there.revision += 1
        _note(session, actor, row, before, (starts_at, ends_at))
        now_there.append(there)
    session.flush()
    for listener in on_shorten if shorter else ():
        listener(session, actor, shorter)
    for listener in on_move if moved else ():
        listener(session, actor, moved)
    return now_there


def call_off(
    session: Session,
    actor: Actor,
    rows: Sequence[OfferingSession],
    reason: NotHeldReason | None = None,
) -> None:
    """Let sessions not take place; the caller holds the lock of their offering, and theirs."""
    for row in rows:
        row.status, row.not_held_reason = SessionStatus.CANCELLED, reason
        row.revision += 1
        audit.record(session, actor, "session.cancelled", row)
    session.flush()
    for listener in on_call_off if rows else ():
        listener(session, actor, rows)


def plan_again(row: OfferingSession) -> None:
    """Let a session take place that was called off."""
    row.status, row.not_held_reason = SessionStatus.PLANNED, None
    row.revision += 1


def _lock(session: Session, ids: Collection[int]) -> None:
    """Whoever saves a mark holds the session's row: wait for her, and let nobody save meanwhile."""
    query = select(OfferingSession.id).where(OfferingSession.id.in_(ids))
    rows = session.scalars(query.order_by(OfferingSession.id).with_for_update()).all()
    if len(rows) < len(ids):
        raise NotFound("session")


def _left_before(
    session: Session, moves: Sequence[tuple[OfferingSession, Times]]
) -> dict[datetime, OfferingSession]:
    """The sessions that stayed behind at these moments when they were moved, by the moment."""
    if not moves:
        return {}
    rows = session.scalars(
        select(OfferingSession).where(
            OfferingSession.offering_id == moves[0][0].offering_id,
            OfferingSession.starts_at.in_([times[0] for _, times in moves]),
            OfferingSession.not_held_reason == NotHeldReason.MOVED,
        )
    )
    return {row.starts_at: row for row in rows}


def _leave(row: OfferingSession) -> None:
    row.status, row.not_held_reason = SessionStatus.CANCELLED, NotHeldReason.MOVED
    row.revision += 1


def leave_at(session: Session, row: OfferingSession, times: Times) -> OfferingSession:
    """Put a session at a time this one had, as moved from it."""
    there = _beside(session, row)
    there.starts_at, there.ends_at = times
    there.place = row.place
    _leave(there)
    session.flush()
    return there


def _beside(session: Session, row: OfferingSession) -> OfferingSession:
    """Another session of the same offering, whose times are still to be given."""
    new = OfferingSession(
        offering_id=row.offering_id, organisation_id=row.organisation_id, revision=-1
    )
    session.add(new)
    return new


def _note(
    session: Session, actor: Actor, row: OfferingSession, before: Times, after: Times
) -> None:
    """Both ends of both times: a phone that comes later may still speak of the old one."""
    audit.record(
        session, actor, "session.moved", row,
        before=before[0].isoformat(), before_ends=before[1].isoformat(),
        after=after[0].isoformat(), after_ends=after[1].isoformat(),
    )  # fmt: skip
