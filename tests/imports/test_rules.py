"""Each step once, and who is taken to be still in the group."""

from datetime import date, timedelta
from itertools import product

import pytest

from portal.core.errors import RuleBroken
from portal.imports.rules import ImportStatus, check_status, still_comes

TODAY = date(2026, 3, 2)


def test_a_step_is_taken_once():
    for status, expected in product(ImportStatus, repeat=2):
        if status is expected:
            check_status(status, expected)
        else:
            with pytest.raises(RuleBroken, match="done already") as refusal:
                check_status(status, expected)
            assert refusal.value.field == ""


@pytest.mark.parametrize(
    ("last_day", "last_of_file", "comes"),
    [(0, 0, True), (28, 0, True), (29, 0, False), (56, 56, True), (57, 57, False), (60, 40, True)],
)
def test_who_came_in_the_last_weeks_of_a_file_of_these_weeks_still_comes(
    last_day, last_of_file, comes
):
    """Days ago."""
    last, of_file = (TODAY - timedelta(days=ago) for ago in (last_day, last_of_file))
    assert still_comes(last, of_file, TODAY) is comes
