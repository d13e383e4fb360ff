"""Doors of talks: hers, and the organisation's."""

from portal.core import Permission
from portal.enrolments.queries import get_enrolment
from portal.notices.rules import CARRIED
from portal.participants.queries import recipient_of
from portal.talks import commands, forms, queries, rules
from portal.web.transaction import afterwards
from portal.web.view import UUID, Response, Room, _, actor, page, request, see_other, session

room = Room("talks", __name__)
room.app_template_global("unread_from_her")(
    lambda rows: queries.count_unread(session(), [row.id for row in rows], by_her=False)
)


@room.form("/my/enrolments/<uuid:uuid>/messages", allow=Permission.OWN_PAGE, endpoint="own")
@room.form("/work/enrolments/<uuid:uuid>/messages", allow=Permission.RECORD_PROGRESS)
def with_her(uuid: UUID) -> Response:
    """Her talk with the organisation of a place that she has or had, for both."""
    enrolment, by_her = get_enrolment(session(), actor(), uuid), actor().is_participant
    form = forms.MessageForm()
    if form.does(lambda: commands.write(session(), actor(), enrolment, form.body.data or "")):
        return see_other(str(request.endpoint), uuid=uuid, done=_("Your message is sent."))
    messages = queries.list_messages(session(), enrolment.id)
    if any(one.read_at is None and one.is_hers != by_her for one in messages):
        afterwards(lambda later: commands.mark_read(later, enrolment, by_her=by_her))
    to = recipient_of(session(), enrolment.organisation_id, enrolment.participant)
    return page(
        "talks/own.html" if by_her else "talks/with_her.html",
        form=form,
        enrolment=enrolment,
        messages=messages,
        is_open=rules.is_open(enrolment.status),
        is_told=to.channel in CARRIED,
    )
