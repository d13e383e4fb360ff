"""With whom an organisation has or had to do."""

import pytest

from portal.core import clock
from portal.enrolments.queries import is_tied
from portal.enrolments.rules import OPEN, TOOK_PART, EnrolmentStatus
from tests import factories as make


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_who_may_take_part_does_or_did_is_tied(session, cast, status):
    offering = make.offering(session, cast.other_enterprise)
    ends = {"ended_on": clock.today()} if status in TOOK_PART - OPEN else {}
    make.enrolment(session, offering, cast.participant, status, **ends)
    session.flush()
    found = is_tied(session, cast.other_enterprise.id, cast.participant.id)
    assert found is (status in OPEN | TOOK_PART)
