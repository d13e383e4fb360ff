"""Making users, signing in and setting a password."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.accounts import passwords
from portal.accounts.models import PasswordReset, User
from portal.accounts.queries import actor_for, find_reset, find_user
from portal.accounts.rules import RESET_LASTS, check_password
from portal.core import audit, clock
from portal.core.actor import Actor
from portal.core.errors import N_, NotFound, RuleBroken
from portal.core.tokens import hash_of, new_token
from portal.notices.commands import tell
from portal.notices.rules import Recipient

_LINKS_KEPT = timedelta(days=30)


def create_operator(session: Session, actor: Actor, *, email: str) -> str:
    """Make somebody an operator, a new user when need be; returns the token to set a password."""
    email = email.strip().lower()
    if "@" not in email.strip("@"):
        raise RuleBroken(
            "email", N_("This is not a whole e-mail address. Example: naam@voorbeeld.nl")
        )
    user = find_user(session, email)
    if user is None:
        user = User(email=email, name=email.partition("@")[0][:80])
        session.add(user)
    user.is_operator = True
    audit.record(session, actor, "account.made_operator", user)
    return issue_reset(session, user)


def create_user(session: Session, *, email: str, name: str, password: str, language: str) -> User:
    """Make a user whose e-mail address was proved by a link."""
    check_password(password, email=email, name=name)
    if find_user(session, email) is not None:
        raise RuleBroken("", N_("There is an account for this e-mail address. Sign in with it."))
    user = User(
        email=email.lower(),
        name=name,
        language=language,
        password_hash=passwords.hash_password(password),
        last_signed_in_at=clock.now(),
    )
    session.add(user)
    session.flush()
    audit.record(session, actor_for(user), "account.created", user)
    return user


def sign_in(session: Session, *, email: str, password: str) -> User:
    """The user who may come in; the same words and time whatever was wrong."""
    user = find_user(session, email)
    is_right = passwords.is_right(user.password_hash if user else None, password)
    if user is None or not is_right:
        raise RuleBroken("", N_("This e-mail address and password don't belong together."))
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    user.last_signed_in_at = clock.now()
    audit.record(session, actor_for(user), "account.signed_in", user)
    return user


def ask_reset(session: Session, *, email: str) -> None:
    """Send a link to set a new password, when there is somebody with this e-mail address."""
    user = find_user(session, email)
    if user is None:
        return
    token = issue_reset(session, user)
    to = Recipient(user.name, user.email, user.language)
    tell(session, to, "accounts/reset", is_own_action=True, token=token)
    audit.record(session, actor_for(user), "account.reset_asked", user)


def issue_reset(session: Session, user: User) -> str:
    """Make a link's token that sets a new password once; only its hash is kept."""
    session.flush()
    token = new_token()
    session.add(
        PasswordReset(
            user_id=user.id, token_hash=hash_of(token), expires_at=clock.now() + RESET_LASTS
        )
    )
    return token


def reset_password(session: Session, *, token: str, password: str) -> User:
    """Set a new password by a link; it ends every other session and every other link."""
    reset = find_reset(session, token, lock=True)
    if reset is None:
        raise NotFound()
    user = reset.user
    check_password(password, email=user.email, name=user.name)
    user.password_hash = passwords.hash_password(password)
    user.session_version += 1
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )
    audit.record(session, actor_for(user), "account.password_reset", user)
    return user


def forget_old_links(session: Session) -> None:
    """Take out links that ended long ago; a job of the worker."""
    session.execute(
        delete(PasswordReset).where(PasswordReset.expires_at < clock.now() - _LINKS_KEPT)
    )
