"""Who a signed-in browser is: staff by account, a participant by card; the rooms look them up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask import session as cookie
from flask_login import UserMixin, login_user, logout_user
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import Actor
from portal.core.guard import as_house
from portal.extensions import login_manager
from portal.web.current import session

_ORGANISATION = "organisation_id"
_WAY_BACK = "way_back"
_WAY_BACK_HOLDS = timedelta(minutes=10)

# (session, id, version, chosen organisation) -> the actor, or None when that session has ended.
Lookup = Callable[[Session, int, int, int | None], Actor | None]
_lookups: dict[str, Lookup] = {}


@dataclass
class SignedIn(UserMixin):
    """What Flask-Login keeps in the cookie: kind, id and version; a new version ends old ones."""

    login_id: str
    actor: Actor

    def get_id(self) -> str:
        return self.login_id


def looks_up(kind: str) -> Callable[[Lookup], Lookup]:
    """Register how a room finds the actor for one kind of sign-in ("staff", "card")."""

    def register(lookup: Lookup) -> Lookup:
        _lookups[kind] = lookup
        return lookup

    return register


def init_app(app: Flask) -> None:
    """Let Flask-Login find who is here."""
    login_manager.user_loader(_load)


def sign_in(kind: str, row_id: int, version: int, actor: Actor) -> None:
    """Sign this browser in, in a cookie that holds nothing of an earlier visitor.

    But for where she was just sent from to say who she is.
    """
    kept = cookie.get(_WAY_BACK)
    cookie.clear()
    if kept:
        cookie[_WAY_BACK] = kept
    login_user(SignedIn(f"{kind}:{row_id}:{version}", actor))


def sign_out() -> None:
    """Forget who was here."""
    logout_user()
    cookie.clear()


def keep_way_back(path: str) -> None:
    """Remember where she was, and when, for after she has said who she is."""
    cookie[_WAY_BACK] = [path, clock.now().timestamp()]


def way_back() -> tuple[str, datetime] | None:
    """Where she was and when, if that isn't long ago."""
    kept = cookie.get(_WAY_BACK)
    if not kept:
        return None
    path, at = kept[0], datetime.fromtimestamp(kept[1], UTC)
    return (path, at) if clock.now() - at < _WAY_BACK_HOLDS else None


def forget_way_back() -> None:
    """She is where she wanted to be."""
    cookie.pop(_WAY_BACK, None)


def choose_organisation(organisation_id: int) -> None:
    """Act for another organisation from the next request on."""
    cookie[_ORGANISATION] = organisation_id


def _load(login_id: str) -> SignedIn | None:
    kind, _, rest = login_id.partition(":")
    row_id, _, version = rest.partition(":")
    lookup = _lookups.get(kind)
    if lookup is None or not row_id.isdigit() or not version.isdigit():
        return None
    with as_house(session()):
        actor = lookup(session(), int(row_id), int(version), cookie.get(_ORGANISATION))
    return SignedIn(login_id, actor) if actor else None
