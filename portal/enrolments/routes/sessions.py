"""Dates that change after people signed up: they are told."""

import uuid as uuids
from functools import partial
from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission, clock
from portal.enrolments import commands, queries
from portal.enrolments.forms import MoveSessionForm
from portal.enrolments.routes import room
from portal.schedule.models import OfferingSession
from portal.schedule.queries import get_own_session
from portal.web.forms import Form
from portal.web.view import BOTH, actor, check_seen, page, see_other, session


@room.door("/work/sessions/<uuid:uuid>/move", allow=Permission.MANAGE_OFFERINGS, methods=BOTH)
def move_session(uuid: uuids.UUID) -> Response:
    """Another day, time or place for one session; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = MoveSessionForm(of=held, data=partial(_times_of, held))
    if form.is_sent_and_valid():
        with form.catching():
            told = commands.move_session(session(), actor(), held, **form.values())
            done = _("The session is moved. People told: %(count)s.", count=told)
            return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/move_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip


def _times_of(held: OfferingSession) -> dict[str, Any]:
    starts, ends = clock.to_local(held.starts_at), clock.to_local(held.ends_at)
    return {
        "day": starts.date(), "starts": starts.time(), "ends": ends.time(), "place": held.place,
    }  # fmt: skip


@room.door("/work/sessions/<uuid:uuid>/cancel", allow=Permission.MANAGE_OFFERINGS, methods=BOTH)
def cancel_session(uuid: uuids.UUID) -> Response:
    """One session does not take place; those who come are told."""
    held = get_own_session(session(), actor(), uuid)
    form = Form()
    if form.is_sent_and_valid():
        with form.catching():
            check_seen(held)
            told = commands.cancel_session(session(), actor(), held)
            done = _("The session is cancelled. People told: %(count)s.", count=told)
            return see_other("offerings.show", slug=held.offering.slug, done=done)
    return page(
        "enrolments/cancel_session.html", form=form, held=held,
        expected=len(queries.list_on_register(session(), held)),
    )  # fmt: skip
