"""The steps in a report's way from its makers to the public."""

from enum import StrEnum


class Decision(StrEnum):
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    RECOGNISED = "recognised"


class Sort(StrEnum):
    """In which order the reports that were handed in are listed."""

    WAITING = "waiting"  # those that wait first, the oldest first
    NAME = "name"
    PERIOD = "period"  # the latest first
