"""Who may write in a talk, and when."""

import pytest

from portal.core.errors import RuleBroken
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.talks.rules import check_open, is_open


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_both_write_while_she_has_the_place_or_waits_for_it(status):
    has_place = status in OPEN
    assert is_open(status) is has_place
    if has_place:
        check_open(status)
        return
    with pytest.raises(RuleBroken, match="it is over"):
        check_open(status)
