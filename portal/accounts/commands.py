"""Making users, signing in and setting a password."""

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.queries import actor_for, find_resetting, find_user, recipient_of
from portal.accounts.rules import RESET_LASTS, check_password, passwords
from portal.core import N_, Actor, NotFound, Purpose, RuleBroken, audit, clock, links, or_not_found
from portal.notices.commands import tell


def create_operator(session: Session, actor: Actor, *, email: str) -> str:
    """Make somebody an operator, maybe a new user; returns the token for a password."""
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
    return audit.add(session, actor_for(user), "account.created", user)


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
    """Send a link to set a new password to who has this e-mail address."""
    user = find_user(session, email)
    if user is None:
        return
    useless = clock.now() + RESET_LASTS
    tell(
        session, recipient_of(user), "accounts/reset",
        is_own_action=True, not_after=useless, user=str(user.uuid),
    )  # fmt: skip
    audit.record(session, actor_for(user), "account.reset_asked", user)


def issue_reset(session: Session, user: User) -> str:
    """Make a link that sets a new password once; return its secret, kept nowhere."""
    session.flush()
    token, link = links.make(Purpose.RESET, user.uuid, recipient_of(user).contact)
    session.add(link)
    return token


def reset_password(session: Session, *, token: str, password: str) -> User:
    """Set a password by a link; every other session and link of hers ends."""
    user = or_not_found(find_resetting(session, token))
    check_password(password, email=user.email, name=user.name)
    hashed = passwords.hash_password(password)  # before the lock, since it takes long
    if find_resetting(session, token, lock=True) is None:
        raise NotFound()
    _set_password(session, user, hashed, "account.password_reset")
    return user


def change_password(session: Session, user: User, *, password: str, new_password: str) -> None:
    """Change a password, given the one of now; her sessions and links end."""
    if not passwords.is_right(user.password_hash, password):
        raise RuleBroken("password", N_("This is not your password of now."))
    check_password(new_password, email=user.email, name=user.name, field="new_password")
    hashed = passwords.hash_password(new_password)  # before the lock, since it takes long
    session.refresh(user, with_for_update=True)
    _set_password(session, user, hashed, "account.password_changed")


def _set_password(session: Session, user: User, hashed: str, event: str) -> None:
    """Tell her, in case that it wasn't her; older links to set one are of no use any more."""
    user.password_hash = hashed
    user.session_version += 1
    links.end(session, Purpose.RESET, user.uuid)
    at = clock.now().isoformat()
    tell(session, recipient_of(user), "accounts/password_changed", is_own_action=True, at=at)
    audit.record(session, actor_for(user), event, user)
