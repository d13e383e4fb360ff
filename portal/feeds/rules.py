"""The feeds and how far a page of one goes."""

from __future__ import annotations

from enum import StrEnum


class Feed(StrEnum):
    """An RPDE feed, by the last part of its address."""

    SESSION_SERIES = "session-series"
    SCHEDULED_SESSIONS = "scheduled-sessions"
    COURSE_INSTANCES = "course-instances"
