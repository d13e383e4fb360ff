"""How a message travels, and when it may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from portal.core.clock import from_local, to_local

MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=15)  # for sending a letter that was claimed
_FIRST_WAIT = timedelta(minutes=1)
_MORNING = time(9)  # when a message that had to wait is sent
_QUIET_FROM, _QUIET_UNTIL = time(21), time(8)  # Amsterdam's wall clock


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    CALL = "call"  # staff call her
    LETTER = "letter"  # staff print it, and she gets it at the desk


CARRIED = frozenset({Channel.EMAIL, Channel.SMS})  # by the house itself; staff do the others


class NoticeStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up after the last try
    LAPSED = "lapsed"  # came too late to be of use, so it was not sent


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for, and how it gets there; without an address somebody has to tell her.

    The address is an e-mail address or, `by` SMS, a phone number.
    """

    name: str
    address: str
    language: str
    participant_id: int | None = None
    by: Channel = Channel.EMAIL

    @property
    def channel(self) -> Channel:
        return Channel.CALL if self.by in CARRIED and not self.address else self.by


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """When to try again after so many failures: 1, 2, 4, ... minutes; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + _FIRST_WAIT * (1 << (attempts - 1))


def next_morning(now: datetime) -> datetime:
    """The morning after, for a person who had her message of today."""
    return from_local(to_local(now).date() + timedelta(days=1), _MORNING)


def is_quiet(moment: datetime) -> bool:
    """Whether people are left alone at this moment: from 21.00 until 08.00."""
    at = to_local(moment).time()
    return at >= _QUIET_FROM or at < _QUIET_UNTIL


def next_daytime(moment: datetime) -> datetime:
    """The moment itself by day; in quiet hours the next morning at 09.00."""
    if not is_quiet(moment):
        return moment
    local = to_local(moment)
    day = local.date() + timedelta(days=local.time() >= _QUIET_FROM)
    return from_local(day, _MORNING)
