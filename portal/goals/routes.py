"""Doors of goals: hers, and the organisation's."""

from portal.core import Permission
from portal.enrolments.queries import get_enrolment
from portal.goals import commands, queries
from portal.goals.forms import goals_form, outcomes_form
from portal.offerings.labels import grouped_competences
from portal.web.view import UUID, Response, Room, _, actor, page, request, see_other, session

room = Room("goals", __name__)
room.app_template_global("goals_to_end")(lambda: queries.list_ended_unspoken(session(), actor()))


@room.form("/my/enrolments/<uuid:uuid>/goals", allow=Permission.OWN_PAGE, endpoint="own")
@room.form("/work/enrolments/<uuid:uuid>/goals", allow=Permission.RECORD_PROGRESS)
def of_her(uuid: UUID) -> Response:
    """Her goals at a place, and how it went, for both."""
    enrolment, is_own = get_enrolment(session(), actor(), uuid), actor().is_participant
    goals = queries.list_goals(session(), enrolment.id)
    is_writing = not goals or "change" in request.args
    writing = goals_form(grouped_competences(enrolment.offering.competences), goals)
    judging = outcomes_form(goals, is_own=is_own)
    form = writing if is_writing else judging
    if form.is_sent_and_valid():
        if is_writing:
            commands.write(session(), actor(), enrolment, writing.written())
        else:
            commands.judge(session(), actor(), enrolment, judging.said())
        return see_other(str(request.endpoint), uuid=enrolment.uuid, done=_("Saved."))
    return page(
        "goals/goals.html", form=form, enrolment=enrolment, goals=goals, is_own=is_own,
        is_writing=is_writing,
    )  # fmt: skip
