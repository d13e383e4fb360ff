"""How a message travels, and when it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from portal.core.clock import from_local, to_local

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=15)  # for sending a letter that was claimed
_FIRST_WAIT = timedelta(minutes=1)
_MORNING = time(9)  # when a message that had to wait a day is sent


class Channel(StrEnum):
    EMAIL = "email"
    CALL = "call"  # no address for e-mail: staff call, or say it at the desk


class NoticeStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up after the last try


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for; without an address somebody has to tell her."""

    name: str
    address: str
    language: str
    participant_id: int | None = None

    @property
    def channel(self) -> Channel:
        return Channel.EMAIL if self.address else Channel.CALL


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """When to try again after so many failures: 1, 2, 4, ... minutes; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + _FIRST_WAIT * (1 << (attempts - 1))


def next_morning(now: datetime) -> datetime:
    """The morning after, for a person who had her message of today."""
    return from_local(to_local(now).date() + timedelta(days=1), _MORNING)
