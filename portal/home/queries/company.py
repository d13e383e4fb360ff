"""What an employer has: work places, introductions by who acts, who works there, and duties."""

from dataclasses import dataclass

from sqlalchemy import func, select

from portal.core import Actor, Permission, Session, clock
from portal.introductions.queries import list_seen, list_waiting
from portal.introductions.rules import BEFORE_WORK, IntroductionStatus, Side
from portal.offerings.rules import CONFIRM_AFTER, TAKES_APPLICATIONS
from portal.social_return.queries import list_contracts, state
from portal.work_places.models import WorkPlace
from portal.work_places.queries import list_unconfirmed


@dataclass
class Company:
    """Counts of what is open; nothing where the reader may not see it."""

    open: int = 0
    free: int = 0
    stale: int = 0
    acts: int = 0  # introductions in which the company has to do something
    waits: int = 0  # and those in which she or her guide has
    at_work: int = 0
    duty_cents: int = 0
    left: int = 0  # of the duty, in cents

    def __bool__(self) -> bool:
        return any(vars(self).values())


def company_of(session: Session, actor: Actor) -> Company:
    """Count what an employer has, as far as one of its staff may see it."""
    found = Company()
    if actor.has_activities or not actor.organisation_id:
        return found
    if actor.may(Permission.MANAGE_OFFERINGS):
        is_open = WorkPlace.status.in_(TAKES_APPLICATIONS)
        free = func.coalesce(func.sum(WorkPlace.places - WorkPlace.places_taken), 0)
        own = select(func.count(), free).where(WorkPlace.organisation_id == actor.organisation_id)
        found.open, found.free = session.execute(own.where(is_open)).one()
        since = clock.now() - CONFIRM_AFTER
        found.stale = len(list_unconfirmed(session, since, actor.organisation_id))
    if actor.may(Permission.RECORD_PROGRESS):
        rows = [one for one in list_seen(session) if one.side_of(actor) is Side.EMPLOYER]
        ours = {one.uuid for one in list_waiting(session, actor, Side.EMPLOYER)}
        before = [one for one in rows if one.status in BEFORE_WORK]
        found.acts = sum(one.uuid in ours for one in before)
        found.waits = len(before) - found.acts
        found.at_work = sum(one.status is IntroductionStatus.PLACED for one in rows)
    if actor.may(Permission.KEEP_CONTRACTS):
        theirs = [
            one for one in list_contracts(session) if one.organisation_id == actor.organisation_id
        ]
        for stated in state(session, theirs):
            found.duty_cents += stated.contract.duty_cents
            found.left += stated.left_cents
    return found
