"""What a mark says, how many minutes it is worth, and when a register is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from portal.core.errors import N_, RuleBroken

OPENS_BEFORE = timedelta(hours=12)  # so that who excuses herself in advance can be marked
LATE_AFTER = timedelta(days=2)  # a register not logged by then is a signal
LONG_ABSENCE = 3  # times in a row that are a signal


class AttendanceStatus(StrEnum):
    """Present, excused or absent, and never why: a reason may be health data."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class RecordedHow(StrEnum):
    ALL_AT_ONCE = "all_at_once"
    BY_HAND = "by_hand"
    IMPORTED = "imported"
    BY_HERSELF = "by_herself"  # she said ahead that she does not come
    TAKEN_BACK = "taken_back"  # she comes after all: only in the history, as no mark is left


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


def opens_at(starts_at: datetime) -> datetime:
    """From when people can be marked."""
    return starts_at - OPENS_BEFORE


def check_register_open(starts_at: datetime, is_cancelled: bool, now: datetime) -> None:
    """Refuse marks for a session that was cancelled or is still far off."""
    if is_cancelled:
        raise RuleBroken("", N_("This session was cancelled. Nobody can be marked."))
    if now < opens_at(starts_at):
        raise RuleBroken("", N_("This register is not open yet."))


def check_may_excuse(starts_at: datetime, is_cancelled: bool, now: datetime) -> None:
    """She says ahead that she does not come, or comes after all; once it began, staff mark."""
    if is_cancelled:
        raise RuleBroken("", N_("This does not take place any more. You need not do anything."))
    if now >= starts_at:
        raise RuleBroken("", N_("It has begun already. Please call."))


def check_still_then(starts_at: datetime, seen_at: datetime | None) -> None:
    """What she read before she answered must be what holds: it may have moved meanwhile."""
    if seen_at is not None and seen_at != starts_at:
        raise RuleBroken("", N_("The time has changed. Look at the new time first."))


def absences_in_a_row(latest_first: Iterable[AttendanceStatus]) -> int:
    """How often somebody was absent since she was last present; excused counts neither way."""
    times = 0
    for status in latest_first:
        if status is AttendanceStatus.PRESENT:
            break
        times += status is AttendanceStatus.ABSENT
    return times
