"""How a message travels, and when it may."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    CALL = "call"  # no address for e-mail: staff call, or say it at the desk


class NoticeStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up after the last try
