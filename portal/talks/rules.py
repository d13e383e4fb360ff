"""Until when a talk is open."""

from portal.core.errors import N_, RuleBroken
from portal.enrolments.rules import EnrolmentStatus

MOST_LETTERS = 1000
TOLD = "talks/told"  # the message that carries the words themselves


def is_open(status: EnrolmentStatus) -> bool:
    """Whether both may write: while she has the place. Afterwards it can be read."""
    return status is EnrolmentStatus.ENROLLED


def check_open(status: EnrolmentStatus) -> None:
    """Refuse a word about a place that she doesn't have, or has no more."""
    if not is_open(status):
        raise RuleBroken("body", N_("You can't write here: it is over, or it has not begun."))
