"""What a mark says, and how many minutes it is worth."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import N_, RuleBroken


class AttendanceStatus(StrEnum):
    """Present, excused or absent, and never why: a reason may be health data."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class RecordedHow(StrEnum):
    ALL_AT_ONCE = "all_at_once"
    BY_HAND = "by_hand"
    IMPORTED = "imported"


def minutes_credited(
    status: AttendanceStatus, session_minutes: int, minutes: int | None = None
) -> int:
    """Whole minutes that count: all of the session unless fewer were said, none when not there."""
    if status is not AttendanceStatus.PRESENT:
        return 0
    if minutes is None:
        return session_minutes
    if not 0 < minutes <= session_minutes:
        raise RuleBroken("minutes", N_("Give between 1 and {most} minutes."), most=session_minutes)
    return minutes
