"""What a participant finds of an organisation that she knows, and of one that she doesn't."""

import pytest
from sqlalchemy import select

from portal.core.guard import set_actor
from portal.offerings.models import Offering
from portal.offerings.rules import PUBLIC, OfferingStatus
from tests import factories as make


@pytest.mark.parametrize("status", OfferingStatus)
def test_she_reads_all_but_drafts_where_she_took_part_and_elsewhere_what_is_public(
    session, cast, status
):
    here, there = (
        make.offering(session, owner, status=status)
        for owner in (cast.enterprise, cast.other_enterprise)
    )
    set_actor(session, cast.actor("participant"))
    of_these = select(Offering.id).where(Offering.id.in_([here.id, there.id]))
    found = set(session.scalars(of_these))
    assert (here.id in found) is (status is not OfferingStatus.DRAFT)
    assert (there.id in found) is (status in PUBLIC)
