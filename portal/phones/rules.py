"""What a phone says was done on a register: one event, that says by itself what it is about."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from portal.attendance.rules import AttendanceStatus, CorrectionReason


class EventKind(StrEnum):
    """What somebody did on a register."""

    MARK = "mark"
    WALK_IN = "walk_in"
    CLOSE = "close"
    UNDO = "undo"
    SETTLE = "settle"


@dataclass(frozen=True)
class Event:
    """One thing done on a phone, which made `id`; `replaces`: taps it had seen."""

    id: uuid.UUID
    kind: EventKind
    session: uuid.UUID
    person: uuid.UUID | None = None  # an enrolment; of who walks in, made on the phone too
    status: AttendanceStatus | None = None
    minutes: int | None = None
    replaces: Annotated[tuple[uuid.UUID, ...], Meta(max_length=100)] = ()  # one phone: a handful
    tapped_at: datetime | None = None  # by the phone's own clock
    reason: CorrectionReason | None = None
    batch: uuid.UUID | None = None
    name: Annotated[str, Meta(max_length=200)] = ""
    chosen: uuid.UUID | None = None
    starts_at: datetime | None = None  # of the session, as the phone knew it
