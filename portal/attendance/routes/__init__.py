"""Doors of the attendance room, by what they are about."""

from __future__ import annotations

from portal.attendance.routes import ahead, offline, register
from portal.attendance.routes.room import room

__all__ = ["ahead", "offline", "register", "room"]
