"""Reading events as a phone sends them: JSON that may hold anything at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from portal.attendance.rules import REASONS, AttendanceStatus, CorrectionReason
from portal.attendance.rules.events import Event, EventKind
from portal.core.errors import N_, RuleBroken

MOST_EVENTS = 500
_MOST_REPLACED = 100  # one phone knows a handful; a person is marked a few times
_MOST_LETTERS = 200
_UNREADABLE = N_("This did not come through well. Write it down again.")

E = TypeVar("E", bound=StrEnum)


def event_of(raw: object) -> Event:
    """One event; RuleBroken when it can't be one."""
    try:
        if not isinstance(raw, Mapping):
            raise ValueError("not an object")
        return _event(raw)
    except ValueError:
        raise RuleBroken("", _UNREADABLE) from None


def moment_of(raw: object) -> datetime | None:
    """A moment in ISO 8601; without a zone it is in UTC. ValueError when it can't be one."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise ValueError("not a text")
    moment = datetime.fromisoformat(raw)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("no such moment") from None


def _event(raw: Mapping[str, Any]) -> Event:
    event_id, session = _key(raw.get("id")), _key(raw.get("session"))
    kind = _one_of(EventKind, raw.get("kind"))
    if event_id is None or session is None or kind is None:
        raise ValueError("an event without its id, kind or session")
    event = Event(
        id=event_id,
        kind=kind,
        session=session,
        person=_key(raw.get("person")),
        status=_one_of(AttendanceStatus, raw.get("status")),
        minutes=_minutes(raw.get("minutes")),
        replaces=_keys(raw.get("replaces")),
        tapped_at=moment_of(raw.get("tapped_at")),
        starts_at=moment_of(raw.get("starts_at")),
        reason=_one_of(CorrectionReason, raw.get("reason")),
        batch=_key(raw.get("batch")),
        name=_text(raw.get("name")),
        chosen=_key(raw.get("chosen")),
    )
    if event.reason not in (None, *REASONS):
        raise ValueError("a reason that nobody chooses")
    wanted = _WANTED[kind]
    if wanted is not None and getattr(event, wanted) is None:
        raise ValueError(f"{kind} without {wanted}")
    return event


_WANTED = {
    EventKind.MARK: "person",
    EventKind.WALK_IN: "person",
    EventKind.CLOSE: None,
    EventKind.UNDO: "batch",
    EventKind.SETTLE: "chosen",
}


def _key(raw: object) -> uuid.UUID | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) != 36:
        raise ValueError("not a key")
    return _parsed(raw)


@lru_cache(maxsize=4096)
def _parsed(raw: str) -> uuid.UUID:
    """The same session, people and earlier taps come again and again."""
    return uuid.UUID(raw)


def _keys(raw: object) -> tuple[uuid.UUID, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > _MOST_REPLACED:
        raise ValueError("not a list of keys")
    return tuple(key for key in map(_key, raw) if key is not None)


def _one_of(kind: type[E], raw: object) -> E | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise ValueError("not a text")
    return kind(raw)


def _minutes(raw: object) -> int | None:
    if raw is None:
        return None
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise ValueError("not a whole number")
    return raw


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > _MOST_LETTERS or "\x00" in raw:
        raise ValueError("not a text")
    raw.encode()  # half a character can't be kept; UnicodeEncodeError is a ValueError
    return raw
