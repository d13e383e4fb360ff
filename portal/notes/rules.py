"""How much a note holds, and when what is to be done stands among what waits."""

from datetime import date, timedelta

MOST_LETTERS = 1000
_AHEAD = timedelta(days=3)


def is_near(due_on: date, today: date) -> bool:
    """Whether a task waits for somebody already: from three days before its day."""
    return due_on <= today + _AHEAD
