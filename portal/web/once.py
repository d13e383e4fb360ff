"""A double send changes nothing: a form's key is claimed once, and the answer kept with it.

A second row says what was sent with it, as a digest: other answers under the same key are a
correction after Back, which is neither done twice nor dropped without a word (decision 29). A third
says what was made, by its name: a fresh page that would make it again leads to it.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from flask import current_app, g, make_response, redirect, render_template, request
from sqlalchemy import Connection, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.wrappers import Response

from portal.core import Base, clock
from portal.core.database import before_writing, insert_into
from portal.web.current import actor, session

FIELD = "once"
ANOTHER = "another"  # says that what is made is not what was just made
_SHORT = timedelta(hours=1)
KEPT = "kept_once"  # of a form that was kept and is drawn again
_KEPT = timedelta(days=2)


class OnceKey(Base):
    """A form that was sent, and where it led; or that with answers."""

    __tablename__ = "once_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def once_key() -> str:
    """Give the key of a form that is drawn, or comes back."""
    sent = request.form.get(FIELD) or g.get(KEPT, "")
    return sent[:64] or uuid.uuid4().hex


def once(
    view: Callable[..., Any],
    when_repeated: Callable[..., object] | None = None,
    known_by: Sequence[str] = (),
) -> Callable[..., Response]:
    """The view, which does once what one form asks, however often that form is sent.

    The key is claimed with the view's first write, so that what comes before it holds nobody up. A
    second sender waits there until the first has committed or failed, and gets the first one's
    answer; so does one that was refused because the first was just done. `when_repeated` does what
    must be done for her too. Other answers than the first are refused, with the way to what was
    saved. A form without a key can't be recognised and counts as the first. A form that comes back
    in a page, to be read over or mended, is not done yet. What the view makes is `known_by` these
    fields: who makes it again within the hour, from a fresh page, is led to it, or says that it is
    another.
    """

    @wraps(view)
    def answer(**values: Any) -> Response:
        key = _sent_key()
        if key is None:
            return make_response(view(**values))
        whole = digest_of_typed(f"{key}|{request.form.get(FIELD)}")
        claim = _Claim(key, whole, _name_of_made(known_by))
        if not claim.is_anothers():
            try:
                with before_writing(claim):
                    response = make_response(view(**values))
                    if response.status_code < 400:
                        session().flush()
            except Exception:
                if not claim.is_anothers():
                    if not claim.was_made:
                        raise
                    made = session().scalar(_LOCATION, {"key": claim.made})
                    return _sent_before(made or request.path, is_fresh=True)
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
_OF_FORM = OnceKey.key.in_(bindparam("keys", expanding=True))
_LEAD = update(OnceKey).where(_OF_FORM).values(location=bindparam("to"))


def _sent_before(location: str, *, is_fresh: bool = False) -> Response:
    """Lead to what was saved, with what was typed now; a fresh page may be about another."""
    can_begin = "GET" in (request.url_rule.methods or ()) if request.url_rule else False
    page = render_template(
        "errors/sent_before.html",
        location=location,
        begins_anew=request.full_path.rstrip("?") if can_begin and not is_fresh else None,
        typed=typed_values() if is_fresh else None,
    )
    return make_response(page, 409)


class _SentBefore(Exception):
    """The same form was sent before: what it asks must not be written again."""


class _Claim:
    """One form's key, which the first to write takes; `whole` is the key with its answers.

    `made` is what it makes, if that has a name.
    """

    def __init__(self, key: str, whole: str, made: str | None) -> None:
        self.key = key
        self.whole = whole
        self.made = made
        self.is_ours = self.was_made = False

    def __call__(self, connection: Connection) -> None:
        """Take the key with the first write; raises when it was taken."""
        now = clock.now()
        rows = [{"key": key, "location": "", "created_at": now} for key in (self.key, self.whole)]
        statement = insert_into(session(), OnceKey).on_conflict_do_nothing()
        if self.key not in connection.scalars(statement.returning(OnceKey.key), rows).all():
            raise _SentBefore
        self.was_made = self.made is not None and not self._take_made(connection, now)
        if self.was_made:
            raise _SentBefore
        self.is_ours = True

    def _take_made(self, connection: Connection, now: datetime) -> bool:
        """Whether nothing of this name was made within the hour, or this is another."""
        add = insert_into(session(), OnceKey).values(key=self.made, location="", created_at=now)
        is_old = None if ANOTHER in request.form else OnceKey.created_at < now - _SHORT
        taken = add.on_conflict_do_update(
            index_elements=["key"], set_={"created_at": now, "location": ""}, where=is_old
        )
        return connection.scalar(taken.returning(OnceKey.key)) is not None

    def is_anothers(self) -> bool:
        """Whether another sender of this form was first; ends a transaction that failed."""
        if self.is_ours:
            return False
        session().rollback()
        return session().scalar(_LOCATION, {"key": self.key}) is not None

    def keep(self, location: str | None) -> None:
        """Keep where this form's sender is taken, for a second send of it."""
        if not self.is_ours:
            return
        token = (request.view_args or {}).get("token")
        if location and token and token in location:
            location = ""  # a link's secret is kept nowhere: a second send leads to its own page
        keys = {self.key, self.made or self.key}
        if location is None:
            gone = OnceKey.key.in_({*keys, self.whole})
            session().execute(delete(OnceKey).where(gone))
        else:
            session().connection().execute(_LEAD, {"keys": [*keys], "to": location})


def _name_of_made(known_by: Sequence[str]) -> str | None:
    """What a form makes, by whom it is made and what it is called; nobody guesses it back."""
    called = [" ".join(one.split()).casefold() for n in known_by for one in request.form.getlist(n)]
    if not any(called):
        return None
    name = f"{request.full_path}|{actor().user_id}|{actor().participant_id}|{called}"
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(secret, f"made|{name}".encode(errors="replace"), "sha256").hex()


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


# What a form carries besides what it asks; `drawn_for.py` and `once.py` say what for.
CARRIED = frozenset(
    {"csrf_token", "once", "drawn_for", "act_for_it", "drawn_from", "seen_as", "another"}
)
_NOBODY_TYPED = re.compile(r"[0-9a-f-]{16,}|[a-z]*_[a-z_]+|y|on|")


def typed_values() -> list[tuple[str, str]]:
    """Each answer of the form that was sent, by field name and in order."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in CARRIED]


def typed_texts() -> list[str]:
    """List what she would know again: no keys, no names of choices."""
    return texts_in(typed_values())


def texts_in(fields: Iterable[tuple[str, str]]) -> list[str]:
    """The same of a form that was kept."""
    typed = (text for name, text in fields if name not in CARRIED)
    return [text for text in typed if not _NOBODY_TYPED.fullmatch(text)]


def digest_of_typed(salt: str) -> str:
    """Digest the answers and files sent, with a salt that is kept nowhere."""
    digest = hashlib.sha256(repr((salt, typed_values())).encode(errors="replace"))
    for name, file in request.files.items(multi=True):
        digest.update(repr((name, file.filename)).encode(errors="replace"))
        for part in iter(partial(file.stream.read, 65_536), b""):
            digest.update(part)
        file.stream.seek(0)
    return digest.hexdigest()
