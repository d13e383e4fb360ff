"""The feeds, what goes into which, and how far a page of one goes."""

import re
import uuid
from dataclasses import dataclass
from enum import StrEnum

from portal.offerings.rules import OfferingKind

PAGE_SIZE = 500
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LARGEST = 2**63 - 1


class Feed(StrEnum):
    """An RPDE feed, by the last part of its address."""

    SESSION_SERIES = "session-series"
    SCHEDULED_SESSIONS = "scheduled-sessions"
    COURSE_INSTANCES = "course-instances"


KIND_OF = {
    Feed.SESSION_SERIES: "SessionSeries",
    Feed.SCHEDULED_SESSIONS: "ScheduledSession",
    Feed.COURSE_INSTANCES: "CourseInstance",
}
FEED_OF = {
    OfferingKind.DAY_ACTIVITY: (Feed.SESSION_SERIES, Feed.SCHEDULED_SESSIONS),
    OfferingKind.PRE_TRAJECTORY: (Feed.COURSE_INSTANCES,),
}


@dataclass(frozen=True)
class After:
    """The last item a reader has: its number, and its id if given."""

    modified: int
    id: uuid.UUID | None = None


def read_after(timestamp: str | None, id_: str | None) -> After | None:
    """Read where a reader goes on, None at the beginning; ValueError says what is wrong."""
    if timestamp is None:
        if id_ is not None:
            raise ValueError("afterId needs afterTimestamp")
        return None
    if not re.fullmatch(r"[0-9]{1,19}", timestamp, re.ASCII) or int(timestamp) > _LARGEST:
        raise ValueError("afterTimestamp must be a whole number")
    if id_ is None:
        return After(int(timestamp))
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id_, re.ASCII):
        raise ValueError("afterId must be the id of an item")
    return After(int(timestamp), uuid.UUID(id_))
