"""The steps in a report's way from its makers to the public, and how long each may take."""

from datetime import timedelta
from enum import StrEnum

from portal.core.errors import N_
from portal.core.worded import WordedEnum

ANSWER_WITHIN = timedelta(days=14)  # who handed in, a question
DECIDE_WITHIN = timedelta(days=42)  # who recognises, on a report and on an appeal
APPEAL_WITHIN = timedelta(days=42)


class Decision(WordedEnum):
    SUBMITTED = "submitted", N_("Handed in")
    WITHDRAWN = "withdrawn", N_("Taken back by who handed it in")
    RETURNED = "returned", N_("Sent back")
    DECLINED = "declined", N_("Declined")
    APPEALED = "appealed", N_("Asked to look again")
    RECOGNISED = "recognised", N_("Recognised")
    # What is said of one figure.
    REMARKED = "remarked", N_("Remark")
    ACCEPTED = "accepted", N_("All right")
    ASKED = "asked", N_("Question")
    ANSWERED = "answered", N_("Answer")
    # What happened with what was drawn.
    SHOWN = "shown", N_("Shown")
    LOOKED = "looked", N_("Looked at")


class Logged(StrEnum):
    """What a line of the public log says."""

    RECOGNISED = "recognised"  # with the hash of what everybody may have of a report
    REPLACED = "replaced"  # by a later report
    PRINTED = "printed"  # with the hash of its PDF's own bytes
    COUNTERSIGNED = "countersigned"  # nothing but that the log was so far on that day


class Sort(WordedEnum):
    """In which order the reports that were handed in are listed."""

    WAITING = "waiting", N_("Waits longest")  # those that wait first, the oldest first
    NAME = "name", N_("Organisation")
    PERIOD = "period", N_("Period")  # the latest first
