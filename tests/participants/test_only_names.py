"""Of whom only a first name is known: staff are asked for the rest as long as they have her."""

from datetime import timedelta

from portal.core import HOUSE, clock, set_actor
from portal.participants.queries import list_only_names
from tests import factories as make


def test_who_came_with_a_first_name_only_waits_while_they_have_her(session, cast):
    staff, link = cast.actor("coordinator"), make.link(session, cast.participant)
    cast.participant.has_only_name = True
    session.commit()
    for until, found in ((None, 1), (clock.today(), 1), (clock.today() - timedelta(days=1), 0)):
        set_actor(session, HOUSE)
        link.held_until = until
        session.commit()
        set_actor(session, staff)
        assert len(list_only_names(session, staff.organisation_id)) == found
