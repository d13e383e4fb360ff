"""A double send changes nothing: a form's key is claimed once, and the answer kept with it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

from flask import redirect, request
from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.base import Base
from portal.core.database import insert_into
from portal.web.current import actor, session

FIELD = "once"
_KEPT = timedelta(days=2)


class OnceKey(Base):
    """A form that was sent, and where its sender was taken then."""

    __tablename__ = "once_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def once_key() -> str:
    """The key for a form that is being drawn; the same one when a refused form comes back."""
    return request.form.get(FIELD, "")[:64] or uuid.uuid4().hex


def repeated() -> Response | None:
    """The earlier answer when this very form was sent before; otherwise claims its key.

    A second sender waits in the database until the first has committed or failed. A form without
    a key can't be recognised and counts as the first.
    """
    key = _sent_key()
    if key is None:
        return None
    claimed = session().execute(
        insert_into(session(), OnceKey)
        .values(key=key, location="", created_at=clock.now())
        .on_conflict_do_nothing()
        .returning(OnceKey.key)
    )
    if claimed.first() is not None:
        return None
    location = session().scalar(select(OnceKey.location).where(OnceKey.key == key))
    return redirect(location or request.path, 303)


def answered(response: Response) -> Response:
    """Keep where this form's sender is taken, for a second send of the same form."""
    key = _sent_key()
    if key is not None:
        session().execute(
            update(OnceKey).where(OnceKey.key == key).values(location=response.location or "")
        )
    return response


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
