"""What was written on a register, and taking back what was done together."""

import uuid as uuids

from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.attendance import queries
from portal.attendance.commands import closing
from portal.attendance.forms import TakeBackForm
from portal.attendance.queries.history import list_entries
from portal.attendance.routes import room
from portal.core import Permission
from portal.web.view import BOTH, actor, page, see_other, session


@room.door("/registers/<uuid:uuid>/history", allow=Permission.RECORD_ATTENDANCE, methods=BOTH)
def history(uuid: uuids.UUID) -> Response:
    """Each recording and correction: who, when, what and how."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = TakeBackForm()
    if form.is_sent_and_valid():
        with form.catching():
            people = closing.take_back(
                session(), actor(), offering_session, form.batch_id, reason=form.why
            )
            done = ngettext("Taken back for one person.", "Taken back for %(num)s people.", people)
            return see_other("attendance.history", uuid=uuid, done=done)
    entries = list_entries(session(), offering_session)
    register = queries.find_register(session(), offering_session.id)
    return page(
        "attendance/history.html",
        form=form,
        offering_session=offering_session,
        entries=entries,
        is_closed=register is not None and register.closed_at is not None,
        may_take_back=not offering_session.is_cancelled
        and any(entry.may_be_taken_back for entry in entries),
    )
