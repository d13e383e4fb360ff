"""The room that the doors beside this file belong to."""

from __future__ import annotations

import uuid

from portal.web.room import Room

room = Room("enrolments", "portal.enrolments.routes")
BOTH = ("GET", "POST")


def read_uuid(text: str | None) -> uuid.UUID | None:
    """A row's uuid as a form or a cookie holds it; None for anything else."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
