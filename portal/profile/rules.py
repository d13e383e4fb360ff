"""Which lines of her profile others see: she decides line by line."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any


class ProfileLine(StrEnum):
    """A kind of line that is switched on and off.

    An example of hers has its own switch.
    """

    ACTIVITY = "activity"
    HOURS = "hours"
    LEARN = "learn"
    WISH = "wish"
    PHONE = "phone"
    BADGE = "badge"  # that another gave
    PHOTO = "photo"  # of what she made, with an example


_ONLY_WHEN_ASKED = {ProfileLine.HOURS, ProfileLine.PHONE, ProfileLine.BADGE, ProfileLine.PHOTO}


def line_of(kind: ProfileLine, key: Any = "") -> str:
    """The name of one line, as a switch says it."""
    return f"{kind.value}:{key}" if key else kind.value


def is_in(line: str, switched: Collection[str]) -> bool:
    """Whether others see a line; hours and a number only where she asked for it."""
    at_first = ProfileLine(line.partition(":")[0]) not in _ONLY_WHEN_ASKED
    return at_first != (line in switched)
