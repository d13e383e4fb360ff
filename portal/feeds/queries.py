"""Reads for the feeds. They name themselves what is public, so all readers get the same."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from portal.feeds.models import FeedItem
from portal.feeds.rules import PAGE_SIZE, After, Feed
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_series
from portal.schedule.rules import SessionStatus

_PUBLIC = (Offering.status.in_(PUBLIC), Organisation.is_verified)


@dataclass(frozen=True)
class Planned:
    """A public offering with its series, or what is planned without one."""

    offering: Offering
    series: list[Series] = field(default_factory=list)
    sessions: list[OfferingSession] = field(default_factory=list)

    @property
    def current(self) -> list[Series]:
        """The series of the last planned group, and those that still run when it begins."""
        return [one for one in self.series if last_day(one) >= self.series[-1].first_on]


def last_day(series: Series) -> date:
    """The last day for which a series is planned."""
    return series.last_on or max(series.planned_until or date.min, series.first_on)


def list_items(session: Session, feed: Feed, after: After | None) -> Sequence[FeedItem]:
    """The next page of a feed."""
    query = select(FeedItem).where(FeedItem.feed == feed)
    if after is not None and after.id is None:
        query = query.where(FeedItem.modified >= after.modified)
    elif after is not None:
        query = query.where(
            FeedItem.modified >= after.modified,
            or_(FeedItem.modified > after.modified, FeedItem.uuid > after.id),
        )
    return session.scalars(query.order_by(FeedItem.modified, FeedItem.uuid).limit(PAGE_SIZE)).all()


def find_planned(session: Session, uuids: Collection[uuid.UUID]) -> dict[uuid.UUID, Planned]:
    """The public offerings of these that have a date, by address."""
    rows = session.scalars(_offerings().where(Offering.uuid.in_(uuids)))
    planned = _with_dates(session, rows)
    return {one.offering.uuid: one for one in planned if one.series or one.sessions}


def find_sessions(
    session: Session, uuids: Collection[uuid.UUID]
) -> dict[uuid.UUID, OfferingSession]:
    """The sessions of these that belong to a public offering, by address."""
    query = select(OfferingSession).join(OfferingSession.offering).join(Offering.organisation)
    rows = session.scalars(
        query.where(OfferingSession.uuid.in_(uuids), *_PUBLIC).options(
            contains_eager(OfferingSession.offering).options(
                contains_eager(Offering.organisation), selectinload(Offering.picture)
            )
        )
    )
    return {row.uuid: row for row in rows}


def list_offerings(session: Session) -> list[Planned]:
    """All that is public, in a fixed order."""
    return _with_dates(session, session.scalars(_offerings().order_by(Offering.id)))


def _offerings() -> Select[Offering]:
    return (
        select(Offering)
        .join(Offering.organisation)
        .where(*_PUBLIC)
        .options(
            contains_eager(Offering.organisation),
            selectinload(Offering.picture),
            selectinload(Offering.texts),
        )
    )


def _with_dates(session: Session, rows: Iterable[Offering]) -> list[Planned]:
    found = {row.id: Planned(row) for row in rows}
    for series in list_series(session, found):
        found[series.offering_id].series.append(series)
    loose = [id_ for id_, one in found.items() if not one.series]
    query = select(OfferingSession).where(
        OfferingSession.offering_id.in_(loose),
        OfferingSession.status == SessionStatus.PLANNED,
    )
    sessions = session.scalars(query.order_by(OfferingSession.starts_at))
    for one in sessions:
        found[one.offering_id].sessions.append(one)
    return list(found.values())
