"""Registering, checking and editing organisations, and who works for them."""

from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.commands import create_user
from portal.accounts.models import User
from portal.accounts.queries import actor_for
from portal.core import Actor, Permission, Purpose, Role, as_house, audit, clock, hold_lock, links
from portal.core.errors import N_, RuleBroken, or_not_found
from portal.core.reading import pick
from portal.core.tokens import hash_of, new_token
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.organisations import queries, rules
from portal.organisations.models import CooperativeTie, Invitation, Membership, Organisation


def register(
    session: Session,
    actor: Actor,
    *,
    kind: rules.OrganisationKind,
    name: str,
    admin_name: str,
    admin_email: str,
    language: str,
    **details: Any,
) -> Organisation:
    """Make an organisation to be checked; the link that is mailed makes its admin."""
    hold_lock(session, "organisations.slug")
    number = 1
    while queries.is_slug_taken(session, rules.slug_of(name, number)):
        number += 1
    about = {"slug": rules.slug_of(name, number), "kind": kind, **details}
    organisation = Organisation(name=name, **about)
    audit.add(session, actor, "organisation.registered", organisation)
    invitation = Invitation(
        organisation=organisation,
        email=admin_email,
        name=admin_name,
        role=Role.ADMIN,
        language=language,
    )
    send_link(session, invitation, "organisations/registered")
    return organisation


def edit(session: Session, actor: Actor, *, name: str, **details: Any) -> Organisation:
    """Change what the actor's organisation says about itself; its address stays."""
    organisation = queries.get_own(session, actor)
    for field, value in {"name": name, **details}.items():
        setattr(organisation, field, value)
    audit.record(session, actor, "organisation.edited", organisation)
    return organisation


def decide(
    session: Session, actor: Actor, slug: str, ruling: rules.Ruling, *, words: str = ""
) -> Organisation:
    """Decide about an organisation as an operator, and tell its people.

    Verified, what it publishes is public; suspended, nothing is, and its team finishes what runs;
    refused, its team gets to nobody's data. A second press of the button changes nothing.
    """
    organisation = queries.get_by_slug(session, slug)
    if organisation.status in _AFTER[ruling]:
        return organisation
    organisation.status = rules.RULINGS.next(organisation.status, ruling)
    is_suspended = organisation.status is rules.OrganisationStatus.SUSPENDED
    organisation.suspended_for = words if is_suspended else ""
    if organisation.is_verified:
        organisation.verified_at = clock.now()
    _tell_people(session, organisation, ruling, words)
    if ruling is rules.Ruling.VERIFY:
        for invitation in queries.list_unopened_registrations(session, organisation.id):
            send_link(session, invitation, "organisations/registered")  # the first may have ended
    audit.record(session, actor, f"organisation.{organisation.status.value}", organisation)
    return organisation


_AFTER = {
    ruling: {after for (_, said), after in rules.RULINGS.items() if said is ruling}
    for ruling in rules.Ruling
}


# Who of the team hears of it, and how: a stop and its end are for everybody who works there.
_HEARS = {
    rules.Ruling.VERIFY: (Permission.MANAGE_TEAM, "organisations/verified"),
    rules.Ruling.REFUSE: (Permission.MANAGE_TEAM, "organisations/refused"),
    rules.Ruling.SUSPEND: (Permission.SEE_DAY, "organisations/suspended"),
    rules.Ruling.LIFT: (Permission.SEE_DAY, "organisations/verified"),
}


def _tell_people(
    session: Session, organisation: Organisation, ruling: rules.Ruling, words: str
) -> None:
    """Mail the team, and whoever registered the organisation and has not opened her link."""
    permission, kind = _HEARS[ruling]
    team = queries.list_recipients(session, organisation.id, permission)
    people = {to.address: to for to in team}
    for invitation in queries.list_unopened_registrations(session, organisation.id):
        new = Recipient(invitation.name, invitation.email, invitation.language)
        people.setdefault(invitation.email, new)
    for to in people.values():
        tell(session, to, kind, organisation=organisation.name, words=words)


def send_link(session: Session, invitation: Invitation, kind: str) -> None:
    """Mail an invitation's link, once more if need be; an earlier link of it dies."""
    invitation.expires_at = clock.now() + rules.INVITATION_LASTS
    session.add(invitation)
    session.flush()
    links.end(session, Purpose.INVITATION, invitation.uuid)
    tell(
        session,
        Recipient(invitation.name, invitation.email, invitation.language),
        kind,
        not_after=invitation.expires_at,
        invitation=str(invitation.uuid),
        organisation=invitation.organisation.name,
    )


def invite(session: Session, actor: Actor, *, email: str, role: Role, **who: str) -> Invitation:
    """Mail a link to join the actor's team; her earlier one dies."""
    organisation = queries.get_own(session, actor, lock=True)
    rules.check_may_invite(organisation.status)
    _check_role(organisation, role)
    if any(member.user.email == email for member in queries.list_team(session, actor)):
        raise RuleBroken("email", N_("Somebody with this e-mail address is in the team already."))
    for earlier in queries.list_open_invitations(session, actor):
        if earlier.email == email:
            earlier.withdrawn_at = clock.now()
    invitation = Invitation(
        organisation=organisation, email=email, role=role, invited_by_id=actor.user_id, **who
    )
    send_link(session, invitation, "organisations/invitation")
    audit.record(session, actor, "invitation.sent", invitation, role=role.value)
    return invitation


def _check_role(organisation: Organisation, role: Role) -> None:
    if role not in rules.roles_in(organisation.kind):
        raise RuleBroken("role", N_("A team like yours does not have this role."))


def withdraw_invitation(session: Session, actor: Actor, invitation_id: int) -> None:
    """Let an open invitation of the actor's organisation end."""
    invitation = pick(queries.list_open_invitations(session, actor), id=invitation_id)
    invitation.withdrawn_at = clock.now()
    audit.record(session, actor, "invitation.withdrawn", invitation)


def accept_as_new(
    session: Session, *, token: str, name: str, password: str, language: str
) -> tuple[User, Organisation]:
    """Join a team as a new user; the link proves her address."""
    invited = or_not_found(queries.find_invitation(session, token))
    user = create_user(  # before the invitation is locked, since hashing takes long
        session, email=invited.email, name=name, password=password, language=language
    )
    return user, _join(session, _take(session, token), user)


def accept(session: Session, actor: Actor, *, token: str) -> Organisation:
    """Join a team as who is signed in, if she was invited."""
    invitation = _take(session, token)
    user = session.get(User, actor.user_id) if actor.user_id else None
    if user is None or user.email != invitation.email:
        raise RuleBroken("", N_("This invitation is for another e-mail address."))
    return _join(session, invitation, user)


def _take(session: Session, token: str) -> Invitation:
    return or_not_found(queries.find_invitation(session, token, lock=True))


def _join(session: Session, invitation: Invitation, user: User) -> Organisation:
    organisation = invitation.organisation
    invitation.accepted_at = clock.now()
    with as_house(session):  # her other teams are not for this actor to see
        memberships = queries.list_memberships_of(session, user.id)
    if all(membership.organisation_id != organisation.id for membership in memberships):
        membership = Membership(user=user, organisation=organisation, role=invitation.role)
        session.add(membership)
        audit.record(
            session,
            actor_for(user),
            "membership.joined",
            membership,
            organisation_id=organisation.id,
            role=invitation.role.value,
        )
    return organisation


def change_role(session: Session, actor: Actor, membership_id: int, *, role: Role) -> None:
    """Give somebody in the actor's team another role; there is always an admin."""
    organisation = queries.get_own(session, actor, lock=True)
    _check_role(organisation, role)
    membership = queries.get_membership(session, actor, membership_id)
    _check_admin_stays(session, actor, membership, role)
    membership.role = role
    audit.record(session, actor, "membership.role_changed", membership, role=role.value)


def remove(session: Session, actor: Actor, membership_id: int) -> None:
    """Take somebody, or oneself, out of a team; an admin always stays."""
    queries.get_own(session, actor, lock=True)
    membership = queries.get_membership(session, actor, membership_id)
    _check_admin_stays(session, actor, membership, None)
    audit.record(session, actor, "membership.removed", membership, user_id=membership.user_id)
    session.delete(membership)


def issue_calendar(session: Session, actor: Actor, *, goes_on: bool = True) -> str:
    """Give the actor's weeks a new secret address; "" where they stop."""
    membership = queries.own_membership(session, actor)
    token = new_token() if goes_on else ""
    membership.calendar_hash = hash_of(token) if goes_on else None
    audit.record(session, actor, "membership.calendar_issued", membership, goes_on=goes_on)
    return token


def _check_admin_stays(
    session: Session, actor: Actor, membership: Membership, to: Role | None
) -> None:
    """The caller holds the organisation's lock, so two admins can't both step down."""
    roles = {member.id: member.role for member in queries.list_team(session, actor)}
    if rules.is_left_without_admin(roles, membership.id, to):
        raise RuleBroken(
            "role",
            N_("{name} is the last admin. Make somebody else an admin first."),
            name=membership.user.name,
        )


def add_tie(
    session: Session, actor: Actor, *, cooperative_id: int, **values: Any
) -> CooperativeTie:
    """Make the actor's organisation a member of a cooperative, and say what it allows."""
    member = queries.get_own(session, actor, lock=True)
    if member.kind not in rules.PROVIDING_KINDS:
        raise RuleBroken("", N_("An organisation like yours can't be a member of a cooperative."))
    found = queries.list_checked(session, actor, rules.OrganisationKind.COOPERATIVE)
    if cooperative_id not in {one.id for one in found}:
        raise RuleBroken("cooperative_id", N_("Choose one from the list."))
    tie = CooperativeTie(cooperative_id=cooperative_id, member_id=member.id)
    _set_tie(session, actor, tie, "added", values)
    return tie


def edit_tie(session: Session, actor: Actor, tie_id: int, **values: Any) -> None:
    """Change the dates of a tie of the actor's organisation, or what it allows."""
    queries.get_own(session, actor, lock=True)
    tie = pick(queries.list_own_ties(session, actor), id=tie_id)
    _set_tie(session, actor, tie, "edited", values)


def _set_tie(
    session: Session, actor: Actor, tie: CooperativeTie, done: str, values: dict[str, Any]
) -> None:
    from_on, until_on = values["from_on"], values["until_on"]
    if until_on is not None and until_on < from_on:
        raise RuleBroken("until_on", N_("The last day can't be before the first day."))
    for other in queries.list_own_ties(session, actor):
        is_same_pair = other.cooperative_id == tie.cooperative_id and other is not tie
        if is_same_pair and clock.share_a_day(from_on, until_on, other.from_on, other.until_on):
            raise RuleBroken(
                "from_on", N_("You are a member of this cooperative in these days already.")
            )
    for name in ("from_on", "until_on", "may_log_attendance", "may_see_figures"):
        setattr(tie, name, values[name])
    said = ("cooperative_id", "may_log_attendance", "may_see_figures")
    about = {name: getattr(tie, name) for name in said}
    audit.add(session, actor, f"cooperative_tie.{done}", tie, **about)
