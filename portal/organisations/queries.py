"""Reads about organisations, their teams and their ties."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.core import Page, Purpose, as_house, clock, links, one_or_not_found, page_of, past_guard
from portal.core.actor import OPERATOR_MAY, ROLES, Actor, ActorKind, Permission, Role
from portal.core.areas import areas
from portal.core.asked import asks_rows
from portal.core.errors import or_not_found
from portal.core.tokens import hash_of
from portal.notices.rules import Recipient
from portal.organisations import rules
from portal.organisations.models import CooperativeTie, Invitation, Membership, Organisation


def list_memberships_of(session: Session, user_id: int) -> Sequence[Membership]:
    """A user's roles, by the organisation's name; the first is where she begins."""
    found = session.scalars(_MEMBERSHIPS, {"of": user_id})
    return sorted(found, key=lambda membership: membership.organisation.name.casefold())


_MEMBERSHIPS = (
    select(Membership)
    .join(Membership.organisation)
    .where(Membership.user_id == bindparam("of"), Organisation.status.in_(rules.AT_WORK))
    .options(joinedload(Membership.organisation))
)


def find_staff_actor(
    session: Session, user_id: int, session_version: int, organisation_id: int | None
) -> Actor | None:
    """Find a signed-in user's actor, for the chosen or first organisation; None if outdated."""
    with as_house(session):
        roles = _roles_of(session, user_id)
    if not roles or roles[0].session_version != session_version:
        return None
    by_name = sorted(
        roles,
        key=lambda role: (role.organisation_id is None, (role.organisation_name or "").casefold()),
    )
    chosen = next((role for role in by_name if role.organisation_id == organisation_id), by_name[0])
    known = {role.organisation_id: role.organisation_name for role in by_name}
    elsewhere = tuple(one for one in known.items() if one[0] not in (None, chosen.organisation_id))
    return replace(_actor_of(session, chosen), elsewhere=elsewhere)


_MAY_WORK = Organisation.status.in_(rules.AT_WORK)


@asks_rows
def _roles_of(user_id: int) -> Select[*tuple[Any, ...]]:
    at = Organisation
    of_organisation = at.id.label("organisation_id"), at.name.label("organisation_name"), at.kind
    of_user = User.id.label("user_id"), User.name, User.is_operator, User.session_version
    return (
        select(*of_user, Membership.role, *of_organisation)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(at, and_(at.id == Membership.organisation_id, _MAY_WORK))
        .where(User.id == user_id)
        .order_by(Membership.id)
    )


def staff_actor(session: Session, user: User, membership: Membership | None) -> Actor:
    """A user acting in one role; an operator may have none."""
    session.flush()  # who is new has no number before
    chosen = membership.organisation_id if membership else None
    return or_not_found(find_staff_actor(session, user.id, user.session_version, chosen))


def find_calendar(session: Session, token: str) -> Actor | None:
    """Find whose week a calendar with this secret reads; None once she left that team."""
    query = (
        select(User.id, User.session_version, Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.calendar_hash == hash_of(token))
    )
    row = past_guard(session).execute(query).first()
    if row is None:
        return None
    who = find_staff_actor(session, row.id, row.session_version, row.organisation_id)
    return who if who and who.organisation_id == row.organisation_id else None


def own_membership(session: Session, actor: Actor) -> Membership:
    """The role in which the actor works now."""
    return one_or_not_found(
        session,
        select(Membership).filter_by(user_id=actor.user_id, organisation_id=actor.organisation_id),
    )


def _actor_of(session: Session, role: Any) -> Actor:
    permissions = set(OPERATOR_MAY if role.is_operator else ())
    who = Actor(
        kind=ActorKind.STAFF,
        name=role.name,
        user_id=role.user_id,
        is_operator=role.is_operator,
        permissions=frozenset(permissions or {Permission.SEE_DAY}),
    )
    if role.organisation_id is None:  # none, or one that was refused
        return who
    permissions |= ROLES[role.role]
    if role.kind not in rules.RECOGNISING_KINDS:
        permissions.discard(Permission.RECOGNISE)
    ties = _ties_in_force(session, role.organisation_id, role.kind)
    return replace(
        who,
        organisation_id=role.organisation_id,
        organisation_name=role.organisation_name,
        role=role.role,
        has_activities=role.kind in rules.ACTIVITY_KINDS,
        is_company=role.kind is rules.OrganisationKind.COMPANY,
        logs_for=frozenset(t.member_id for t in ties if t.may_log_attendance),
        sees_figures_of=frozenset(t.member_id for t in ties if t.may_see_figures),
        permissions=frozenset(permissions),
    )


def _ties_in_force(
    session: Session, organisation_id: int, kind: rules.OrganisationKind
) -> list[CooperativeTie]:
    if kind is not rules.OrganisationKind.COOPERATIVE:
        return []
    ties = session.scalars(select(CooperativeTie).filter_by(cooperative_id=organisation_id))
    return [tie for tie in ties if clock.is_within(clock.today(), tie.from_on, tie.until_on)]


def get_own(session: Session, actor: Actor, *, lock: bool = False) -> Organisation:
    """Read the actor's organisation; locked, its team and ties change singly."""
    query = select(Organisation).where(Organisation.id == actor.organisation_id)
    if lock:
        query = query.with_for_update()
    return one_or_not_found(session, query.execution_options(populate_existing=lock))


def get_by_slug(session: Session, slug: str) -> Organisation:
    """Any organisation, for an operator."""
    return one_or_not_found(session, select(Organisation).where(Organisation.slug == slug))


def get_counting(session: Session, slug: str) -> tuple[Organisation, frozenset[int]]:
    """Get a cooperative, and the ids of those whose figures its reports may count."""
    is_it = Organisation.slug == slug, Organisation.kind == rules.OrganisationKind.COOPERATIVE
    found = one_or_not_found(session, select(Organisation).where(*is_it))
    ties = _ties_in_force(session, found.id, found.kind)
    return found, frozenset(tie.member_id for tie in ties if tie.may_see_figures) | {found.id}


def list_in_district(session: Session, code: str) -> frozenset[int]:
    """List the ids of the organisations in a part of the city."""
    inside = [area.code for area in areas().values() if area.district_code == code]
    return frozenset(
        session.scalars(select(Organisation.id).where(Organisation.area_code.in_(inside)))
    )


def is_slug_taken(session: Session, slug: str) -> bool:
    """Whether an organisation has this slug already."""
    return session.scalar(select(Organisation.id).where(Organisation.slug == slug)) is not None


def page_of_all(
    session: Session, status: rules.OrganisationStatus | None, number: int, q: str = ""
) -> Page[Organisation]:
    """List organisations, in a state or found by name or number, newest first."""
    query = select(Organisation).order_by(Organisation.id.desc())
    if status is not None:
        query = query.where(Organisation.status == status)
    if q:
        named = func.lower(Organisation.name).contains(q.lower(), autoescape=True)
        query = query.where(or_(named, Organisation.kvk.contains(q, autoescape=True)))
    return page_of(session, query, number, size=25)


def list_admins(session: Session, organisation_ids: Sequence[int]) -> Sequence[Membership]:
    """The admins of some organisations, with who they are."""
    of_these = Membership.organisation_id.in_(organisation_ids)
    return session.scalars(_members(of_these, Membership.role == Role.ADMIN)).all()


def list_team(session: Session, actor: Actor) -> Sequence[Membership]:
    """The team of the actor's organisation, by name."""
    query = _members(Membership.organisation_id == actor.organisation_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def list_recipients(
    session: Session, organisation_id: int, permission: Permission
) -> list[Recipient]:
    """List who of a team holds a permission, to write to; as the house."""
    roles = [role for role, held in ROLES.items() if permission in held]
    with as_house(session):
        team = session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.organisation_id == organisation_id, Membership.role.in_(roles))
            .order_by(User.id)
        ).all()
    return [Recipient(user.name, user.email, user.language) for user in team]


def get_membership(session: Session, actor: Actor, membership_id: int) -> Membership:
    """One of the team of the actor's organisation."""
    of_ours = Membership.organisation_id == actor.organisation_id
    return one_or_not_found(session, _members(Membership.id == membership_id, of_ours))


def _members(*which: ColumnElement[bool]) -> Select[Membership]:
    """Members by name, each with who it is."""
    query = select(Membership).join(Membership.user).where(*which)
    return query.options(joinedload(Membership.user)).order_by(User.name, Membership.id)


def list_open_invitations(session: Session, actor: Actor) -> Sequence[Invitation]:
    """Invitations of the actor's organisation that can still be accepted, oldest first."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == actor.organisation_id, *_is_open())
        .order_by(Invitation.id)
    ).all()


def list_unopened_registrations(session: Session, organisation_id: int) -> Sequence[Invitation]:
    """List links to first admins, unopened, ended or not; as the house."""
    with as_house(session):
        query = select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.invited_by_id.is_(None),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        return session.scalars(query.options(joinedload(Invitation.organisation))).all()


def find_invitation(session: Session, token: str, *, lock: bool = False) -> Invitation | None:
    """Find a link's invitation while it can be accepted; as the house."""
    link = links.find(session, token, Purpose.INVITATION)
    if link is None:
        return None
    query = (
        select(Invitation)
        .where(Invitation.uuid == link.row, *_is_open())
        .options(joinedload(Invitation.organisation, innerjoin=True))
    )
    if lock:
        query = query.with_for_update(of=Invitation)
    with as_house(session):
        return session.scalar(query.execution_options(populate_existing=lock))


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )


def list_checked(
    session: Session, actor: Actor, *kinds: rules.OrganisationKind
) -> Sequence[Organisation]:
    """List checked organisations of some kinds, but for the actor's own, by name."""
    query = select(Organisation).where(
        Organisation.kind.in_(kinds),
        Organisation.is_verified,
        Organisation.id != actor.organisation_id,
    )
    return session.scalars(query.order_by(Organisation.name, Organisation.id)).all()


def list_own_ties(session: Session, actor: Actor) -> Sequence[CooperativeTie]:
    """The cooperatives that the actor's organisation is or was a member of, latest first."""
    query = select(CooperativeTie).filter_by(member_id=actor.organisation_id)
    return session.scalars(
        query.options(joinedload(CooperativeTie.cooperative)).order_by(
            CooperativeTie.from_on.desc(), CooperativeTie.id
        )
    ).all()


def list_cooperatives_of(session: Session, member_id: int, on: date) -> Sequence[int]:
    """The cooperatives that an organisation is a member of on a day, by id."""
    ties = session.scalars(select(CooperativeTie).where(CooperativeTie.member_id == member_id))
    return [tie.cooperative_id for tie in ties if clock.is_within(on, tie.from_on, tie.until_on)]


def list_members(session: Session, actor: Actor, today: date) -> Sequence[CooperativeTie]:
    """List the cooperative's ties in force or to come, by the member's name."""
    return session.scalars(
        select(CooperativeTie)
        .join(CooperativeTie.member)
        .where(
            CooperativeTie.cooperative_id == actor.organisation_id,
            or_(CooperativeTie.until_on.is_(None), CooperativeTie.until_on >= today),
        )
        .options(joinedload(CooperativeTie.member))
        .order_by(Organisation.name, CooperativeTie.from_on)
    ).all()
