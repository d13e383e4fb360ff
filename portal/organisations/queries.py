"""Reads about organisations, their teams and their ties."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import OPERATOR_MAY, ROLES, Actor, ActorKind, Permission
from portal.organisations.models import CooperativeTie, Membership
from portal.organisations.rules import RECOGNISING_KINDS, OrganisationKind, tie_holds_on


def list_memberships_of(session: Session, user_id: int) -> Sequence[Membership]:
    """A user's roles, by the organisation's name; the first is where she begins."""
    found = session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id)
        .options(joinedload(Membership.organisation))
    )
    return sorted(found, key=lambda membership: membership.organisation.name.casefold())


def find_staff_actor(
    session: Session, user_id: int, session_version: int, organisation_id: int | None
) -> Actor | None:
    """Who a signed-in user is, acting for the organisation chosen or for her first.

    None when the account is gone or its password changed since. Read as the house.
    """
    user = session.get(User, user_id)
    if user is None or user.session_version != session_version:
        return None
    memberships = list_memberships_of(session, user_id)
    chosen = next((m for m in memberships if m.organisation_id == organisation_id), None)
    return staff_actor(session, user, chosen or next(iter(memberships), None))


def staff_actor(session: Session, user: User, membership: Membership | None) -> Actor:
    """A user acting in one role; an operator may have none."""
    permissions = set(OPERATOR_MAY if user.is_operator else ())
    if membership is None:
        return Actor(
            kind=ActorKind.STAFF,
            name=user.name,
            user_id=user.id,
            is_operator=user.is_operator,
            permissions=frozenset(permissions or {Permission.SEE_DAY}),
        )
    organisation = membership.organisation
    permissions |= ROLES[membership.role]
    if organisation.kind not in RECOGNISING_KINDS:
        permissions.discard(Permission.RECOGNISE)
    ties = _ties_in_force(session, organisation.id, organisation.kind)
    return Actor(
        kind=ActorKind.STAFF,
        name=user.name,
        user_id=user.id,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        role=membership.role,
        is_operator=user.is_operator,
        logs_for=frozenset(t.member_id for t in ties if t.may_log_attendance),
        sees_figures_of=frozenset(t.member_id for t in ties if t.may_see_figures),
        permissions=frozenset(permissions),
    )


def _ties_in_force(
    session: Session, organisation_id: int, kind: OrganisationKind
) -> list[CooperativeTie]:
    if kind is not OrganisationKind.COOPERATIVE:
        return []
    ties = session.scalars(
        select(CooperativeTie).where(CooperativeTie.cooperative_id == organisation_id)
    )
    return [tie for tie in ties if tie_holds_on(clock.today(), tie.from_on, tie.until_on)]
