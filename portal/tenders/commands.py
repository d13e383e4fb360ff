"""Writes of tenders: posting an opportunity, and composing a dossier for one."""

from typing import Any

from portal.core import N_, Actor, RuleBroken, Session, audit, clock, hold_row
from portal.organisations.models import Organisation
from portal.organisations.queries import get_own
from portal.tenders import rules
from portal.tenders.models import Dossier, Opportunity
from portal.tenders.queries import find_dossiers


def write(
    session: Session,
    actor: Actor,
    opportunity: Opportunity | None,
    move: rules.OpportunityMove,
    **values: Any,
) -> Opportunity:
    """Write, publish or withdraw an opportunity; a public one only closes later."""
    if _checked(session, actor).kind not in rules.POSTING_KINDS:
        raise RuleBroken("", N_("Only a municipality or a fund posts opportunities."))
    if values["closes_on"] < clock.today() and move is not rules.OpportunityMove.WITHDRAW:
        raise RuleBroken("closes_on", N_("The last day must not be over yet."))
    if opportunity is None:
        opportunity = Opportunity(organisation_id=actor.organisation_id, **values)
        session.add(opportunity)
        session.flush()
    opportunity = hold_row(session, Opportunity, opportunity.id)
    was_public = opportunity.status is rules.OpportunityStatus.PUBLIC
    opportunity.status = rules.OPPORTUNITY.next(opportunity.status, move)
    if was_public and values["closes_on"] < opportunity.closes_on:
        raise RuleBroken("closes_on", N_("It is public: it can only close later."))
    for name, value in values.items():
        setattr(opportunity, name, value)
    rules.check_asked(opportunity)
    if move is rules.OpportunityMove.PUBLISH:
        opportunity.published_at = clock.now()
    audit.record(session, actor, f"opportunity.{move.value}", opportunity)
    return opportunity


def compose(session: Session, actor: Actor, opportunity: Opportunity, **values: Any) -> Dossier:
    """Keep what an organisation shows for an opportunity, as long as that is open."""
    if _checked(session, actor).kind not in rules.BIDDING_KINDS:
        raise RuleBroken("", N_("Only who offers something answers an opportunity."))
    if opportunity.is_over:
        raise RuleBroken("", N_("This opportunity is over."))
    hold_row(session, Opportunity, opportunity.id)  # of two at once the second changes the first's
    dossier = find_dossiers(session, actor).get(opportunity.id)
    if dossier is None:
        ids = {"organisation_id": actor.organisation_id, "opportunity_id": opportunity.id}
        dossier = Dossier(**ids, **values)
        session.add(dossier)
        session.flush()
    for name, value in values.items():
        setattr(dossier, name, value)
    audit.record(session, actor, "dossier.composed", dossier)
    return dossier


def _checked(session: Session, actor: Actor) -> Organisation:
    own = get_own(session, actor)
    if not own.is_verified:
        raise RuleBroken("", N_("Your organisation isn't checked yet."))
    return own
