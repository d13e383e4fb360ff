"""A participant says ahead whether she comes."""

import uuid as uuids
from datetime import datetime

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance import commands, queries
from portal.attendance.routes import room
from portal.core import Permission
from portal.web.view import actor, see_other, session
from portal.web.words import day


@room.button("/my/sessions/<uuid:uuid>/excuse", allow=Permission.OWN_PAGE)
def excuse(uuid: uuids.UUID) -> Response:
    """She does not come this time."""
    row = queries.get_session(session(), uuid)
    commands.excuse(session(), actor(), row, seen_at=_moment_seen())
    done = _("We know: you do not come on %(day)s.", day=day(row.starts_at))
    return see_other("home.times", done=done)


@room.button("/my/sessions/<uuid:uuid>/come", allow=Permission.OWN_PAGE)
def come(uuid: uuids.UUID) -> Response:
    """She comes after all."""
    row = queries.get_session(session(), uuid)
    commands.take_back_excuse(session(), actor(), row)
    done = _("Good: you come on %(day)s.", day=day(row.starts_at))
    return see_other("home.times", done=done)


def _moment_seen() -> datetime | None:
    """When she read that it would be; an old page without it is believed."""
    try:
        return datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        return None
