"""Reads about series and sessions."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, contains_eager

from portal.core import Actor, AuditEvent, NotFound, asks_all, clock, one_or_not_found
from portal.offerings.models import Offering
from portal.offerings.queries import list_missing
from portal.offerings.rules import Missing, OfferingStatus
from portal.schedule.models import OfferingSession, Series
from portal.schedule.rules import SessionStatus


def list_sessions(
    session: Session, offering_id: int, from_at: datetime, until_at: datetime | None = None
) -> Sequence[OfferingSession]:
    """An offering's sessions that begin in the half-open interval, cancelled ones too, in order."""
    values: dict[str, Any] = {"offering_id": offering_id, "from_at": from_at, "until_at": until_at}
    return session.scalars(_ALL if until_at is None else _UNTIL, values).all()


_ALL = (
    select(OfferingSession)
    .where(
        OfferingSession.offering_id == bindparam("offering_id"),
        OfferingSession.starts_at >= bindparam("from_at"),
    )
    .order_by(OfferingSession.starts_at)
)
_UNTIL = _ALL.where(OfferingSession.starts_at < bindparam("until_at"))


def next_sessions(
    session: Session, offering_ids: Collection[int], now: datetime
) -> dict[int, OfferingSession]:
    """Map offerings to their first session to come, if any."""
    if not offering_ids:
        return {}
    return {row.offering_id: row for row in _next(session, offering_ids, now)}


@asks_all
def _next(offering_ids: Collection[int], now: datetime) -> Select[OfferingSession]:
    first = (
        select(OfferingSession.offering_id, func.min(OfferingSession.starts_at).label("starts_at"))
        .where(
            OfferingSession.offering_id.in_(offering_ids),
            OfferingSession.starts_at > now,
            OfferingSession.status == SessionStatus.PLANNED,
        )
        .group_by(OfferingSession.offering_id)
        .subquery()
    )
    return select(OfferingSession).join(
        first,
        (OfferingSession.offering_id == first.c.offering_id)
        & (OfferingSession.starts_at == first.c.starts_at),
    )


def list_series(session: Session, offering_ids: Collection[int]) -> Sequence[Series]:
    """The series of some offerings, in the order of their first day."""
    return session.scalars(_SERIES, {"of": list(offering_ids)}).all()


_SERIES = (
    select(Series)
    .where(Series.offering_id.in_(bindparam("of", expanding=True)))
    .order_by(Series.first_on, Series.starts, Series.id)
)


def series_by_offering(
    session: Session, offering_ids: Collection[int], today: date
) -> dict[int, list[Series]]:
    """The series of each offering that run on `today` or begin later, in order."""
    found: dict[int, list[Series]] = {offering_id: [] for offering_id in offering_ids}
    for series in list_series(session, offering_ids):
        if series.last_on is None or series.last_on >= today:
            found[series.offering_id].append(series)
    return found


def get_series(session: Session, offering: Offering, series_id: int) -> Series:
    """A series of this offering."""
    found = session.get(Series, series_id)
    if found is None or found.offering_id != offering.id:
        raise NotFound("series")
    return found


def find_begun(session: Session, actor: Actor) -> Offering | None:
    """Find the draft that the actor began and that lacks something yet, if any."""
    begun = AuditEvent.subject_id == Offering.id, AuditEvent.user_id == actor.user_id
    drafted = exists().where(*begun, AuditEvent.event == "offering.drafted")
    own = select(Offering).where(
        Offering.organisation_id == actor.organisation_id,
        Offering.status == OfferingStatus.DRAFT,
        drafted,
    )
    for offering in session.scalars(own.order_by(Offering.id)):
        missing = list_missing(offering, has_session_to_come=has_session_to_come(session, offering))
        if set(missing) - {Missing.VERIFICATION}:
            return offering
    return None


def count_held(session: Session, of: Offering | Series, now: datetime) -> int:
    """Count an offering's or series' sessions begun by now, uncancelled."""
    its = OfferingSession.offering_id if isinstance(of, Offering) else OfferingSession.series_id
    return session.scalars(
        select(func.count(OfferingSession.id)).where(
            its == of.id,
            OfferingSession.starts_at <= now,
            OfferingSession.status == SessionStatus.PLANNED,
        )
    ).one()


def get_own_session(session: Session, actor: Actor, session_uuid: uuid.UUID) -> OfferingSession:
    """A session of the actor's own organisation, with its offering."""
    query = select(OfferingSession).join(OfferingSession.offering)
    return one_or_not_found(
        session,
        query.where(
            OfferingSession.uuid == session_uuid,
            Offering.organisation_id == actor.organisation_id,
        ).options(contains_eager(OfferingSession.offering)),
    )


def has_session_to_come(session: Session, offering: Offering) -> bool:
    """Whether people who sign up now have something to come to."""
    return bool(next_sessions(session, [offering.id], clock.now()))
