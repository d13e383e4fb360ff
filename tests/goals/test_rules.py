"""How many goals, and when something may be said of them."""

import pytest

from portal.core.errors import RuleBroken
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus
from portal.goals.rules import FEWEST, MOST, check_goals, check_may_judge

HAS = EnrolmentStatus.ENROLLED


@pytest.mark.parametrize("how_many", range(MOST + 2))
def test_two_to_four_goals_no_less_and_no_more(how_many):
    goals = ["Ik wil dit."] * how_many
    if FEWEST <= how_many <= MOST:
        check_goals(goals, HAS, is_judged=False)
    else:
        with pytest.raises(RuleBroken, match="two, three or four"):
            check_goals(goals, HAS, is_judged=False)


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_goals_are_set_while_she_has_the_place_and_judged_then_and_later(status):
    for rule, may in (
        (lambda: check_goals(["a", "b"], status, is_judged=False), {HAS}),
        (lambda: check_goals(["a", "b"], status, is_judged=True), set()),
        (lambda: check_may_judge(status), TOOK_PART),
    ):
        if status in may:
            rule()
        else:
            with pytest.raises(RuleBroken):
                rule()
