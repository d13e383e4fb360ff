"""When two people look like one, and the life of a merge."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

UNDO_WITHIN = timedelta(days=30)


class MergeStatus(StrEnum):
    ASKED = "asked"  # another organisation that knows one of them has its say
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"
    NOT_THE_SAME = "not_the_same"  # staff looked: two people, not to be suggested again
