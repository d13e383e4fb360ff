"""Two to four goals, and what became of each in two voices that are never made one."""

from collections.abc import Sequence
from datetime import timedelta

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum
from portal.enrolments.rules import TOOK_PART, EnrolmentStatus

FEWEST, MOST = 2, 4
LADDER_AFTER = timedelta(days=182)  # she is asked anew where she stands
FIRST_STEP_AFTER = timedelta(days=14)  # of who has none yet
ENDING = timedelta(days=60)  # so long a short talk at the end is asked for


class GoalOutcome(WordedEnum):
    REACHED = "reached", N_("It worked")
    PARTLY = "partly", N_("It worked in part")
    NOT_YET = "not_yet", N_("Not yet")


def check_goals(written: Sequence[str], status: EnrolmentStatus, *, is_judged: bool) -> None:
    """Refuse too few or too many, or others once somebody said what became of one."""
    if status is not EnrolmentStatus.ENROLLED or is_judged:
        raise RuleBroken("", N_("These goals can't be changed any more."))
    if not FEWEST <= len(written) <= MOST:
        raise RuleBroken("", N_("Write two, three or four goals."))


def check_may_judge(status: EnrolmentStatus) -> None:
    """Refuse a word about goals of a place that she never had."""
    if status not in TOOK_PART:
        raise RuleBroken("", N_("It has not begun yet."))
