"""A group over time."""

from __future__ import annotations

from werkzeug.wrappers import Response

from portal.attendance.queries.group import over_time
from portal.attendance.routes import room
from portal.core.actor import Permission
from portal.offerings.queries import get_own
from portal.web.current import actor, session
from portal.web.page import page


@room.door("/registers/groups/<slug>", allow=Permission.RECORD_ATTENDANCE)
def group(slug: str) -> Response:
    """Who came to which of the last sessions, as a picture, and what that says in words."""
    offering = get_own(session(), actor(), slug)
    return page("attendance/group.html", offering=offering, over=over_time(session(), offering))
