"""What kinds of organisation there are, and what each kind and state allows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.core.actor import Role


class OrganisationKind(StrEnum):
    SOCIAL_ENTERPRISE = "social_enterprise"
    COOPERATIVE = "cooperative"
    COMPANY = "company"
    MUNICIPALITY = "municipality"
    SUPPORT_ORGANISATION = "support_organisation"


class OrganisationStatus(StrEnum):
    REGISTERED = "registered"  # by themselves, not yet looked at
    VERIFIED = "verified"  # an operator knows them; what they publish is public
    REFUSED = "refused"


# Only who stands apart from the providers may recognise their reports.
RECOGNISING_KINDS = frozenset(
    {OrganisationKind.MUNICIPALITY, OrganisationKind.SUPPORT_ORGANISATION}
)
PROVIDING_KINDS = frozenset(
    {
        OrganisationKind.SOCIAL_ENTERPRISE,
        OrganisationKind.COOPERATIVE,
        OrganisationKind.SUPPORT_ORGANISATION,
        OrganisationKind.COMPANY,
    }
)


def roles_in(kind: OrganisationKind) -> tuple[Role, ...]:
    """The roles that a team of this kind of organisation can give."""
    roles = tuple(role for role in Role if role is not Role.RECOGNISER)
    return (*roles, Role.RECOGNISER) if kind in RECOGNISING_KINDS else roles


def tie_holds_on(day: date, from_on: date, until_on: date | None) -> bool:
    """Whether a cooperative's tie to a member is in force on a day; both ends count."""
    return from_on <= day and (until_on is None or day <= until_on)
