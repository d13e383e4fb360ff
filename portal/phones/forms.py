"""Reading events as a phone sends them: JSON that may hold anything at all."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from portal.attendance.rules import REASONS
from portal.core import N_, RuleBroken
from portal.core.typed import read_as
from portal.phones.rules import Event, EventKind

MOST_EVENTS = 500
_UNREADABLE = N_("This did not come through well. Write it down again.")
_WANTED = {
    EventKind.MARK: "person",
    EventKind.WALK_IN: "person",
    EventKind.CLOSE: "session",
    EventKind.UNDO: "batch",
    EventKind.SETTLE: "chosen",
}


def event_of(raw: object) -> Event:
    """Read one event; RuleBroken when it can't be one."""
    try:
        if isinstance(raw, dict):
            raw = {name: value for name, value in raw.items() if value is not None}
        read: Event = read_as(Event, raw)
        read.name.encode()  # half a character can't be kept
        event = replace(read, tapped_at=_in_utc(read.tapped_at), starts_at=_in_utc(read.starts_at))
    except (msgspec.ValidationError, UnicodeEncodeError, OverflowError):
        raise RuleBroken("", _UNREADABLE) from None
    has_all = getattr(event, _WANTED[event.kind]) is not None
    if not has_all or "\x00" in event.name or event.reason not in (None, *REASONS):
        raise RuleBroken("", _UNREADABLE)
    return event


def moment_of(raw: object) -> datetime | None:
    """Read a moment in ISO 8601; None when it can't be one."""
    try:
        return _in_utc(read_as(datetime | None, raw))
    except (msgspec.ValidationError, OverflowError):
        return None


def _in_utc(moment: datetime | None) -> datetime | None:
    """The same moment; without a zone it was in UTC. OverflowError beyond the calendar's end."""
    if moment is None or moment.tzinfo is None:
        return moment and moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
