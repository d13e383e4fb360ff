"""A real Chromium before a real server on loopback, with the cast in a fresh SQLite file."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal import create_app
from portal.accounts.models import User
from portal.accounts.passwords import hash_password
from portal.config import Settings
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from tests.cast import Cast, build_cast
from tests.house.world import World, build_world

PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
PASSWORD = "warm-werkt-demo"
# As root there is no sandbox, and nothing may look for the world outside.
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class House:
    """A running portal and who is in it."""

    url: str
    app: Flask
    cast: Cast
    world: World

    def cookie_of(self, name: str) -> dict[str, Any]:
        """The cookie with which one of the cast is signed in."""
        client = self.cast.client(name)
        found = client.get_cookie("portal")
        assert found is not None
        return {"name": "portal", "value": found.value, "url": self.url}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The portal as people meet it, with the cast; journeys share it."""
    instance = tmp_path_factory.mktemp("house")
    app = create_app(Settings.from_environment({"PORTAL_INSTANCE": str(instance)}))
    from tests.pages import AuditingClient

    app.test_client_class = AuditingClient
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            cast = build_cast(app, session)
            world = build_world(cast, session)
            for user in session.query(User):
                user.password_hash = hash_password(PASSWORD)
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
def chromium() -> Iterator[Browser]:
    """One browser for all journeys."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(house: House, chromium: Browser) -> Iterator[OpenPage]:
    """Open a page in a browser of its own: `open_page("/", who=, viewport=, colors=, js=)`."""
    contexts: list[BrowserContext] = []

    def open_it(
        path: str,
        *,
        who: str | None = None,
        viewport: dict[str, int] = PHONE,
        colors: str = "light",
        js: bool = True,
        language: str = "nl",
    ) -> Page:
        context = chromium.new_context(
            base_url=house.url,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=colors,  # type: ignore[arg-type]
            java_script_enabled=js,
            reduced_motion="reduce",
            locale="nl-NL",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "language", "value": language, "url": house.url}])
        if who:
            context.add_cookies([house.cookie_of(who)])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return page

    yield open_it
    for context in contexts:
        context.close()


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, a line each."""
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", _RULES)
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
