"""Doors of the enrolments room, by who stands before them."""

from __future__ import annotations

from portal.enrolments.routes import own, series, sessions, sign_up, staff
from portal.enrolments.routes.room import room

__all__ = ["own", "room", "series", "sessions", "sign_up", "staff"]
