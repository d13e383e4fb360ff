"""Who a signed-in browser is: staff by account, a participant by card; the rooms look them up.

The id that Flask-Login keeps in the cookie is a random token and nothing else. What it stands for
is a row, which the rooms, its owner, and time can end (`browser_session.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g, request, session as cookie
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, Select, Update, select, update
from sqlalchemy.exc import OperationalError

from portal.core import VISITOR, Actor, Session, as_house, asks_rows, clock
from portal.core.browser_session import SEEN_EVERY, BrowserSession, device_of, is_over
from portal.core.tokens import hash_of, new_token
from portal.extensions import login_manager
from portal.web.cookie import KEPT_FORM
from portal.web.current import session
from portal.web.forms import read_uuid
from portal.web.transaction import afterwards, writing

_TOKEN = "_user_id"  # where Flask-Login keeps it
_WAY_BACK = "way_back"
_WAY_BACK_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a room learns of a browser signed in as its person."""

    session_id: int
    subject_id: int
    version: int
    keys: frozenset[int]
    organisation_id: int | None


# The actor, or None when what the session was begun with is of use no more.
Lookup = Callable[[Session, SignedIn], Actor | None]
_lookups: dict[str, Lookup] = {}


def looks_up(kind: str) -> Callable[[Lookup], Lookup]:
    """Register how a room finds the actor for one kind of sign-in ("staff", "card")."""

    def register(lookup: Lookup) -> Lookup:
        _lookups[kind] = lookup
        return lookup

    return register


@dataclass
class Browser(UserMixin):
    """One browser to Flask-Login: its token as `id`, and who is here by it."""

    id: str
    actor: Actor = VISITOR


def whoever_this_is() -> Actor:
    """Find who is signed in here; a visitor when nobody is."""
    g.signed_in = None
    return getattr(current_user, "actor", VISITOR) if _TOKEN in cookie else VISITOR


@login_manager.user_loader
def _load(token: str) -> Browser | None:
    now = clock.now()
    with as_house(session()):
        row = next(iter(_find(session(), hash_of(token))), None)
        if row is None or row.ended_at or is_over(row.kind, row.created_at, row.seen_at, now):
            return None
        keys = frozenset(row.keys)
        found = SignedIn(row.id, row.subject_id, row.version, keys, row.organisation_id)
        actor = _lookups[row.kind](session(), found)
    if actor is None:
        return None
    g.signed_in = found
    if not timedelta() <= now - row.seen_at < SEEN_EVERY:
        afterwards(lambda session: _say_seen(session, found.session_id))
    return Browser(token, actor)


@asks_rows
def _find(token_hash: str) -> Select[*tuple[Any, ...]]:
    row = BrowserSession
    of_browser = row.id, row.kind, row.created_at, row.seen_at, row.ended_at
    of_subject = row.subject_id, row.version, row.keys, row.organisation_id
    return select(*of_browser, *of_subject).where(row.token_hash == token_hash)


def _say_seen(session: Session, session_id: int) -> None:
    """A page must not fail for this: the next one says it too."""
    try:
        session.execute(_update(BrowserSession.id == session_id).values(seen_at=clock.now()))
        session.commit()
    except OperationalError:
        session.rollback()


def sign_in(kind: str, subject_id: int, version: int, keys: Iterable[int] = ()) -> None:
    """Begin a session in this browser, with a new token; what it was before ends.

    The cookie keeps nothing of an earlier visitor but where she was just sent from to say who
    she is, and the form that she sent then. The row is of this request's transaction: where that
    fails, the cookie opens nothing.
    """
    token = new_token()
    row = BrowserSession(
        token_hash=hash_of(token),
        kind=kind,
        subject_id=subject_id,
        version=version,
        keys=sorted(set(keys)),
        device=device_of(request.user_agent.string),
    )
    with in_writing() as own:
        _end_this()
        own.add(row)
        own.flush()
    kept = {name: cookie[name] for name in (_WAY_BACK, KEPT_FORM) if name in cookie}
    cookie.clear()
    cookie.update(kept)
    _keep(token)
    g.signed_in = SignedIn(row.id, subject_id, version, frozenset(row.keys), None)


def renew(kind: str, subject_id: int, version: int) -> None:
    """End every session of a person and begin this browser's again, for the same organisation."""
    found: SignedIn | None = g.get("signed_in")
    end_all(kind, subject_id)
    sign_in(kind, subject_id, version, found.keys if found else ())
    if found is not None and found.organisation_id is not None:
        choose_organisation(found.organisation_id)


def sign_out() -> None:
    """End this browser's session, and forget who was here."""
    _end_this()
    logout_user()
    cookie.clear()


def widen(keys: Iterable[int]) -> None:
    """Let this browser's session open what these keys open, too, under a new token.

    Whoever had a copy of the cookie from before opens nothing more by it.
    """
    found: SignedIn | None = g.get("signed_in")
    if found is None or found.keys.issuperset(keys):
        return
    token = new_token()
    with in_writing() as own, as_house(own):
        row = own.get_one(BrowserSession, found.session_id, with_for_update=True)
        row.keys = sorted({*row.keys, *keys})
        row.token_hash = hash_of(token)
    _keep(token)


def _keep(token: str) -> None:
    """Let Flask-Login keep a token, and not what it keeps beside it: the row knows that."""
    login_user(Browser(token))
    cookie.pop("_id", None)
    cookie.pop("_fresh", None)


def acting_for(organisation_id: int) -> Actor:
    """Say for which organisation staff are here; the usual if none."""
    found: SignedIn | None = g.get("signed_in")
    if found is None or not g.actor.is_staff:
        return VISITOR
    with as_house(session()):
        chosen = replace(found, organisation_id=organisation_id)
        return _lookups["staff"](session(), chosen) or VISITOR


def choose_organisation(organisation_id: int) -> None:
    """Act for another organisation from the next request on."""
    found: SignedIn | None = g.get("signed_in")
    if found is not None:
        own = BrowserSession.id == found.session_id
        _execute(_update(own).values(organisation_id=organisation_id))


@contextmanager
def in_writing() -> Iterator[Session]:
    """Give the request's transaction, or a short one at reading doors."""
    if not session().info["read_only"]:
        yield session()
        return
    with writing() as own:
        yield own


def stay(*, stays: bool) -> None:
    """Let this browser keep its cookie on closing, on her own phone only."""
    cookie.permanent = stays


def stays() -> bool:
    """Whether she stays signed in here when the browser is closed."""
    return cookie.permanent


def list_sessions(kind: str, subject_ids: Iterable[int]) -> Sequence[BrowserSession]:
    """Where these entries of one person are signed in now, last seen first."""
    row, now = BrowserSession, clock.now()
    query = (
        select(row)
        .where(row.kind == kind, row.subject_id.in_(subject_ids), row.ended_at.is_(None))
        .order_by(row.seen_at.desc(), row.id.desc())
    )
    with as_house(session()):
        rows = session().scalars(query).all()
    return [one for one in rows if not is_over(kind, one.created_at, one.seen_at, now)]


def this_id() -> int | None:
    """The session of the browser that asks."""
    found: SignedIn | None = g.get("signed_in")
    return found.session_id if found else None


def is_this(row: BrowserSession) -> bool:
    """Whether a session is that of the browser that asks."""
    return row.id == this_id()


def end(kind: str, subject_ids: Iterable[int], session_uuid: str | None) -> None:
    """End a person's session in any browser, by its uuid as sent; never another's."""
    _end(
        BrowserSession.kind == kind,
        BrowserSession.subject_id.in_(subject_ids),
        BrowserSession.uuid == read_uuid(session_uuid),
    )


def end_all(kind: str, subject_id: int) -> None:
    """End every session of a person."""
    _end(BrowserSession.kind == kind, BrowserSession.subject_id == subject_id)


def keep_way_back(path: str) -> None:
    """Remember where she was, and when, for after she has said who she is."""
    cookie[_WAY_BACK] = [path, clock.now().timestamp()]


def way_back() -> tuple[str, datetime] | None:
    """Where she was and when, if that isn't long ago."""
    kept = cookie.get(_WAY_BACK)
    if not kept:
        return None
    path, at = kept[0], datetime.fromtimestamp(kept[1], UTC)
    return (path, at) if timedelta() <= clock.now() - at < _WAY_BACK_HOLDS else None


def forget_way_back() -> None:
    """She is where she wanted to be."""
    cookie.pop(_WAY_BACK, None)


def _end_this() -> None:
    """By its token, since it may have been over for another reason."""
    if _TOKEN in cookie:
        _end(BrowserSession.token_hash == hash_of(str(cookie[_TOKEN])))


def _end(*which: ColumnElement[bool]) -> None:
    live = BrowserSession.ended_at.is_(None)
    _execute(_update(live, *which).values(ended_at=clock.now()))


def _update(*which: ColumnElement[bool]) -> Update:
    statement = update(BrowserSession).where(*which)
    return statement.execution_options(synchronize_session=False)


def _execute(statement: Update) -> None:
    with as_house(session()):
        session().execute(statement)
