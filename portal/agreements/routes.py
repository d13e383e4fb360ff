"""Doors of agreements: staff write and confirm, the participant reads and confirms."""

from __future__ import annotations

import uuid as uuids

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.agreements import commands, queries, rules
from portal.agreements.forms import AgreementForm, ConfirmForm, PaperForm
from portal.agreements.models import Agreement
from portal.agreements.rules import ConfirmedHow
from portal.core import clock
from portal.core.actor import Permission
from portal.core.errors import NotFound
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import get_enrolment
from portal.web.current import actor, session
from portal.web.page import page, see_other
from portal.web.room import Room

room = Room("agreements", __name__)
_BOTH = ("GET", "POST")


@room.door("/work/enrolments/<uuid:uuid>/agreement", allow=Permission.RECORD_PROGRESS)
def show(uuid: uuids.UUID) -> Response:
    """The text that holds now, who said yes to it, and the earlier ones."""
    enrolment = get_enrolment(session(), actor(), uuid)
    return _draw(enrolment, PaperForm(data={"signed_on": clock.today()}))


@room.door(
    "/work/enrolments/<uuid:uuid>/agreement/edit",
    allow=Permission.RECORD_PROGRESS,
    methods=_BOTH,
)
def write(uuid: uuids.UUID) -> Response:
    """Write the text, or change it: then it is a new version."""
    enrolment = get_enrolment(session(), actor(), uuid)
    current = queries.find_current(session(), enrolment.id)
    form = AgreementForm(obj=current, data=None if current else _begun(enrolment))
    if form.is_sent_and_valid():
        with form.catching():
            commands.write(session(), actor(), enrolment, **form.values())
            return see_other("agreements.show", uuid=uuid, done=_("Saved."))
    return page("agreements/write.html", form=form, enrolment=enrolment, current=current)


@room.door(
    "/work/enrolments/<uuid:uuid>/agreement/confirm",
    allow=Permission.RECORD_PROGRESS,
    methods=["POST"],
)
def confirm_as_guide(uuid: uuids.UUID) -> Response:
    """The guide says yes."""
    agreement = _current(get_enrolment(session(), actor(), uuid))
    _check_read(agreement)
    commands.confirm_as_guide(session(), actor(), agreement)
    return see_other("agreements.show", uuid=uuid, done=_("You confirmed it."))


@room.door(
    "/work/enrolments/<uuid:uuid>/agreement/paper",
    allow=Permission.RECORD_PROGRESS,
    methods=["POST"],
)
def note_paper(uuid: uuids.UUID) -> Response:
    """The participant signed the printed text."""
    enrolment = get_enrolment(session(), actor(), uuid)
    agreement = _current(enrolment)
    form = PaperForm()
    if form.is_sent_and_valid():
        with form.catching():
            commands.note_paper(
                session(), actor(), agreement, signed_on=form.signed_on.data or clock.today()
            )
            return see_other("agreements.show", uuid=uuid, done=_("Saved."))
    return _draw(enrolment, form)


@room.door("/work/enrolments/<uuid:uuid>/agreement/print", allow=Permission.RECORD_PROGRESS)
def print_page(uuid: uuids.UUID) -> Response:
    """The text on paper, with room for two signatures."""
    enrolment = get_enrolment(session(), actor(), uuid)
    return page("agreements/print.html", enrolment=enrolment, agreement=_current(enrolment))


@room.door("/my/enrolments/<uuid:uuid>/agreement", allow=Permission.OWN_PAGE, methods=_BOTH)
def own(uuid: uuids.UUID) -> Response:
    """What we agreed, for the participant; she says yes with a button."""
    enrolment = get_enrolment(session(), actor(), uuid)
    agreement = _current(enrolment)
    form = ConfirmForm()
    if form.is_sent_and_valid():
        with form.catching():
            rules.check_is_newest(not form.is_about(agreement.version))
            commands.confirm(session(), actor(), agreement, ConfirmedHow.CARD)
            return see_other("agreements.own", uuid=uuid, done=_("Thank you. You said yes."))
    form.version.data = str(agreement.version)
    return page("agreements/own.html", form=form, enrolment=enrolment, agreement=agreement)


def _begun(enrolment: Enrolment) -> dict[str, object]:
    """What a first text begins with."""
    return {
        "from_on": enrolment.started_on or clock.today(),
        "minutes_per_week": enrolment.offering.minutes_per_week or None,
    }


def _current(enrolment: Enrolment) -> Agreement:
    found = queries.find_current(session(), enrolment.id)
    if found is None:
        raise NotFound("agreement")
    return found


def _check_read(agreement: Agreement) -> None:
    rules.check_is_newest(not ConfirmForm().is_about(agreement.version))


def _draw(enrolment: Enrolment, form: PaperForm) -> Response:
    current = queries.find_current(session(), enrolment.id)
    return page(
        "agreements/show.html",
        form=form,
        enrolment=enrolment,
        agreement=current,
        earlier=queries.list_earlier(session(), enrolment.id),
        may_write=rules.may_have_agreement(enrolment.offering.kind, enrolment.status),
    )
