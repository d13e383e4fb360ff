"""What staff do when somebody stays away."""

import uuid as uuids

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance.commands import signals
from portal.attendance.forms.staff import FollowUpForm
from portal.attendance.routes import room
from portal.attendance.rules import FollowUp
from portal.core import N_, Permission, RuleBroken
from portal.enrolments.queries import get_enrolment
from portal.web.view import actor, see_other, session


@room.door("/work/absences/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE, methods=["POST"])
def follow_up(uuid: uuids.UUID) -> Response:
    """Somebody was called, sent a message or visited."""
    enrolment = get_enrolment(session(), actor(), uuid)
    form = FollowUpForm()
    missed = form.missed_session()
    if not form.is_sent_and_valid() or missed is None:
        raise RuleBroken("", N_("Use one of the buttons."))
    step = FollowUp(form.step.data)
    if signals.follow_up(session(), actor(), enrolment, missed, step):
        done = _("The message is on its way.") if step is FollowUp.MESSAGE else _("Noted.")
    else:
        done = _("A colleague has just seen to this.")
    return see_other("home.calls", done=done)
