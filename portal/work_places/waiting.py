"""Which work places wait for their employer to say that they still hold."""

from portal.offerings.rules import CONFIRM_AFTER, Step
from portal.offerings.waiting import to_confirm
from portal.web.waiting import Actor, Found, Permission, Session, _, clock, waits_for
from portal.work_places.queries import list_unconfirmed


@waits_for(Permission.MANAGE_OFFERINGS, rest="work_places.list_own")
def list_places_to_confirm(session: Session, actor: Actor) -> Found:
    """Two weeks after it was asked, it is hidden."""
    for place in list_unconfirmed(session, clock.now() - CONFIRM_AFTER, actor.organisation_id):
        yield to_confirm(
            place, _("is this work still there?"), "work_places.take_step", step=Step.CONFIRM.value
        )
