"""The room that the doors beside this file belong to."""

from __future__ import annotations

from portal.web.room import Room

room = Room("enrolments", "portal.enrolments.routes")
BOTH = ("GET", "POST")
