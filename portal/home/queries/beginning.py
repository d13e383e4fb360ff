"""What a new organisation still has to do before it runs: five steps that tick themselves."""

from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal.attendance.models import Register
from portal.core import Actor, Permission
from portal.offerings.models import Offering
from portal.organisations.models import Membership, Organisation
from portal.organisations.rules import OrganisationKind
from portal.schedule.models import OfferingSession


class Beginning(StrEnum):
    """A step of a new organisation, in the order in which they can be taken."""

    ABOUT = "about"  # who we are, and how to reach us
    VERIFIED = "verified"  # done by an operator
    TEAM = "team"
    ACTIVITY = "activity"
    REGISTER = "register"


def steps_of(session: Session, actor: Actor) -> dict[Beginning, bool]:
    """Which steps are done, for who runs a social enterprise; nothing once all five are."""
    if not actor.may(Permission.EDIT_ORGANISATION):
        return {}
    own = actor.organisation_id
    team = select(func.count()).where(Membership.organisation_id == own).scalar_subquery()
    published = exists().where(Offering.organisation_id == own, Offering.published_at.is_not(None))
    closed = exists().where(
        Register.session_id == OfferingSession.id,
        OfferingSession.organisation_id == own,
        Register.closed_at.is_not(None),
    )
    row = session.execute(
        select(Organisation, team, published, closed).where(
            Organisation.id == own, Organisation.kind == OrganisationKind.SOCIAL_ENTERPRISE
        )
    ).one_or_none()
    if row is None:
        return {}
    organisation, members, has_activity, has_register = row
    done = {
        Beginning.ABOUT: bool(organisation.about and organisation.address and organisation.phone),
        Beginning.VERIFIED: organisation.is_verified,
        Beginning.TEAM: members > 1,
        Beginning.ACTIVITY: bool(has_activity),
        Beginning.REGISTER: bool(has_register),
    }
    return {} if all(done.values()) else done
