"""Which items get a number, and which get another: what is over stays as it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.feeds.models import FeedItem
from portal.offerings.rules import OfferingStatus
from tests import factories as make


def _numbers(session):
    session.expire_all()
    return {row.uuid: row.modified for row in session.scalars(select(FeedItem))}


@pytest.fixture
def group(session):
    """A group of which one session is over and one is to come."""
    return make.offering(session, make.organisation(session))


@pytest.fixture
def dates(session, group):
    return [
        make.offering_session(session, group, clock.now() + timedelta(days=days)).uuid
        for days in (-3, 3)
    ]


def test_what_was_over_before_it_was_public_is_in_no_feed(session, group, dates):
    group.status, group.published_at = OfferingStatus.DRAFT, None
    session.commit()
    assert _numbers(session) == {}
    group.status, group.published_at = OfferingStatus.PUBLISHED, clock.now()
    session.commit()
    assert set(dates) & _numbers(session).keys() == {dates[1]}


def test_that_a_group_is_full_is_told_of_what_is_to_come_only(session, group, dates):
    session.commit()
    over = clock.now() + timedelta(days=1)
    between = make.offering_session(session, group, over).uuid
    session.commit()
    before = _numbers(session)
    with clock.freeze(over + timedelta(days=1)):
        group.places_taken = group.places
        session.commit()
    after = _numbers(session)
    assert between in before
    told = {uuid for uuid, number in after.items() if number > before[uuid]}
    assert told == {group.uuid, dates[1]}
