"""Who asks for a look: members that log late, and people who stayed away."""

import uuid as uuids
from datetime import timedelta

from flask import request
from flask_babel import gettext as _, ngettext

from portal.attendance.commands import members as figures
from portal.attendance.forms import FollowUpForm
from portal.attendance.routes import room
from portal.attendance.rules import FollowUp
from portal.core import N_, Permission, RuleBroken, clock
from portal.enrolments.queries import get_enrolment
from portal.web.forms import read_uuid
from portal.web.view import Response, actor, page, see_other, session
from portal.web.words import clock_time


@room.door("/registers/members", allow=Permission.RECORD_ATTENDANCE)
def members() -> Response:
    """Show per member what was logged, late and missing, over four weeks or one."""
    weeks = figures.first_days(clock.today())
    chosen = next((day for day in weeks if day.isoformat() == request.args.get("week")), None)
    four_weeks = figures.last_weeks(clock.today())
    first_on, last_on = (chosen, chosen + timedelta(days=6)) if chosen else four_weeks
    found = figures.list_of_members(session(), actor(), first_on, last_on)
    return page(
        "attendance/members.html",
        members=[member for member in found if member.may_log],
        silent=[member for member in found if not member.may_log],
        weeks=weeks,
        chosen=chosen,
        first_on=first_on,
        last_on=last_on,
        reminded_at=figures.last_reminded(session(), actor()),
    )


@room.button("/registers/members/remind", allow=Permission.RECORD_ATTENDANCE)
def remind_members() -> Response:
    """One message to the teams of all members who are behind, once a day."""
    told = figures.remind_members(session(), actor())
    if told is None:
        at = figures.last_reminded(session(), actor()) or clock.now()
        done = _("They were reminded today at %(time)s.", time=clock_time(at))
    elif told:
        done = ngettext("%(num)s member is reminded.", "%(num)s members are reminded.", told)
    else:
        done = _("Nobody is behind. Nobody was reminded.")
    return see_other("attendance.members", done=done)


@room.button("/work/absences/<uuid:uuid>", allow=Permission.RECORD_ATTENDANCE)
def follow_up(uuid: uuids.UUID) -> Response:
    """Somebody was called, sent a message or visited."""
    enrolment = get_enrolment(session(), actor(), uuid)
    form = FollowUpForm()
    missed = read_uuid(form.missed.data)
    if not form.is_sent_and_valid() or missed is None:
        raise RuleBroken("", N_("Use one of the buttons."))
    step = FollowUp(form.step.data)
    if figures.follow_up(session(), actor(), enrolment, missed, step):
        done = _("The message is on its way.") if step is FollowUp.MESSAGE else _("Noted.")
    else:
        done = _("A colleague has just seen to this.")
    return see_other("home.calls", done=done)
