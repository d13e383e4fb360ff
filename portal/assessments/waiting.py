"""Which conversations wait for whoever holds them, and which for somebody who can."""

from portal.assessments import queries
from portal.assessments.rules import AssessmentStatus
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for

_S = AssessmentStatus


@waits_for(Permission.HOLD_ASSESSMENTS)
def list_held(session: Session, actor: Actor) -> Found:
    """What whoever holds it does next; of whom is a first name only."""
    says = {
        _S.ASKED: (_("wants to tell you what she can"), _("Answer")),
        _S.ACCEPTED: (_("a day for the conversation"), _("Choose a day")),
        _S.PLANNED: (_("a conversation about what she can"), _("Look")),
        _S.RUNNING: (_("the cards lie on the table"), _("Go on")),
        _S.PAUSED: (_("the cards wait"), _("Go on")),
    }
    for row in queries.list_held(session, actor):
        if row.status in says:
            what, action = says[row.status]
            by = row.at if row.status is _S.PLANNED else None
            is_elsewhere = row.organisation_id != actor.organisation_id
            yield Waiting(
                what, "assessments.show", action, {"uuid": row.uuid}, title=row.first_name, by=by,
                otherwise=row.organisation.name if is_elsewhere else "",
            )  # fmt: skip


@waits_for(Permission.RECORD_PROGRESS)
def list_declined(session: Session, actor: Actor) -> Found:
    """Somebody else has to be asked."""
    for row in queries.list_declined(session, actor):
        yield Waiting(
            _("%(name)s can't hold the conversation", name=row.holder.name),
            "assessments.ask", _("Ask somebody"), {"uuid": row.participant.uuid},
            who=row.participant,
        )  # fmt: skip
