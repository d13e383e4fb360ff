"""Reads about users and their links."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import PasswordReset, User
from portal.core import clock
from portal.core.actor import Actor, ActorKind
from portal.core.tokens import hash_of


def find_user(session: Session, email: str) -> User | None:
    """The user with an e-mail address, in any case."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def find_reset(session: Session, token: str, *, lock: bool = False) -> PasswordReset | None:
    """The reset that a link stands for, while it may still be used."""
    query = (
        select(PasswordReset)
        .where(
            PasswordReset.token_hash == hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > clock.now(),
        )
        .options(joinedload(PasswordReset.user, innerjoin=True))
    )
    if lock:
        query = query.with_for_update(of=PasswordReset)
    return session.scalar(query.execution_options(populate_existing=True))


def actor_for(user: User) -> Actor:
    """A user on her own behalf, in no organisation: while she signs in or sets her password."""
    return Actor(kind=ActorKind.STAFF, name=user.name, user_id=user.id)
