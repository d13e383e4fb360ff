"""The steps in a report's way from its makers to the public."""

from enum import StrEnum

from portal.core.errors import N_
from portal.core.worded import WordedEnum


class Decision(WordedEnum):
    SUBMITTED = "submitted", N_("Handed in")
    WITHDRAWN = "withdrawn", N_("Taken back by who handed it in")
    RETURNED = "returned", N_("Sent back")
    RECOGNISED = "recognised", N_("Recognised")


class Logged(StrEnum):
    """What a line of the public log says."""

    RECOGNISED = "recognised"  # with the hash of what everybody may have of a report
    REPLACED = "replaced"  # by a later report
    COUNTERSIGNED = "countersigned"  # nothing but that the log was so far on that day


class Sort(WordedEnum):
    """In which order the reports that were handed in are listed."""

    WAITING = "waiting", N_("Waits longest")  # those that wait first, the oldest first
    NAME = "name", N_("Organisation")
    PERIOD = "period", N_("Period")  # the latest first
