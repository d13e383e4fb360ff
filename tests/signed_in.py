"""Browsers in which somebody is signed in already, without the pages that lead there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from flask import Flask
from sqlalchemy import Engine, Pool, insert, update

from portal.core import clock
from portal.core.browser_session import BrowserSession
from portal.core.tokens import hash_of, new_token
from portal.extensions import db

_FRESH = timedelta(hours=1)
_NEW = insert(BrowserSession)  # made once: thousands of them are written in a run


@dataclass(frozen=True)
class Login:
    """Who is signed in: a user or a participant, with the keys of hers."""

    kind: str
    subject_id: int
    version: int
    organisation_id: int | None = None
    keys: tuple[int, ...] = ()


@dataclass
class SignedIn:
    """A session whose row is made when it is first of use: SQLite has one writer."""

    app: Flask
    login: Login
    token: str = field(default_factory=new_token)
    since: datetime | None = None

    def keep_up(self) -> SignedIn:
        """See that the row is there, and as young as a clock that was moved wants it."""
        now = clock.now()
        if self.since is not None and timedelta() <= now - self.since < _FRESH:
            return self
        times = {"created_at": now, "seen_at": now}
        with _beside(self.app).begin() as connection:
            if self.since is None:
                row = {
                    "token_hash": hash_of(self.token),
                    "kind": self.login.kind,
                    "subject_id": self.login.subject_id,
                    "version": self.login.version,
                    "organisation_id": self.login.organisation_id,
                    "keys": list(self.login.keys),
                }
                connection.execute(_NEW, row | times)
            else:
                own = BrowserSession.token_hash == hash_of(self.token)
                connection.execute(update(BrowserSession).where(own).values(**times))
        self.since = now
        return self


def _beside(app: Flask) -> Engine:
    """The application's connections, for what is not to be counted among its queries."""
    with app.app_context():
        return _with_pool(db.engine, db.engine.pool)


@lru_cache(maxsize=4)
def _with_pool(engine: Engine, pool: Pool) -> Engine:
    """One for many sign-ins: a new one would compile each of its statements anew."""
    return Engine(pool, engine.dialect, engine.url)


def in_cookie(app: Flask, login: Login) -> dict[str, str]:
    """What the session cookie of a browser holds in which somebody is signed in from now on."""
    return {"_user_id": SignedIn(app, login).keep_up().token}
