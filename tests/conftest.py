"""Fixtures: one application per database, a session for commands, and clients for the cast."""

import gc
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from portal import create_app
from portal.config import Settings
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.extensions import db
from portal.migration import upgrade
from tests import databases
from tests.cast import Cast, build_cast
from tests.kept import kept
from tests.pages import GOOD, AuditingClient

# Parsed pages are large trees of cycles: looking through them as often as Python does by itself
# takes a fifth of the suite's time.
gc.set_threshold(200_000, 20, 100)
# No property fails because a machine is slow: how long things take is measured by `make bench`. And
# one may use a fixture for all of its examples, where each takes back what it wrote.
_HOUSE = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("house", _HOUSE)
settings.register_profile("quick", _HOUSE, max_examples=25)
settings.register_profile("mutate", _HOUSE, derandomize=True, database=None)
settings.load_profile("house")

# What puts rows in, or looks at them: the other tests of an application are about none.
_HAS_ROWS = {"engine", "loaded"}
_EACH_IN_QUICK = "test_access_matrix.py"  # a case is another door there, not another value


@event.listens_for(Engine, "connect")
def _turn_round(connection: Any, _record: Any) -> None:
    """What no question orders comes the other way round: nobody leans on how rows were made."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


def pytest_configure(config: pytest.Config) -> None:
    """The quick run tries fewer examples, where a test doesn't say how many it needs."""
    if is_quick(config):
        settings.load_profile("quick")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What no database answers runs on one; of many cases with rows the quick run takes one.

    Journeys come first: one process goes through them, and at the end nobody waits for a long one.
    """
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    left_out: set[pytest.Item] = set()
    for item in items:
        has_rows = bool(_HAS_ROWS & set(getattr(item, "fixturenames", ())))
        if has_rows:
            cases[item.nodeid.partition("[")[0]].append(item)
        asks_each = has_rows and item.get_closest_marker("one_database") is None
        if not asks_each and _database_of(item) in databases.DATABASES[1:]:
            left_out.add(item)
    if is_quick(config):
        for of_one in cases.values():
            if of_one[0].path.name != _EACH_IN_QUICK:
                left_out.update(of_one[1:])
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
    config.hook.pytest_deselected(items=list(left_out))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """A property takes a quarter of its examples on another database than the first.

    What they are of was tried there; what only a database decides, most of them ask.
    """
    test, own = pyfuncitem.obj, "_hypothesis_internal_use_settings"
    given = getattr(test, own, None) or settings.default
    if not hasattr(test, own) or _database_of(pyfuncitem) not in databases.DATABASES[1:]:
        return (yield)
    fewer = databases.examples(given.max_examples, is_first=False)
    setattr(test, own, settings(given, max_examples=fewer))
    try:
        return (yield)
    finally:
        setattr(test, own, given)


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking for garbage among it takes a part of each minute."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """What is left was looked through for garbage just now: let it not be done once more."""
    databases.close_keepers()
    gc.freeze()


def _database_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_url") if callspec else None


def is_quick(config: pytest.Config) -> bool:
    """Whether the slow tests are left out, and so what takes long in others."""
    return "not slow" in config.option.markexpr


@pytest.fixture
def quick(pytestconfig: pytest.Config) -> bool:
    """Whether this is the quick run; then a test of very many cases may take the first of each."""
    return is_quick(pytestconfig)


@pytest.fixture(scope="session", params=databases.DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A new database of each kind."""
    with databases.started(request.param) as url:
        yield url


@pytest.fixture(scope="session")
def of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of all processes of a run."""
    own: Path = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def app(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Flask]:
    """The application on that database, migrated."""
    instance: Path = tmp_path_factory.mktemp("instance")
    if cache := getattr(pytestconfig, "cache", None):
        GOOD.keep_in(cache.mkdir("good shapes"))
    portal_settings = Settings.from_environment(
        {"PORTAL_DATABASE_URL": database_url, "PORTAL_INSTANCE": str(instance)}
    )
    app = create_app(portal_settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = AuditingClient
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()  # kept for all workers and runs
    with app.app_context():
        # The whole house asks more than an engine keeps: it would compile the same again and again.
        db.engine.update_execution_options(compiled_cache={})
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    """The application's engine; every row is gone after the test."""
    with app.app_context():
        engine = db.engine
    yield engine
    databases.clean(engine, Base.metadata)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session of the house itself. Commit before a client's request: SQLite has one writer."""
    with Session(engine, expire_on_commit=False) as session:
        set_actor(session, HOUSE)
        yield session
        session.rollback()


@pytest.fixture
def cast(request: pytest.FixtureRequest, app: Flask, session: Session) -> Cast:
    """The fixed cast of people, committed; where a test has a world, the cast of that."""
    if "world" in request.fixturenames:
        cast: Cast = request.getfixturevalue("world").cast
    else:
        cast = kept(session, "cast", lambda: build_cast(app, session), app=app)
    return cast
