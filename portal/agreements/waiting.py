"""Agreements to which the organisation did not say yes yet."""

from portal.agreements.queries import list_half_confirmed
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.RECORD_PROGRESS)
def list_to_confirm(session: Session, actor: Actor) -> Found:
    """Who said yes herself and waits for her guide."""
    for row in list_half_confirmed(session, actor.organisation_id):
        yield Waiting(
            _("said yes to the agreement; you did not yet"), "agreements.show", _("Read"),
            {"uuid": row.uuid}, who=row,
            otherwise=_("It holds once both of you said yes."),
        )  # fmt: skip
