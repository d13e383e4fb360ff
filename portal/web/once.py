"""A double send changes nothing: a form's key is claimed once, and the answer kept with it.

A second row says what was sent with it, as a digest: other answers under the same key are a
correction after Back, which is neither done twice nor dropped without a word (decision 29).
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import make_response, redirect, render_template, request
from sqlalchemy import Connection, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.base import Base
from portal.core.database import before_writing, insert_into
from portal.web.current import actor, session
from portal.web.typed import digest_of_typed

FIELD = "once"
_KEPT = timedelta(days=2)


class OnceKey(Base):
    """A form that was sent, and where its sender was taken then; or the same with its answers."""

    __tablename__ = "once_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def once_key() -> str:
    """The key for a form that is being drawn; the same one when a refused form comes back."""
    return request.form.get(FIELD, "")[:64] or uuid.uuid4().hex


def once(
    view: Callable[..., Any], when_repeated: Callable[..., object] | None = None
) -> Callable[..., Response]:
    """The view, which does once what one form asks, however often that form is sent.

    The key is claimed with the view's first write, so that what comes before it holds nobody up. A
    second sender waits there until the first has committed or failed, and gets the first one's
    answer; so does one that was refused because the first was just done. `when_repeated` does what
    must be done for her too. Other answers than the first are refused, with the way to what was
    saved. A form without a key can't be recognised and counts as the first. A form that comes back
    in a page, to be read over or mended, is not done yet.
    """

    @wraps(view)
    def answer(**values: Any) -> Response:
        key = _sent_key()
        if key is None:
            return make_response(view(**values))
        claim = _Claim(key, digest_of_typed(f"{key}|{request.form.get(FIELD)}"))
        if not claim.is_anothers():
            try:
                with before_writing(claim):
                    response = make_response(view(**values))
                    if response.status_code < 400:
                        session().flush()
            except Exception:
                if not claim.is_anothers():
                    raise
            else:
                if response.status_code < 400:
                    claim.keep(response.location)
                if response.status_code < 400 or not claim.is_anothers():
                    return response
        location = session().scalar(_LOCATION, {"key": key}) or request.path
        if session().scalar(_LOCATION, {"key": claim.whole}) is None:
            return _sent_before(location)
        if when_repeated is not None:
            when_repeated(**values)
        return redirect(location, 303)

    return answer


_LOCATION = select(OnceKey.location).where(OnceKey.key == bindparam("key"))


def _sent_before(location: str) -> Response:
    """Lead to what was saved, with what was typed now."""
    can_begin = "GET" in (request.url_rule.methods or ()) if request.url_rule else False
    page = render_template(
        "errors/sent_before.html",
        location=location,
        begins_anew=request.full_path.rstrip("?") if can_begin else None,
    )
    return make_response(page, 409)


class _SentBefore(Exception):
    """The same form was sent before: what it asks must not be written again."""


class _Claim:
    """One form's key, which the first to write takes; `whole` is the key with its answers."""

    def __init__(self, key: str, whole: str) -> None:
        self.key = key
        self.whole = whole
        self.is_ours = False

    def __call__(self, connection: Connection) -> None:
        """Take the key with the first write; raises when it was taken."""
        now = clock.now()
        rows = [{"key": key, "location": "", "created_at": now} for key in (self.key, self.whole)]
        statement = insert_into(session(), OnceKey).values(rows).on_conflict_do_nothing()
        if self.key not in connection.scalars(statement.returning(OnceKey.key)).all():
            raise _SentBefore
        self.is_ours = True

    def is_anothers(self) -> bool:
        """Whether another sender of this form was first; ends a transaction that failed."""
        if self.is_ours:
            return False
        session().rollback()
        return session().get(OnceKey, self.key) is not None

    def keep(self, location: str | None) -> None:
        """Keep where this form's sender is taken, for a second send of it."""
        if not self.is_ours:
            return
        token = (request.view_args or {}).get("token")
        if location and token and token in location:
            location = ""  # a link's secret is kept nowhere: a second send leads to its own page
        if location is None:
            session().execute(delete(OnceKey).where(OnceKey.key.in_([self.key, self.whole])))
        else:
            own = update(OnceKey).where(OnceKey.key == self.key)
            session().execute(own.values(location=location))


def forget_old_keys(session: Session) -> None:
    """Take out keys that nobody will send again; a job of the worker."""
    session.execute(delete(OnceKey).where(OnceKey.created_at < clock.now() - _KEPT))


def _sent_key() -> str | None:
    """The sent key, tied to who sent it and where, so that nobody can ask for another's answer."""
    sent = request.form.get(FIELD, "")
    if not sent:
        return None
    who = actor()
    name = f"{request.path}|{who.user_id}|{who.participant_id}|{sent}"
    return hashlib.sha256(name.encode()).hexdigest()
