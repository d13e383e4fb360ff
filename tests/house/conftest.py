"""A second application with a room of its own, in which the house can be put to the test."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, abort, request
from flask_wtf.csrf import generate_csrf
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import create_app
from portal.config import Settings
from portal.core.actor import Permission
from portal.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from portal.extensions import db
from portal.organisations.models import Organisation
from portal.web.current import session
from portal.web.page import see_other
from portal.web.room import ANYONE, Room
from portal.web.throttle import Throttle
from tests import factories as make
from tests.cast import build_cast
from tests.house.world import World, build_world
from tests.kept import kept
from tests.pages import AuditingClient

REFUSALS: dict[str, Callable[[], Any]] = {
    "not-found": lambda: NotFound(),
    "not-allowed": lambda: NotAllowed(),
    "conflict": lambda: Conflict(),
    "rule-broken": lambda: RuleBroken("", "There are {taken} people already.", taken=3),
    "failure": lambda: ZeroDivisionError("secret of the house"),
}
_throttle = Throttle("trial", most=3, within=timedelta(minutes=5))


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _trial_room() -> Room:
    room = Room("trial", __name__)

    @room.door("/trial/token", allow=ANYONE)
    def token():
        return _plain(generate_csrf())

    @room.door("/trial/count", allow=ANYONE)
    def count():
        return _plain(str(session().scalar(select(func.count()).select_from(Organisation))))

    @room.door("/trial/write", allow=ANYONE)
    def write():
        make.organisation(session(), "Written by a GET")
        return _plain("done")

    @room.door("/trial/rename", allow=ANYONE)
    def rename():
        session().execute(update(Organisation).values(name="Renamed by a GET"))
        return _plain("done")

    @room.door("/trial/keep", allow=ANYONE, methods=["POST"])
    def keep():
        make.organisation(session(), request.form["name"])
        return _plain("kept", int(request.form.get("status", 200)))

    @room.door("/trial/once", allow=ANYONE, methods=["POST"])
    def once():
        organisation = make.organisation(session(), request.form["name"])
        time.sleep(0.05)
        if "fail" in request.form:
            abort(409)
        return see_other("trial.count", made=organisation.id)

    @room.door("/trial/try", allow=ANYONE, methods=["POST"])
    def try_it():
        _throttle.check("somebody")
        _throttle.count("somebody")
        make.organisation(session(), "Tried")
        abort(400)

    @room.door("/trial/refuse/<how>", allow=ANYONE)
    def refuse(how: str):
        raise REFUSALS[how]()

    @room.door("/trial/closed", allow=Permission.OPERATE, methods=["GET", "POST"])
    def closed():
        return _plain("open")

    return room


class Trial(AuditingClient):
    """A browser in the trial room."""

    def send(self, url: str, **values: Any) -> TestResponse:
        """POST these values with the token that this browser was given."""
        return self.post(url, data={"csrf_token": self.get("/trial/token").text, **values})


def make_trial(database_url: str, instance: Path) -> Flask:
    """The whole application on a database, with the trial room added to it."""
    app = create_app(
        Settings.from_environment(
            {"PORTAL_DATABASE_URL": database_url, "PORTAL_INSTANCE": str(instance)}
        )
    )
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Trial
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()
    app.register_blueprint(_trial_room())
    return app


@pytest.fixture(scope="session")
def opened_trial(
    app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The trial application, opened once for all: that takes as long as twenty requests."""
    trial = make_trial(database_url, tmp_path_factory.mktemp("trial"))
    yield trial
    with trial.app_context():
        db.engine.dispose()


@pytest.fixture
def trial(opened_trial: Flask, engine: Engine) -> Flask:
    """The trial application on a migrated, empty database; what a test adds to it stays."""
    return opened_trial


@pytest.fixture
def browser(trial: Flask) -> Trial:
    """A visitor in the trial room."""
    client = trial.test_client()
    assert isinstance(client, Trial)
    return client


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """The cast and one row of each kind around it, committed."""
    world: World = kept(
        session,
        "world",
        lambda: build_world(build_cast(app, session), session),
        app=app,
        session=session,
    )
    world.cast.logins |= world.logins
    return world


def at_once(jobs: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Do all jobs at the same time, each in a thread of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]
