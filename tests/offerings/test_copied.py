"""What goes along with a copy, and whom the one who made it first finds named for it."""

import pytest

from portal.offerings.commands import copy
from portal.offerings.queries import list_thanking
from portal.offerings.rules import OfferingStatus
from tests import factories as make
from tests.offerings.made import picture_of


@pytest.mark.parametrize(("who", "goes_along"), [("coordinator", True), ("stranger", False)])
def test_the_picture_goes_along_at_home_only(session, cast, who, goes_along):
    picture_of(session, cast.offering)
    made = copy(session, cast.actor(who), source=cast.offering, title="Bakken")
    assert (made.picture is not None) is goes_along


def test_whoever_copied_it_in_public_is_named_once_and_its_own_organisation_never(session, cast):
    for owner, status in (
        (cast.other_enterprise, OfferingStatus.PUBLISHED),
        (cast.other_enterprise, OfferingStatus.FULL),
        (cast.enterprise, OfferingStatus.PUBLISHED),
        (cast.cooperative, OfferingStatus.DRAFT),
    ):
        make.offering(session, owner, copied_from_id=cast.offering.id, status=status)
    assert list_thanking(session, cast.offering) == ["De Andere Oever"]
