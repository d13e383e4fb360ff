"""What a participant does herself with her own enrolments."""

import uuid as uuids

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission
from portal.enrolments import commands, queries
from portal.enrolments.routes import room
from portal.web.forms import Form
from portal.web.view import BOTH, actor, check_seen, page, see_other, session


@room.door("/my/enrolments/<uuid:uuid>/confirm", allow=Permission.OWN_PAGE, methods=["POST"])
def confirm(uuid: uuids.UUID) -> Response:
    """Take the place that was offered."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    commands.take_place(session(), actor(), enrolment)
    return see_other("home.my", done=_("You have a place. See you there!"))


@room.door("/my/enrolments/<uuid:uuid>/withdraw", allow=Permission.OWN_PAGE, methods=BOTH)
def withdraw(uuid: uuids.UUID) -> Response:
    """Take back a sign-up, leave the line or give up a place, asked once more."""
    enrolment = queries.get_enrolment(session(), actor(), uuid)
    form = Form()
    if form.is_sent_and_valid():
        with form.catching():
            check_seen(enrolment)
            commands.leave(session(), actor(), enrolment)
            return see_other("home.activities", done=_("You are off the list."))
    return page(
        "enrolments/withdraw.html", form=form, enrolment=enrolment, offering=enrolment.offering
    )
