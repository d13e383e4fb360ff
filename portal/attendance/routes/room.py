"""The room itself, for the files beside this one."""

from __future__ import annotations

from portal.web.room import Room

BOTH = ("GET", "POST")
room = Room("attendance", "portal.attendance.routes")
