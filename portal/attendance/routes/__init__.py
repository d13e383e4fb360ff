"""Doors of the attendance room, by what they are about."""

from __future__ import annotations

from portal.attendance.commands import leaving
from portal.attendance.routes import (
    ahead,
    events,
    group,
    history,
    members,
    not_held,
    offline,
    paper,
    register,
    signals,
    walk_ins,
)
from portal.attendance.routes.room import room

_ = leaving  # it looks at everybody who leaves
__all__ = [
    "ahead",
    "events",
    "group",
    "history",
    "members",
    "not_held",
    "offline",
    "paper",
    "register",
    "room",
    "signals",
    "walk_ins",
]
