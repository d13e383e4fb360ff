"""What holds for one person at one session, from all that was ever saved about it.

It depends on the set of changes only, never on the order in which they arrived: phones without a
signal send late, twice, and in any order. A change names those that its maker had seen; it takes
their place. Where two were made without seeing each other and say something else, it is a dispute:
one of them stands, the other is kept and shown, and a person decides.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.attendance.rules import AttendanceStatus

Value = tuple[AttendanceStatus, int]


@dataclass(frozen=True)
class Recording:
    """One change as it is weighed. `number` is the row's; `replaces` None: all before it.

    `is_after_close` says that it came after the register was closed, and gave no reason.
    """

    number: int
    event_id: uuid.UUID
    value: Value | None  # None: no mark is left
    replaces: frozenset[uuid.UUID] | None
    tapped_at: datetime
    is_after_close: bool = False


@dataclass(frozen=True)
class Standing:
    """What holds (None: nothing), and what others saved that says something else.

    `has_rivals`: there are more changes that nobody has replaced yet, if only of the same value; or
    one was named that isn't here yet, and may come.
    """

    holds: Recording | None
    others: tuple[Recording, ...] = ()
    has_rivals: bool = False


def stand(changes: Collection[Recording]) -> Standing:
    """Weigh all changes about one person at one session.

    The latest tap holds, except that what was closed stays until somebody says why it changes. A
    change that leaves no mark gives way to any other, and is never in dispute.
    """
    counting = [one for one in changes if not one.is_after_close]  # what came late takes no place
    named = {
        event_id
        for one in counting
        for event_id in (one.replaces or ())
        if event_id != one.event_id
    }
    cleared = max((one.number for one in counting if one.replaces is None), default=0)
    here = {one.event_id for one in changes}
    latest = [one for one in changes if one.event_id not in named and one.number >= cleared]
    return choose(latest, waits=not named <= here)


def choose(latest: Collection[Recording], *, waits: bool) -> Standing:
    """Choose among what nothing replaced; `waits` for what was named and may come."""
    marks = [one for one in latest if one.value is not None]
    if not marks:
        return Standing(None)
    holds = max(marks, key=_weight)
    others = sorted((one for one in marks if one.value != holds.value), key=_weight)
    return Standing(holds, tuple(others), has_rivals=len(latest) > 1 or waits)


def _weight(change: Recording) -> tuple[bool, datetime, bytes]:
    return not change.is_after_close, change.tapped_at, change.event_id.bytes
