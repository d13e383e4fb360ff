"""A session that did not go on, and one that did after all."""

import uuid as uuids

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.attendance import queries
from portal.attendance.commands.not_held import go_on_after_all, mark_not_held
from portal.attendance.forms import NotHeldForm
from portal.attendance.routes import check_drawn_for, room
from portal.core import Permission, clock
from portal.enrolments.queries import list_on_register
from portal.schedule.rules import NotHeldReason
from portal.web.view import BOTH, actor, page, see_other, session


@room.door("/registers/<uuid:uuid>/not-held", allow=Permission.RECORD_ATTENDANCE, methods=BOTH)
def not_held(uuid: uuids.UUID) -> Response:
    """It did not go on: why, a reason of the organisation's and never a person's."""
    offering_session = queries.get_register(session(), actor(), uuid)
    form = NotHeldForm()
    if form.is_sent_and_valid():
        with form.catching():
            check_drawn_for(offering_session)
            reason = NotHeldReason(form.reason.data)
            told = mark_not_held(session(), actor(), offering_session, reason)
            done = _("Noted: it did not go on.")
            if told:
                done = ngettext(
                    "Noted. One person is told.", "Noted. %(num)s people are told.", told
                )
            return see_other("attendance.register", uuid=uuid, done=done)
    is_to_come = offering_session.starts_at > clock.now()
    expected = len(list_on_register(session(), offering_session)) if is_to_come else 0
    return page(
        "attendance/not_held.html",
        form=form,
        offering_session=offering_session,
        is_to_come=is_to_come,
        expected=expected,
    )


@room.door("/registers/<uuid:uuid>/went-on", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def went_on(uuid: uuids.UUID) -> Response:
    """It went on after all."""
    offering_session = queries.get_register(session(), actor(), uuid)
    go_on_after_all(session(), actor(), offering_session)
    done = _("Good: it went on. Now write down who was there.")
    return see_other("attendance.register", uuid=uuid, done=done)
