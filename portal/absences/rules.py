"""What can be done when somebody stays away."""

from portal.core.errors import N_
from portal.core.worded import WordedEnum


class FollowUp(WordedEnum):
    """What can be done when somebody stays away."""

    CALL = "call", N_("Called")
    MESSAGE = "message", N_("Sent a message")
    VISIT = "visit", N_("Went to see her")
