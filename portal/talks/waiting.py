"""Whose message nobody read."""

from portal.talks import queries
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.RECORD_PROGRESS)
def list_talks(session: Session, actor: Actor) -> Found:
    """Who wrote, the oldest first; it stands here until somebody opened it."""
    for row in queries.list_waiting(session, actor.organisation_id):
        offering = row.enrolment.offering
        yield Waiting(
            _("wrote a message"), "talks.with_her", _("Read"), {"uuid": row.enrolment.uuid},
            who=row.enrolment.participant, title=offering.title,
            title_language=offering.text_language, by=row.created_at,
        )  # fmt: skip
