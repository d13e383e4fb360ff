"""Doors of the attendance room, by what they are about."""

from __future__ import annotations

from portal.attendance.routes import ahead, register
from portal.attendance.routes.room import room

__all__ = ["ahead", "register", "room"]
