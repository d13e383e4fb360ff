"""What kinds of organisation there are, and what each kind and state allows."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from portal.core.actor import Role
from portal.core.errors import N_, RuleBroken
from portal.core.letters import letters
from portal.core.moves import Moves
from portal.core.worded import WordedEnum

INVITATION_LASTS = timedelta(days=14)
_TAKEN_BY_PAGES = frozenset({"register"})  # /organisations/register is the form
_MOST_SLUG = 60  # characters; leaves room for a number behind it


class OrganisationKind(WordedEnum):
    SOCIAL_ENTERPRISE = "social_enterprise", N_("Social enterprise")
    COOPERATIVE = "cooperative", N_("Cooperative")
    COMPANY = "company", N_("Company")
    MUNICIPALITY = "municipality", N_("Municipality")
    SUPPORT_ORGANISATION = "support_organisation", N_("Support organisation")


class OrganisationStatus(WordedEnum):
    REGISTERED = "registered", N_("Waiting for a check")  # by themselves, not yet looked at
    VERIFIED = "verified", N_("Checked")  # an operator knows them; what they publish is public
    # nothing of it is offered; its team finishes what runs
    SUSPENDED = "suspended", N_("Suspended")
    REFUSED = "refused", N_("Refused")


class Ruling(StrEnum):
    """What an operator says of an organisation."""

    VERIFY = "verify"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    LIFT = "lift"


_S = OrganisationStatus
RULINGS = Moves(
    N_("This can't be done any more: somebody decided about it meanwhile."),
    {
        (_S.REGISTERED, Ruling.VERIFY): _S.VERIFIED,
        (_S.REGISTERED, Ruling.REFUSE): _S.REFUSED,
        (_S.VERIFIED, Ruling.SUSPEND): _S.SUSPENDED,
        (_S.VERIFIED, Ruling.REFUSE): _S.REFUSED,
        (_S.SUSPENDED, Ruling.LIFT): _S.VERIFIED,
        (_S.SUSPENDED, Ruling.REFUSE): _S.REFUSED,
        (_S.REFUSED, Ruling.VERIFY): _S.VERIFIED,
    },
)
# Whose team gets to its data: to finish its registers, also while nothing of it is offered.
# What is public, who may invite and who recognises asks for VERIFIED.
AT_WORK = frozenset({_S.REGISTERED, _S.VERIFIED, _S.SUSPENDED})

# Whose day is activities; companies and support organisations may offer one, too.
ACTIVITY_KINDS = frozenset({OrganisationKind.SOCIAL_ENTERPRISE, OrganisationKind.COOPERATIVE})
# Only who stands apart from the providers may recognise their reports.
RECOGNISING_KINDS = {OrganisationKind.MUNICIPALITY, OrganisationKind.SUPPORT_ORGANISATION}
# These offer activities, and can be members of a cooperative.
PROVIDING_KINDS = frozenset(OrganisationKind) - {OrganisationKind.MUNICIPALITY}


def roles_in(kind: OrganisationKind) -> tuple[Role, ...]:
    """The roles that a team of this kind of organisation can give."""
    roles = tuple(role for role in Role if role is not Role.RECOGNISER)
    return (*roles, Role.RECOGNISER) if kind in RECOGNISING_KINDS else roles


def is_left_without_admin(roles: Mapping[int, Role], changed: int, to: Role | None) -> bool:
    """Say whether a team loses its last admin by a role, or leaving (None)."""
    after = {**roles, changed: to}
    return roles[changed] is Role.ADMIN and Role.ADMIN not in after.values()


def check_may_invite(status: OrganisationStatus) -> None:
    """Who wasn't looked at yet sends no mail in our name: anybody may register."""
    if status is OrganisationStatus.SUSPENDED:
        raise RuleBroken("", N_("Your organisation is suspended: you can't invite anybody now."))
    if status is not OrganisationStatus.VERIFIED:
        raise RuleBroken(
            "",
            N_("Your organisation isn't checked yet. When it is, you can invite your team here."),
        )


def read_kvk(text: str) -> str:
    """Read a number in the trade register; "" for what can't be one."""
    digits = re.sub(r"[\s.]", "", text)
    return digits if re.fullmatch(r"[0-9]{8}", digits) and digits.strip("0") else ""


def slug_of(name: str, number: int = 1) -> str:
    """The part of an address that stands for a name; `number` tells namesakes apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", letters(name))[:_MOST_SLUG].strip("-") or "organisation"
    if slug in _TAKEN_BY_PAGES:
        slug = f"{slug}-organisation"
    return slug if number == 1 else f"{slug}-{number}"
