"""One request, one transaction: an unsafe method that succeeds commits, all else rolls back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from flask import Flask, Response, current_app, g, make_response, request

from portal.core import HOUSE, Session, set_actor
from portal.extensions import db
from portal.web.cookie import take_back
from portal.web.room import SAFE_METHODS, door_of_request


def init_app(app: Flask) -> None:
    """Begin before the gate, finish before the answer leaves."""
    app.before_request(_begin)
    app.after_request(_finish)


def afterwards(job: Callable[[Session], None], *, joins: bool = False) -> None:
    """Do `job` in its own transaction, however the request's has ended.

    For what must stay when the request is rolled back, such as a failed attempt to sign in. A job
    that `joins` is done in the request's own where that is kept: both stand or fall together.
    """
    g.setdefault("joining" if joins else "afterwards", []).append(job)


@contextmanager
def writing() -> Iterator[Session]:
    """Write in a transaction of its own, at a door that reads first.

    On SQLite whoever writes holds the one lock of all writers: it is held only inside. What was
    read before may be different by then, so what decides is read again inside.
    """
    session = db.session()
    session.rollback()
    with _in_line():
        session.info["read_only"] = False
        try:
            yield session
            session.commit()
        finally:
            session.rollback()
            session.info["read_only"] = True


@contextmanager
def _in_line() -> Iterator[None]:
    """Wait for other writers as the system lets wait: SQLite sleeps, and looks again too late.

    Whoever is next waits alone before the lock, and the others behind her: so who has just written
    can't be the next before she is. PostgreSQL lets one wait for a row, so there it isn't needed.
    """
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        yield
        return
    with open(f"{url.database}-line", "ab") as file:
        with open(f"{url.database}-next", "ab") as next_one:
            flock(next_one, LOCK_EX)  # until it is closed
            flock(file, LOCK_EX)
        yield


def _begin() -> None:
    door = door_of_request()
    is_safe = request.method in SAFE_METHODS or (door is not None and door.reads_first)
    db.session().info["read_only"] = is_safe


def _finish(response: Response) -> Response:
    """End the transaction; an answer whose own could not be kept carries nothing of it."""
    if request.method not in SAFE_METHODS and response.status_code >= 400:
        take_back()
    if not db.session.registry.has():
        return response
    session = db.session()
    jobs, joining = g.pop("afterwards", []), g.pop("joining", [])
    is_kept = not session.info.get("read_only", True) and response.status_code < 400
    try:
        if is_kept:
            session.flush()
            _do(joining, session)
        session.commit() if is_kept else session.rollback()
    except Exception as error:
        session.rollback()
        take_back()
        response = make_response(current_app.handle_user_exception(error))
        is_kept = False
    try:
        _do(jobs if is_kept else [*joining, *jobs], session)
    except Exception as error:
        session.rollback()
        if is_kept:  # what she did stands, so she hears that it does
            current_app.logger.error("after the request: %s", type(error).__name__)
        else:  # an uncounted try is none: nobody may guess on
            take_back()
            response = make_response(current_app.handle_user_exception(error))
    return response


def _do(jobs: list[Callable[[Session], None]], session: Session) -> None:
    if jobs:
        session.info["read_only"] = False
        set_actor(session, HOUSE)
        for job in jobs:
            job(session)
        session.commit()
