"""The days and hours of a placement that count, and marks that hold no name."""

import uuid
from datetime import date, timedelta

import pytest

from portal.core.errors import RuleBroken
from portal.social_return.rules.contracts import check_worked, mark_of, placement_mark
from portal.social_return.rules.counting import Claim

FROM_ON, UNTIL_ON = date(2026, 3, 2), date(2026, 8, 28)
DAYS = ("until_on", "Only days on which the work was done count.")
HOURS = ("hours", "You agreed on fewer hours.")


@pytest.mark.parametrize(
    ("begins", "ends", "more", "refused"),
    [(0, 0, 0, None), (1, -1, -1, None), (-1, 0, 0, DAYS), (0, 1, 0, DAYS), (0, 0, 1, HOURS)],
)
def test_no_day_and_no_hour_counts_that_was_not_agreed(begins, ends, more, refused):
    days = FROM_ON + timedelta(days=begins), UNTIL_ON + timedelta(days=ends)
    said = None
    try:
        check_worked(Claim("doelgroep", *days, 960 + more), FROM_ON, UNTIL_ON, 960)
    except RuleBroken as broken:
        said = broken.field, broken.message
    assert said == refused


def test_a_mark_is_always_the_same_and_tells_no_name():
    """As it stands in contracts by now: made in another way, somebody would count twice."""
    mark = mark_of(b"secret", "Fatma  Kaya", "Bewijs 7")
    assert mark == "44b8b6c4a152bdc46efc55e8551da17af9d7c11acade55a3721e3a95f6af746a"
    assert mark == mark_of(b"secret", "fatma kaya", "bewijs 7")
    assert mark != mark_of(b"other", "Fatma Kaya", "Bewijs 7")
    assert mark_of(b"secret", "Fatma \ud800", "7")  # half a letter stops nobody


def test_the_mark_of_a_placement_is_of_no_person():
    introduction = uuid.UUID(int=7)
    mark = placement_mark(b"secret", introduction)
    assert mark == mark_of(b"secret", "placement", str(introduction))
    assert mark != placement_mark(b"secret", uuid.UUID(int=8))
