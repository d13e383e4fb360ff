"""A real Chromium before real servers on loopback: the demo city, and the cast of the matrix."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal import create_app
from portal.config import Settings
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.migration import upgrade
from tests.browser.browsers import FLAGS, Browsers
from tests.browser.city import City, prepare, serving
from tests.browser.kitchen import Cooking, Kitchen, cooking, forgets
from tests.cast import Cast, build_cast
from tests.house.world import World, build_world
from tests.pages import AuditingClient


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; every test has contexts of its own in it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("No Chromium found.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browsers(chromium: Browser) -> Iterator[Browsers]:
    """What opens pages. Whatever went wrong behind them fails the test at its end."""
    browsers = Browsers(chromium)
    yield browsers
    browsers.close()
    assert not browsers.faults, "\n".join(browsers.faults)


@pytest.fixture(scope="session")
def prepared_city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo city in a directory, to serve copies of; and the participant's card."""
    instance = tmp_path_factory.mktemp("city")
    return instance, prepare(instance)


@pytest.fixture(scope="session", params=[True, False], ids=["js", "no-js"])
def city(
    request: pytest.FixtureRequest,
    chromium: Browser,
    prepared_city: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[City]:
    """A city for visitors with JavaScript and one for those without; journeys share it."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    with serving(*(prepared_city[0], instance, prepared_city[1]), js=request.param) as city:
        yield city


@dataclass(frozen=True)
class House:
    """The portal with the cast of the access matrix, which has every kind of page."""

    url: str
    app: Flask
    cast: Cast
    world: World

    def cookie_of(self, name: str) -> dict[str, Any]:
        """The cookie with which one of the cast is signed in."""
        return {"name": "portal", "value": self.cast.cookie_of(name), "url": self.url}


@pytest.fixture(scope="session")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Served from this very process, so that addresses can be built; only read by tests."""
    instance = tmp_path_factory.mktemp("house")
    app = create_app(Settings.from_environment({"PORTAL_INSTANCE": str(instance)}))
    app.test_client_class = AuditingClient
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            cast = build_cast(app, session)
            world = build_world(cast, session)
            assert world.applied.participant  # loaded, as addresses ask for them later
            assert world.aftercare.outflow.enrolment
            session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield House(f"http://127.0.0.1:{server.server_port}", app, cast, world)
    server.shutdown()
    thread.join(10)
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def cooked(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cooking]:
    """The cast's enterprise behind a server in this very process, for journeys that change it."""
    with cooking(tmp_path_factory.mktemp("kitchen")) as cooked:
        yield cooked


@pytest.fixture
def kitchen(cooked: Cooking, browsers: Browsers) -> Iterator[Kitchen]:
    """Where registers are made and phones that keep them; they may lose their signal."""
    yield Kitchen(*cooked, browsers)
    forgets(browsers)


@pytest.fixture(scope="module", params=[True, False], ids=["js", "no-js"])
def timed_city(
    request: pytest.FixtureRequest, chromium: Browser, prepared_city: Any, tmp_path_factory: Any
) -> Iterator[City]:
    """A city of its own for each file of journeys that set the clock."""
    prepared, card = prepared_city
    instance = tmp_path_factory.mktemp("timed") / "instance"
    with serving(prepared, instance, card, js=request.param, timed=True) as city:
        yield city
