"""Writes about series and sessions: plan, move, cancel, go on, take away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.errors import N_, RuleBroken
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering
from portal.offerings.rules import OfferingStatus
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_series
from portal.schedule.rules import (
    SessionStatus,
    check_period,
    check_times,
    minutes_in_week,
    plan_until,
    session_days,
    session_times,
)


def add_series(
    session: Session,
    actor: Actor,
    *,
    offering: Offering,
    weekdays: Iterable[int],
    starts: time,
    ends: time,
    first_on: date,
    last_on: date | None,
) -> Series:
    """Plan half-days that repeat by the week, and make their sessions.

    Without `last_on` the sessions of the coming half year are made, and `extend_open_series` goes
    on from there. A session that the offering has at that very moment isn't made twice.
    """
    check_times(starts, ends)
    days = sorted(set(weekdays))
    today = clock.today()
    check_period(first_on, last_on, days, today)
    lock_offering(session, offering.id)
    series = Series(
        offering_id=offering.id,
        weekdays=days,
        starts=starts,
        ends=ends,
        first_on=first_on,
        last_on=last_on,
    )
    session.add(series)
    session.flush()
    made = _plan(session, offering, series, plan_until(last_on, max(first_on, today)))
    if not made:
        raise RuleBroken("starts", N_("The offering has these sessions already."))
    _count_minutes(session, offering, first_on)
    audit.record(
        session, actor, "series.added", series, organisation_id=offering.organisation_id, made=made
    )
    return series


def extend_open_series(session: Session, actor: Actor, today: date) -> int:
    """Make the sessions that came within half a year since the last time; how many there were."""
    open_series = session.execute(
        select(Series, Offering)
        .join(Series.offering)
        .where(Series.last_on.is_(None), Offering.status != OfferingStatus.ARCHIVED)
        .order_by(Offering.id, Series.id)
    ).all()
    until = plan_until(None, today)
    made = 0
    for series, offering in open_series:
        if series.planned_until is None or series.planned_until < until:
            lock_offering(session, offering.id)
            session.refresh(series)
            made += _plan(session, offering, series, until)
    return made


def remove_series(session: Session, actor: Actor, series: Series) -> int:
    """Take away what is still to come of a series that nobody comes to; how many sessions.

    What was held stays. With people in the group each session is cancelled instead, so that they
    are told.
    """
    offering = lock_offering(session, series.offering_id)
    if offering.places_taken:
        raise RuleBroken("", N_("There are people in the group. Cancel the sessions one by one."))
    coming = (OfferingSession.series_id == series.id, OfferingSession.starts_at > clock.now())
    try:
        with session.begin_nested():
            removed = session.scalars(
                delete(OfferingSession).where(*coming).returning(OfferingSession.id)
            ).all()
    except IntegrityError:
        raise RuleBroken("", N_("Somebody was marked on one of these sessions already.")) from None
    audit.record(
        session,
        actor,
        "series.removed",
        series,
        organisation_id=offering.organisation_id,
        removed=len(removed),
    )
    if _has_sessions(session, series):
        series.last_on = max(series.first_on, clock.today())
    else:
        session.delete(series)
    session.flush()
    _count_minutes(session, offering, clock.today())
    return len(removed)


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
    """Hold a session on another day, at another time or elsewhere; "" is the usual address."""
    _check_is_to_come(offering_session)
    check_times(starts, ends)
    starts_at, ends_at = session_times(day, starts, ends)
    if starts_at <= clock.now():
        raise RuleBroken("day", N_("This moment is in the past."))
    lock_offering(session, offering_session.offering_id)
    if starts_at != offering_session.starts_at and _starts_between(
        session, offering_session.offering_id, starts_at, starts_at
    ):
        raise RuleBroken("starts", N_("The offering has a session at that moment already."))
    before = offering_session.starts_at
    offering_session.starts_at, offering_session.ends_at = starts_at, ends_at
    offering_session.place = place
    if session.is_modified(offering_session):
        offering_session.revision += 1
        audit.record(
            session,
            actor,
            "session.moved",
            offering_session,
            before=before.isoformat(),
            after=starts_at.isoformat(),
        )
    session.flush()
    return offering_session


def cancel_session(
    session: Session, actor: Actor, offering_session: OfferingSession
) -> OfferingSession:
    """Let a session that is still to come not take place."""
    _check_is_to_come(offering_session)
    offering_session.status = SessionStatus.CANCELLED
    offering_session.revision += 1
    audit.record(session, actor, "session.cancelled", offering_session)
    session.flush()
    return offering_session


def _check_is_to_come(offering_session: OfferingSession) -> None:
    if offering_session.is_cancelled:
        raise RuleBroken("", N_("This session was cancelled already."))
    if offering_session.starts_at <= clock.now():
        raise RuleBroken("", N_("This session has begun. It can't be changed any more."))


def _plan(session: Session, offering: Offering, series: Series, until: date) -> int:
    """Make a series' sessions after those made before, never before now; how many were made.

    It goes on from `planned_until` instead of looking for gaps: a session that was moved away
    must not come back on its old day.
    """
    begin = max(series.first_on, clock.today())
    if series.planned_until is not None:
        begin = max(begin, series.planned_until + timedelta(days=1))
    times = [
        session_times(day, series.starts, series.ends)
        for day in session_days(begin, until, series.weekdays)
    ]
    times = [(starts_at, ends_at) for starts_at, ends_at in times if starts_at > clock.now()]
    taken = _starts_between(session, offering.id, times[0][0], times[-1][0]) if times else set()
    rows = [
        OfferingSession(
            offering_id=offering.id,
            organisation_id=offering.organisation_id,
            series_id=series.id,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for starts_at, ends_at in times
        if starts_at not in taken
    ]
    session.add_all(rows)
    series.planned_until = until
    session.flush()
    return len(rows)


def _starts_between(
    session: Session, offering_id: int, first: datetime, last: datetime
) -> set[datetime]:
    return set(
        session.scalars(
            select(OfferingSession.starts_at).where(
                OfferingSession.offering_id == offering_id,
                OfferingSession.starts_at.between(first, last),
            )
        )
    )


def _has_sessions(session: Session, series: Series) -> bool:
    found = session.scalar(
        select(OfferingSession.id).where(OfferingSession.series_id == series.id).limit(1)
    )
    return found is not None


def _count_minutes(session: Session, offering: Offering, day: date) -> None:
    """Hours a week, as they are in the week from `day`."""
    offering.minutes_per_week = minutes_in_week(list_series(session, [offering.id]), day)
    session.flush()
