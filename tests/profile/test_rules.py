"""Which lines others see before she says anything, and after."""

import pytest

from portal.profile.rules import ProfileLine, is_in, line_of

AT_FIRST = {
    ProfileLine.ACTIVITY: True,
    ProfileLine.LEARN: True,
    ProfileLine.WISH: True,
    ProfileLine.HOURS: False,
    ProfileLine.PHONE: False,
    ProfileLine.BADGE: False,
    ProfileLine.PHOTO: False,
}


@pytest.mark.parametrize("kind", ProfileLine)
def test_a_switch_turns_its_own_line_and_no_other(kind):
    line = line_of(kind, "one:of several words")
    assert is_in(line, []) is AT_FIRST[kind]
    assert is_in(line, [line]) is not AT_FIRST[kind]
    assert is_in(line, [line_of(kind, "another"), kind.value]) is AT_FIRST[kind]


def test_a_line_that_there_is_one_of_has_no_key():
    assert line_of(ProfileLine.HOURS) == "hours"
    assert line_of(ProfileLine.ACTIVITY, 7) == "activity:7"
