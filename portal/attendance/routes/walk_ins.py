"""Somebody comes who was not expected."""

import uuid as uuids

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.attendance import commands, queries
from portal.attendance.commands import walk_ins as walking_in
from portal.attendance.forms.staff import WalkInForm
from portal.attendance.routes import check_drawn_for, room, seen_on_page
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import N_, Permission, RuleBroken
from portal.enrolments.models import Enrolment
from portal.enrolments.pages import called
from portal.enrolments.rules import EndReason
from portal.participants.commands.keys import find_key, holder_of
from portal.participants.models import Participant
from portal.participants.queries import get_known_to, list_known_to
from portal.schedule.models import OfferingSession
from portal.web.forms import read_uuid
from portal.web.view import BOTH, actor, page, see_other, session


@room.door(
    "/registers/<uuid:uuid>/walk-in",
    allow=Permission.RECORD_ATTENDANCE,
    methods=BOTH,
    known_by=("name",),
)
def walk_in(uuid: uuids.UUID) -> Response:
    """Put a known person, her card or a first name on the register, present."""
    at = queries.get_register(session(), actor(), uuid)
    form, found = WalkInForm(), None
    if form.is_sent_and_valid():
        with form.catching():
            check_drawn_for(at)
            if form.way.data != "search":
                enrolment = _let_in(form, at)
                return see_other(
                    "attendance.register", uuid=uuid, done=_done(enrolment),
                    _anchor=f"person-{enrolment.id}",
                )  # fmt: skip
            found = list_known_to(session(), at.organisation_id, _part_of(form))
    register = queries.find_register(session(), at.id)
    return page(
        "attendance/walk_in.html",
        form=form,
        offering_session=at,
        found=found,
        seen=queries.last_change(session(), at.id),
        is_closed=register is not None and register.closed_at is not None,
    )


def _let_in(form: WalkInForm, at: OfferingSession) -> Enrolment:
    who = (
        {"participant": _person(form, at)} if form.way.data != "name" else {"name": form.name.data}
    )
    enrolment = walking_in.walk_in(session(), actor(), at, **who)
    commands.record(
        session(), actor(), at, {enrolment.id: (AttendanceStatus.PRESENT, None)},
        RecordedHow.BY_HAND, reason=form.why, seen=seen_on_page(),
    )  # fmt: skip
    return enrolment


def _person(form: WalkInForm, at: OfferingSession) -> Participant:
    """Somebody whom this organisation knows, or whoever shows her card."""
    if form.way.data == "card":
        card = find_key(session(), form.card_token) if form.card_token else None
        if card is None:
            raise RuleBroken("card", N_("We do not know this card. Write down her first name."))
        return holder_of(session(), card)
    key = read_uuid(form.person.data)
    if key is None:
        raise RuleBroken("", N_("Use one of the buttons."))
    return get_known_to(session(), at.organisation_id, key)


def _part_of(form: WalkInForm) -> str:
    part = form.part.data or ""
    if len(part) < 2:
        raise RuleBroken("part", N_("Write at least two letters."))
    return part


def _done(enrolment: Enrolment) -> str:
    name = called(enrolment.participant)
    if enrolment.end_reason is EndReason.CAME_ONCE:
        return _("%(name)s is on the register, as a guest for this day.", name=name)
    return _("%(name)s is on the register.", name=name)
