"""Of whom only a first name is known."""

from portal.participants.queries import list_only_names
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.RECORD_ATTENDANCE, rest="home.list_people")
def list_to_ask(session: Session, actor: Actor) -> Found:
    """Who walked in, the first to come first."""
    for person in list_only_names(session, actor.organisation_id):
        yield Waiting(
            _("came with only a first name"), "participants.change_contact", _("Ask the rest"),
            values={"uuid": person.uuid}, who=person,
        )  # fmt: skip
