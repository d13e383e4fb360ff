"""Writes about series and sessions: plan, move, cancel, go on, take away."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, delete, event, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.core import HOUSE, N_, Actor, RuleBroken, audit, clock, hold_row, is_any, one_by_one
from portal.core.guard import past_guard
from portal.offerings import commands as offerings
from portal.offerings.commands import set_last_moment
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.offerings.rules import OfferingStatus
from portal.schedule import rules
from portal.schedule.commands.moved import Times, call_off, hold_at, plan_again
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_series, list_sessions


def add_series(
    session: Session, actor: Actor, *, offering: Offering, pattern: rules.Pattern
) -> Series:
    """Plan half-days that repeat by the week, and make their sessions.

    Without a last day the sessions of the coming half year are made, and `extend_open_series` goes
    on from there. A session that the offering has at that very moment isn't made twice.
    """
    today = clock.today()
    rules.check_times(pattern.starts, pattern.ends)
    rules.check_period(pattern, today)
    lock_offering(session, offering.id)
    check_beside_others(session, offering, pattern)
    series = Series(offering_id=offering.id, pattern=pattern)
    session.add(series)
    session.flush()
    made = _plan(
        session, offering, series, rules.plan_until(pattern.last_on, max(pattern.first_on, today))
    )
    if not made:
        raise RuleBroken("starts", N_("The offering has these sessions already."))
    count_minutes(session, offering, pattern.first_on)
    audit.record(
        session, actor, "series.added", series, organisation_id=offering.organisation_id, made=made
    )
    return series


def extend_open_series(session: Session, actor: Actor, today: date) -> int:
    """Make sessions half a year ahead, an offering at a time; returns how many."""
    until = rules.plan_until(None, today)
    made: list[int] = []

    def extend(offering_id: int) -> None:
        offering = lock_offering(session, offering_id)
        for series in list_series(session, [offering_id]):
            session.refresh(series)
            is_behind = series.planned_until is None or series.planned_until < until
            if series.last_on is None and is_behind:
                made.append(_plan(session, offering, series, until))

    open_series = (
        select(Series.offering_id)
        .join(Series.offering)
        .where(
            Series.last_on.is_(None),
            or_(Series.planned_until.is_(None), Series.planned_until < until),
            Offering.status != OfferingStatus.ARCHIVED,
        )
        .order_by(Series.offering_id)
        .distinct()
    )
    one_by_one(session, session.scalars(open_series).all(), extend)
    return sum(made)


def move_session(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    *,
    day: date,
    starts: time,
    ends: time,
    place: str,
) -> OfferingSession:
    """Hold a session at another time or place ("": the usual); returns what takes place."""
    lock_session(session, offering_session)
    rules.check_times(starts, ends)
    starts_at, ends_at = rules.session_times(day, starts, ends)
    if starts_at <= clock.now():
        raise RuleBroken("day", N_("This moment is in the past."))
    if starts_at != offering_session.starts_at and _is_taken(
        session, offering_session.offering_id, starts_at
    ):
        raise RuleBroken("starts", N_("The offering has a session at that moment already."))
    times = (starts_at, ends_at)
    before = (offering_session.starts_at, offering_session.ends_at)
    if (times, place) == (before, offering_session.place):
        return offering_session
    [there] = hold_at(session, actor, [(offering_session, times)])
    there.place = place
    session.flush()
    return there


def cancel_session(
    session: Session,
    actor: Actor,
    offering_session: OfferingSession,
    reason: rules.NotHeldReason | None = None,
) -> OfferingSession:
    """Let a session that is still to come not take place."""
    lock_session(session, offering_session)
    call_off(session, actor, [offering_session], reason)
    return offering_session


def hold_again(session: Session, actor: Actor, offering_session: OfferingSession) -> None:
    """Let a session that is still to come take place after all."""
    _lock_to_come(session, offering_session)
    if not offering_session.was_called_off:
        raise RuleBroken("", N_("This session was not called off."))
    check_not_archived(offering_session.offering)
    plan_again(offering_session)
    audit.record(session, actor, "session.held_again", offering_session)


def lock_session(session: Session, offering_session: OfferingSession) -> None:
    """Lock the offering, then the session, which takes place and is still to come."""
    _lock_to_come(session, offering_session)
    if offering_session.is_cancelled:
        raise RuleBroken("", N_("This session was cancelled already."))


def _lock_to_come(session: Session, offering_session: OfferingSession) -> None:
    lock_offering(session, offering_session.offering_id)
    hold_row(session, OfferingSession, offering_session.id)
    if offering_session.starts_at <= clock.now():
        raise RuleBroken("", N_("This session has begun. It can't be changed any more."))


def throw_away(session: Session, actor: Actor, offering: Offering) -> None:
    """Take out a draft with its dates; refuses one that is in use or public."""
    lock_offering(session, offering.id)
    try:
        with session.begin_nested():
            for table in (OfferingSession, Series):
                session.execute(delete(table).where(table.offering_id == offering.id))
            offerings.throw_away(session, actor, offering)
    except IntegrityError:
        raise RuleBroken("", N_("People were written down with it already.")) from None


def _plan(session: Session, offering: Offering, series: Series, until: date) -> int:
    """Make a series' sessions after those made before, from today on; how many were made.

    It goes on from `planned_until` instead of looking for gaps: a session that was moved away
    must not come back on its old day.
    """
    begin = max(series.first_on, clock.today())
    if series.planned_until is not None:
        begin = max(begin, series.planned_until + timedelta(days=1))
    times = [
        rules.session_times(day, series.starts, series.ends)
        for day in series.pattern.days(begin, until)
    ]
    series.planned_until = until
    return make_sessions(session, HOUSE, series, times)


def make_sessions(session: Session, actor: Actor, series: Series, times: Sequence[Times]) -> int:
    """Make a series' sessions in order; returns how many take place anew.

    What is there stays, and so does what somebody called off. What was off by a change of days only
    takes place after all. The caller holds the offering's lock.
    """
    session.flush()
    there = {}
    if times:
        until = times[-1][0] + timedelta(microseconds=1)
        rows = list_sessions(session, series.offering_id, times[0][0], until)
        there = {row.starts_at: row for row in rows}
    made = 0
    for starts_at, ends_at in times:
        row = there.get(starts_at)
        if row is None:
            row = OfferingSession(
                offering_id=series.offering_id,
                organisation_id=series.offering.organisation_id,
                starts_at=starts_at,
                revision=-1,
            )
            session.add(row)
        elif not row.may_come_back:
            continue
        row.series_id, row.ends_at = series.id, ends_at
        plan_again(row)
        made += 1
    session.flush()
    return made


def _is_taken(session: Session, offering_id: int, starts_at: datetime) -> bool:
    """Whether there is a session at this moment; one that was moved away from it is none."""
    return is_any(
        session,
        select(OfferingSession.id).where(
            OfferingSession.offering_id == offering_id,
            OfferingSession.starts_at == starts_at,
            OfferingSession.not_held_reason.is_distinct_from(rules.NotHeldReason.MOVED),
        ),
    )


def check_beside_others(
    session: Session, offering: Offering, pattern: rules.Pattern, but: Series | None = None
) -> None:
    """Refuse half-days that overlap others of the offering, or an archived one.

    The very same half-day may be planned again: what is there already isn't made twice.
    """
    check_not_archived(offering)
    first = max(pattern.first_on, clock.today())
    for other in list_series(session, [offering.id]):
        one = other.pattern
        is_over = one.last_on is not None and one.last_on < first
        is_later = pattern.last_on is not None and pattern.last_on < one.first_on
        is_same = (one.starts, one.ends) == (pattern.starts, pattern.ends)
        if other is not but and not (is_over or is_later or is_same):
            rules.check_apart(pattern, one, "starts")


def check_not_archived(offering: Offering) -> None:
    """Refuse to plan anything of what is in the archive."""
    if offering.status is OfferingStatus.ARCHIVED:
        raise RuleBroken("", N_("This is in the archive. Copy it to begin again."))


def count_minutes(session: Session, offering: Offering, day: date) -> None:
    """Write down the hours a week, as they are in the week from `day`."""
    patterns = [series.pattern for series in list_series(session, [offering.id])]
    offering.minutes_per_week = rules.minutes_in_week(patterns, day)
    session.flush()


@event.listens_for(Session, "after_flush")
def _after_a_change(session: Session, _context: Any) -> None:
    rows = [
        row
        for row in (*session.new, *session.dirty, *session.deleted)
        if isinstance(row, OfferingSession)
    ]
    ids = {row.offering_id for row in rows}
    if not ids:
        return
    renew(past_guard(session), ids)
    query = select(Offering.id, Offering.runs_until).where(Offering.id.in_(ids))
    until = {row.id: row.runs_until for row in past_guard(session).execute(query)}
    for row in session.identity_map.values():
        if isinstance(row, Offering) and row.id in until:
            set_committed_value(row, "runs_until", until[row.id])


def renew(connection: Connection, offering_ids: Collection[int] | None = None) -> None:
    """Write down until when these offerings run; None stands for all.

    A group whose last session has ended is over from that moment on, wherever it is asked: nothing
    has to run for it. Whoever writes sessions past the ORM calls this.
    """
    at = OfferingSession
    last = select(func.max(at.ends_at)).where(
        at.offering_id == Offering.id, at.status == rules.SessionStatus.PLANNED
    )
    set_last_moment(connection, last.scalar_subquery(), offering_ids)
