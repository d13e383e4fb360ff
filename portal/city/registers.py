"""Attendance: who was there, who wrote it down, and what was put right later."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.city.days import Calendar
from portal.city.groups import Group, Meeting
from portal.city.rows import Rows
from portal.city.stays import Stay, whose
from portal.enrolments.rules import EndReason, EnrolmentStatus

_NOT_LOGGED = frozenset({"jam-en-zuur", "boeken-en-speelgoed"})  # the last time
_FADES = timedelta(weeks=4)
_SILENT = frozenset({EndReason.UNKNOWN, EndReason.OWN_CHOICE})

_CHECKS_IN = 0.06  # of who is there: by the code on the tablet
_FROM_FILE = 0.02  # kept in a spreadsheet, and read in later

Version = tuple[AttendanceStatus, int, datetime, RecordedHow]


def logged(calendar: Calendar, group: Group, draw: random.Random) -> list[Meeting]:
    """List sessions held and written down; a few of this week's are not yet."""
    held = [m for m in group.meetings if m.day < calendar.today and not m.is_cancelled]
    if held and group.key in _NOT_LOGGED:
        held.pop()
    week = calendar.today - timedelta(days=6)
    return [m for m in held if m.day < week or draw.random() > 0.04]


def count_marks(meetings: list[Meeting], stays: list[Stay]) -> int:
    """How many marks those registers hold."""
    return sum(1 for meeting in meetings for _ in _expected(meeting, stays))


def write_marks(
    rows: Rows, group: Group, meetings: list[Meeting], stays: list[Stay], draw: random.Random
) -> None:
    """Write every mark with its history."""
    fading = {
        stay.id
        for stay in stays
        if stay.end_reason in _SILENT
        or (stay.status is EnrolmentStatus.ENROLLED and draw.random() < 0.04)
    }
    for meeting in meetings:
        logger = group.guide_id
        if group.house.logged_by and draw.random() < 0.2:
            logger = group.house.logged_by[0]
        _write_register(rows, group, meeting, logger)
        for stay in _expected(meeting, stays):
            chance = stay.person.is_there
            last_on = stay.ended_on or rows.calendar.today
            if stay.id in fading and meeting.day > last_on - _FADES:
                chance = 0.1
            versions = _versions(rows.calendar, meeting, chance, draw)
            _write_mark(rows, group, meeting, stay, versions, logger)


def _expected(meeting: Meeting, stays: list[Stay]) -> Iterator[Stay]:
    return (stay for stay in stays if stay.includes(meeting.day))


def _write_mark(
    rows: Rows, group: Group, meeting: Meeting, stay: Stay, versions: list[Version], logger: int
) -> None:
    """All that was written down of one person, the last of it as her mark."""
    shown: dict[str, Any] = {}
    for status, minutes, at, how in versions:
        is_put_right = at > _closed_at(meeting)
        shown = {
            "session_id": meeting.id,
            **whose(group, stay),
            "status": status,
            "minutes": minutes,
            "recorded_at": at,
            "recorded_by_id": logger,
            "how": how,
            "event_id": rows.new_uuid(),
        }
        reason = CorrectionReason.HEARD_LATER if is_put_right else None
        rows.add(AttendanceChange, created_at=at, reason=reason, **shown)
    rows.add(AttendanceMark, created_at=versions[0][2], is_counted=True, **shown)


def _write_register(rows: Rows, group: Group, meeting: Meeting, logger: int) -> None:
    rows.add(
        Register,
        created_at=meeting.ends_at,
        session_id=meeting.id,
        organisation_id=group.house.id,
        version=1,
        closed_at=_closed_at(meeting),
        closed_by_id=logger,
    )


def _closed_at(meeting: Meeting) -> datetime:
    return meeting.ends_at + timedelta(minutes=5)


def _versions(
    calendar: Calendar, meeting: Meeting, chance: float, draw: random.Random
) -> list[Version]:
    """What was written down, the last of it holding now."""
    at = meeting.ends_at - timedelta(minutes=20)
    everyone: Version = (AttendanceStatus.PRESENT, meeting.minutes, at, RecordedHow.ALL_AT_ONCE)
    found = draw.random()
    if found < chance * _CHECKS_IN:
        came = meeting.ends_at - timedelta(minutes=meeting.minutes - 5)
        return [(AttendanceStatus.PRESENT, meeting.minutes, came, RecordedHow.CHECKED_IN)]
    if found < chance * (_CHECKS_IN + _FROM_FILE):
        file_read = min(meeting.ends_at + timedelta(days=9), calendar.now)
        return [(AttendanceStatus.PRESENT, meeting.minutes, file_read, RecordedHow.IMPORTED)]
    by_hand = at + timedelta(minutes=1)
    if found < chance * 0.96:
        versions = [everyone]
    elif found < chance:  # she came late or left early
        minutes = max(15, meeting.minutes - draw.choice((30, 45, 60, 90)))
        versions = [
            everyone, (AttendanceStatus.PRESENT, minutes, by_hand, RecordedHow.BY_HAND)
        ]  # fmt: skip
    else:
        status = AttendanceStatus.EXCUSED if draw.random() < 0.6 else AttendanceStatus.ABSENT
        versions = [(status, 0, by_hand, RecordedHow.BY_HAND)]
        if draw.random() < 0.3:  # one tap for all of them first
            versions.insert(0, everyone)
    next_day = at + timedelta(hours=19)
    if draw.random() < 0.01 and next_day < calendar.now:
        versions.append(_put_right(versions[-1], meeting, next_day))
    return versions


def _put_right(version: Version, meeting: Meeting, at: datetime) -> Version:
    if version[0] is AttendanceStatus.PRESENT:
        return (AttendanceStatus.EXCUSED, 0, at, RecordedHow.BY_HAND)
    return (AttendanceStatus.PRESENT, meeting.minutes, at, RecordedHow.BY_HAND)
