"""Short signed links for messages: whoever holds one may do that one thing, and nothing else.

A link names one row by its UUID and is never kept. It is short, so that it fits in an SMS, and it
can't be guessed: 96 bits are signed with the portal's secret. What it opens says itself whether it
is still of use. Opening one changes nothing: a preview must not use it up.
"""

from __future__ import annotations

import hmac
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from enum import StrEnum

from flask import Flask, current_app, url_for

_MAC_BYTES = 12


class Purpose(StrEnum):
    """What a link is for; a link for one thing is none for another."""

    ENROLMENT = "enrolment"  # the participant's answers about one enrolment
    REMINDERS = "reminders"  # no reminders any more
    KIOSK = "kiosk"  # a tablet that takes cards at one session; no message holds it


def init_app(app: Flask) -> None:
    """Give the templates of messages `short_link(purpose, uuid)`."""
    app.jinja_env.globals.update(short_link=short_link)


def short_link(purpose: Purpose | str, row: uuid.UUID | str) -> str:
    """The whole address of a link."""
    address: str = url_for("home.answer", token=signed(Purpose(purpose), row), _external=True)
    return address


def signed(purpose: Purpose, row: uuid.UUID | str) -> str:
    """The last part of a link's address."""
    named = uuid.UUID(str(row)).bytes
    return urlsafe_b64encode(named + _mac(purpose, named)).decode().rstrip("=")


def read(token: str) -> tuple[Purpose, uuid.UUID] | None:
    """What a link is for and which row it names; None when we did not make it."""
    try:
        data = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (Error, ValueError):
        return None
    named, mac = data[:16], data[16:]
    for purpose in Purpose:
        if hmac.compare_digest(mac, _mac(purpose, named)):
            return purpose, uuid.UUID(bytes=named)
    return None


def _mac(purpose: Purpose, named: bytes) -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, b"link:" + purpose.value.encode() + named, "sha256")[:_MAC_BYTES]
