"""What keeps the feeds' numbers: in the transaction of each change of the catalogue.

Importing this module is enough. Every item of an offering that changed gets the transaction's
number: the time in milliseconds, or one more than the last number where the clock is behind it.
Numbers are given while the stamp's row is locked, so they appear in the order in which they were
given: a reader who goes on from the last one she saw can't miss one that was committed later. As
they follow the clock, they don't run backwards when an earlier backup is restored.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal.core import Session, clock, insert_into, past_guard
from portal.feeds.models import FeedItem
from portal.feeds.rules import FEED_OF, Feed
from portal.finding.commands import Changes, bump, follow, touch
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC
from portal.schedule.models import OfferingSession

_LOOK_BACK = timedelta(days=7)  # so long the worker may have stood still
_WAS_PUBLIC = sa.or_(Offering.status.in_(PUBLIC), Offering.published_at.is_not(None))


@follow
def number_changes(session: Session, changes: Changes) -> None:
    """Number the items of what changed anew; what is newly public gets one."""
    connection = past_guard(session)
    number: int = connection.scalar(_LAST) or 0
    number = max(number + 1, int(clock.now().timestamp() * 1000))
    if changes.only_places:
        _number_places(connection, changes, number)
        return
    which = _which(changes)
    for feed in Feed:
        known = sa.update(FeedItem).where(FeedItem.feed == feed).values(modified=number)
        if not changes.everything:
            of_these = FeedItem.uuid.in_(_uuids(feed, which))
            known = known.where(sa.or_(of_these, FeedItem.uuid.in_(changes.deleted)))
        connection.execute(known)
        new = _uuids(feed, sa.and_(which, _WAS_PUBLIC))
        if feed is Feed.SCHEDULED_SESSIONS:
            new = new.where(OfferingSession.ends_at >= clock.now())
        rows = new.add_columns(sa.literal(feed.value), sa.literal(number))
        connection.execute(
            insert_into(session, FeedItem)
            .from_select(["uuid", "feed", "modified"], rows)
            .on_conflict_do_nothing()
        )


def complete(session: Session) -> bool:
    """Number everything anew when a public offering has no item: what went around the house."""
    has_item = sa.exists().where(FeedItem.uuid == Offering.uuid, FeedItem.feed.in_(tuple(Feed)))
    is_missing = Offering.status.in_(PUBLIC) & ~has_item
    missing = session.scalar(sa.select(Offering.id).where(is_missing).limit(1))
    if missing is not None:
        bump(session)
    return missing is not None


def number_what_is_over(session: Session) -> None:
    """Number anew what ended since its number: no write told readers."""
    now = clock.now()
    rows = session.execute(
        sa.select(Offering.id, Offering.runs_until, FeedItem.modified)
        .join(FeedItem, FeedItem.uuid == Offering.uuid)
        .where(Offering.status.in_(PUBLIC))
        .where(Offering.runs_until.between(now - _LOOK_BACK, now))
    ).all()
    touch(
        session,
        {
            row.id
            for row in rows
            if row.runs_until and row.modified < row.runs_until.timestamp() * 1000
        },
    )


def leave_tombstone(connection: sa.Connection, feed: Feed, uuid: Any) -> None:
    """Keep an item of something gone, for a demo city with a history."""
    connection.execute(sa.insert(FeedItem).values(feed=feed, uuid=uuid, modified=0))


_EACH = sa.union_all(
    *(
        sa.select(sa.func.max(FeedItem.modified).label("last")).where(FeedItem.feed == f)
        for f in Feed
    )
).subquery()
_LAST = sa.select(sa.func.max(_EACH.c.last))


def _number_places(connection: sa.Connection, changes: Changes, number: int) -> None:
    """Places were taken or came free: nothing is newly public, and what is over stays as it is."""
    its_own = OfferingSession.offering_id.in_(changes.places)
    to_come = sa.select(OfferingSession.uuid).where(its_own, OfferingSession.ends_at >= clock.now())
    offerings = sa.select(Offering.uuid).where(Offering.id.in_(changes.places))
    items = sa.update(FeedItem).where(
        FeedItem.feed.in_(tuple(Feed)), FeedItem.uuid.in_(offerings.union_all(to_come))
    )
    connection.execute(items.values(modified=number))


def _which(changes: Changes) -> sa.ColumnElement[bool]:
    if changes.everything:
        return sa.true()
    return sa.or_(
        Offering.id.in_(changes.offerings | changes.places),
        Offering.organisation_id.in_(changes.organisations),
    )


def _uuids(feed: Feed, which: sa.ColumnElement[bool]) -> Any:
    kinds = [kind for kind, feeds in FEED_OF.items() if feed in feeds]
    if feed is Feed.SCHEDULED_SESSIONS:
        query = sa.select(OfferingSession.uuid).join(OfferingSession.offering)
    else:
        query = sa.select(Offering.uuid)
    return query.where(Offering.kind.in_(kinds), which)
