"""Doors of talks: hers, and the organisation's."""

from collections.abc import Sequence

from portal.core import Permission
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import get_enrolment
from portal.notices.rules import CARRIED
from portal.participants.queries import recipient_of
from portal.talks import commands, forms, queries, rules
from portal.web.transaction import afterwards
from portal.web.view import UUID, Response, Room, _, actor, page, see_other, session

room = Room("talks", __name__)


@room.form("/my/enrolments/<uuid:uuid>/messages", allow=Permission.OWN_PAGE)
def own(uuid: UUID) -> Response:
    """Her talk with the organisation of a place that she has or had."""
    return _talk(get_enrolment(session(), actor(), uuid), "talks.own", "talks/own.html")


@room.form("/work/enrolments/<uuid:uuid>/messages", allow=Permission.RECORD_PROGRESS)
def with_her(uuid: UUID) -> Response:
    """The same talk for the staff who guide her."""
    return _talk(get_enrolment(session(), actor(), uuid), "talks.with_her", "talks/with_her.html")


@room.app_template_global("unread_from_her")
def unread_from_her(enrolments: Sequence[Enrolment]) -> dict[int, int]:
    """How many messages of hers nobody read yet, by the enrolment's id."""
    return queries.count_unread(session(), [row.id for row in enrolments], by_her=False)


def _talk(enrolment: Enrolment, endpoint: str, template: str) -> Response:
    form = forms.MessageForm()
    if form.does(lambda: commands.write(session(), actor(), enrolment, form.body.data or "")):
        return see_other(endpoint, uuid=enrolment.uuid, done=_("Your message is sent."))
    by_her = actor().is_participant
    messages = queries.list_messages(session(), enrolment.id)
    if any(one.read_at is None and one.is_hers != by_her for one in messages):
        afterwards(lambda later: commands.mark_read(later, enrolment, by_her=by_her))
    to = recipient_of(session(), enrolment.organisation_id, enrolment.participant)
    return page(
        template,
        form=form,
        enrolment=enrolment,
        messages=messages,
        is_open=rules.is_open(enrolment.status),
        is_told=to.channel in CARRIED,
    )
