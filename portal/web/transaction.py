"""One request, one transaction: an unsafe method that succeeds commits, all else rolls back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from portal.core.actor import HOUSE
from portal.core.database import set_only_reading
from portal.core.guard import set_actor
from portal.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Begin before the gate, finish before the answer leaves."""
    app.before_request(_begin)
    app.after_request(_finish)


def afterwards(job: Callable[[Session], None]) -> None:
    """Do `job` in a short transaction of its own once the request's has ended either way.

    For what must stay when the request is rolled back, such as a failed attempt to sign in.
    """
    g.setdefault("afterwards", []).append(job)


def _begin() -> None:
    is_safe = request.method in SAFE_METHODS
    set_only_reading(is_safe)
    db.session().info["read_only"] = is_safe


def _finish(response: Response) -> Response:
    if not db.session.registry.has():
        return response
    session = db.session()
    if session.info.get("read_only", True) or response.status_code >= 400:
        session.rollback()
    else:
        session.commit()
    jobs = g.pop("afterwards", [])
    if jobs:
        set_only_reading(False)
        session.info["read_only"] = False
        set_actor(session, HOUSE)
        for job in jobs:
            job(session)
        session.commit()
    return response
