"""Who may write in a talk, and when."""

import pytest

from portal.core.errors import RuleBroken
from portal.enrolments.rules import EnrolmentStatus
from portal.talks.rules import check_open, is_open


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_both_write_while_she_has_the_place(status):
    has_place = status is EnrolmentStatus.ENROLLED
    assert is_open(status) is has_place
    if has_place:
        check_open(status)
        return
    with pytest.raises(RuleBroken, match="it is over"):
        check_open(status)
