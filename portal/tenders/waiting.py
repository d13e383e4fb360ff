"""Opportunities that are new and fit, for who could answer them."""

from datetime import time

from portal.core import clock
from portal.tenders.queries import find_kind, fits_of, list_public
from portal.tenders.rules import BIDDING_KINDS
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, ngettext, waits_for


@waits_for(Permission.TENDER, rest="tenders.post")
def list_that_fit(session: Session, actor: Actor) -> Found:
    """List open ones of which the organisation has something, and made no dossier yet."""
    found = list_public(session)
    kinds = {kind for (kind,) in find_kind(session, actor.organisation_id)} if found else ()
    if not BIDDING_KINDS.intersection(kinds):
        return
    for fit in fits_of(session, actor, found):
        if fit.met and fit.dossier is None:
            one, number = fit.opportunity, len(fit.met)
            what = ngettext(
                "an opportunity: you have %(num)s thing that it asks",
                "an opportunity: you have %(num)s things that it asks",
                number,
            )
            closes = clock.from_local(one.closes_on, time(23, 59))
            yield Waiting(
                what, "tenders.fit", _("Look"), {"uuid": one.uuid}, title=one.title, by=closes
            )
