"""The register on paper, for where there is no phone."""

from __future__ import annotations

import uuid as uuids

from flask import url_for
from werkzeug.wrappers import Response

from portal.attendance import queries
from portal.attendance.pages import register_paper
from portal.attendance.routes import room
from portal.core import clock
from portal.core.actor import Permission
from portal.web.current import actor, session, settings
from portal.web.documents import pdf_response


@room.door("/registers/<uuid:uuid>/register.pdf", allow=Permission.RECORD_ATTENDANCE)
def paper(uuid: uuids.UUID) -> Response:
    """A sheet to tick and sign, with a code that leads back to the register."""
    row = queries.get_register(session(), actor(), uuid)
    url = settings().base_url + url_for("attendance.register", uuid=uuid)
    on = clock.to_local(row.starts_at).date()
    data = register_paper(session(), row, url)
    return pdf_response("attendance/register", data, f"presentielijst-{on:%Y-%m-%d}.pdf")
