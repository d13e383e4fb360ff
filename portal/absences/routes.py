"""The one door of absences: what was done about one; who stayed away stands on pages of home."""

from portal.absences import commands, forms
from portal.absences.rules import FollowUp
from portal.core import N_, Permission, RuleBroken
from portal.enrolments.queries import get_enrolment
from portal.web.forms import read_uuid
from portal.web.view import UUID, Response, Room, _, actor, see_other, session

room = Room("absences", __name__)


@room.button("/work/absences/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def follow_up(uuid: UUID) -> Response:
    """Somebody was called, sent a message or visited."""
    enrolment = get_enrolment(session(), actor(), uuid)
    form = forms.FollowUpForm()
    missed = read_uuid(form.missed.data)
    if not form.is_sent_and_valid() or missed is None:
        raise RuleBroken("", N_("Use one of the buttons."))
    step = form.step.data
    if commands.follow_up(session(), actor(), enrolment, missed, step):
        done = _("The message is on its way.") if step is FollowUp.MESSAGE else _("Noted.")
    else:
        done = _("A colleague has just seen to this.")
    return see_other("home.calls", done=done)
