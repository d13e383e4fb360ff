"""What was written on a register, and taking back what was done together."""

from __future__ import annotations

import uuid as uuids

from werkzeug.wrappers import Response

from portal.attendance import queries
from portal.attendance.routes.room import room
from portal.core.actor import Permission
from portal.web.current import actor, session
from portal.web.page import page


@room.door("/registers/<uuid:uuid>/history", allow=Permission.RECORD_ATTENDANCE)
def history(uuid: uuids.UUID) -> Response:
    """Each recording and correction: who, when, what and how."""
    offering_session = queries.get_register(session(), actor(), uuid)
    return page(
        "attendance/history.html",
        offering_session=offering_session,
        changes=queries.list_changes(session(), offering_session.id),
    )
