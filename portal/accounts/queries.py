"""Reads about users and the links that were sent to them."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.core import Actor, ActorKind, Purpose, Session, links
from portal.notices.rules import Recipient


def find_user(session: Session, email: str) -> User | None:
    """The user with an e-mail address, in any case."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def get_own_self(session: Session, actor: Actor) -> User:
    """The user who acts, as herself."""
    return session.get_one(User, actor.user_id)


def find_resetting(session: Session, token: str, *, lock: bool = False) -> User | None:
    """Find the user for whom a link may still set a password."""
    link = links.find(session, token, Purpose.RESET, lock=lock)
    user = session.scalar(select(User).where(User.uuid == link.row)) if link else None
    if link is None or user is None or not link.is_for(recipient_of(user).contact, token):
        return None
    return user


def recipient_of(user: User) -> Recipient:
    """Where a message to a user goes."""
    return Recipient(user.name, user.email, user.language)


def list_operators(session: Session) -> list[Recipient]:
    """Whoever keeps the portal."""
    users = session.scalars(select(User).where(User.is_operator).order_by(User.id))
    return [recipient_of(user) for user in users]


def actor_for(user: User) -> Actor:
    """A user in no organisation: while she signs in or sets her password."""
    return Actor(kind=ActorKind.STAFF, name=user.name, user_id=user.id)
