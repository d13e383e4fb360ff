"""Until when a talk is open."""

from portal.core.errors import N_, RuleBroken
from portal.enrolments.rules import OPEN, EnrolmentStatus

MOST_LETTERS = 1000
TOLD = "talks/told"  # the message that carries the words themselves


def is_open(status: EnrolmentStatus) -> bool:
    """Whether both may write: while she has the place, or waits for it."""
    return status in OPEN


def check_open(status: EnrolmentStatus) -> None:
    """Refuse a word about a place that she has no more, or never got."""
    if not is_open(status):
        raise RuleBroken("body", N_("You can't write here: it is over."))
