"""A kitchen with a register of its own for each journey, and phones of two who keep it."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Error, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from portal import create_app
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.config import Settings
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.migration import upgrade
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.browser.browsers import PATIENCE, Browsers
from tests.cast import Cast, build_cast
from tests.pages import AuditingClient

Cooking = tuple[str, Flask, Cast]
OUTAGE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "error occurred when fetching")
_NAMES = ("Fatma", "Mohammed", "Semhar", "Emre", "Samira", "Anna", "Piotr", "Leyla", "Yusuf")


@dataclass(frozen=True)
class Kitchen:
    """The portal on loopback, and the people of the cast's enterprise."""

    url: str
    app: Flask
    cast: Cast
    browsers: Browsers

    def register(self, people: int) -> str:
        """A new register of today with so many people; its path."""
        with self.writing() as session:
            offering = make.offering(session, self.cast.enterprise, title="Koken", places=40)
            midnight, _ = clock.day_bounds(clock.today(), clock.today())
            begun = max(midnight, clock.now() - timedelta(hours=1))
            row = make.offering_session(session, offering, begun, 120)
            for number in range(people):
                name = f"{_NAMES[number % len(_NAMES)]} {chr(65 + number)}."
                make.enrolment(session, offering, make.participant(session, name))
            return f"/registers/{row.uuid}"

    def phone(self, name: str = "guide", *, js: bool = True) -> Page:
        """The phone of one of the cast, signed in."""
        page = self.browsers.open(self.url, js=js)
        self.sign_in(page, name)
        return page

    def sign_in(self, page: Page, name: str) -> None:
        """Give a phone the cookie that signing in gives."""
        value = self.cast.cookie_of(name)
        page.context.add_cookies([{"name": "portal", "value": value, "url": self.url}])

    def marks(self, path: str) -> dict[str, str]:
        """What the portal holds of a register: status by name."""
        with self.writing() as session:
            rows = session.execute(
                select(Participant.name, AttendanceMark.status)
                .join(AttendanceMark, AttendanceMark.participant_id == Participant.id)
                .join(OfferingSession, OfferingSession.id == AttendanceMark.session_id)
                .where(OfferingSession.uuid == uuid.UUID(path.rpartition("/")[2]))
            )
            return {name: status.value for name, status in rows}

    def changes(self, path: str) -> list[AttendanceChange]:
        """Every tap that the portal has of a register."""
        with self.writing() as session:
            return list(
                session.scalars(
                    select(AttendanceChange)
                    .join(OfferingSession, OfferingSession.id == AttendanceChange.session_id)
                    .where(OfferingSession.uuid == uuid.UUID(path.rpartition("/")[2]))
                )
            )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The database itself, as the house."""
        with self.app.app_context(), Session(db.engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            yield session
            session.commit()


@contextmanager
def cooking(instance: Path) -> Iterator[Cooking]:
    """Serve the cast from this very process."""
    app = create_app(Settings.from_environment({"PORTAL_INSTANCE": str(instance)}))
    app.test_client_class = AuditingClient
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            cast = build_cast(app, session)
            session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app, cast
    server.shutdown()
    thread.join(10)
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def person(page: Page, name: str) -> Locator:
    """Somebody's line on the register."""
    return page.locator(".register > li", has_text=name)


def tap(page: Page, name: str, words: str) -> None:
    """Tap one of somebody's three buttons, and see that it shows."""
    button = person(page, name).get_by_role("button", name=words)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def says(page: Page, name: str, words: str) -> None:
    """Somebody is marked so on this phone."""
    button = person(page, name).get_by_role("button", name=words, pressed=True)
    expect(button).to_have_count(1)


def comes_true(page: Page, condition: str, *about: str) -> None:
    """Wait until something holds in a page that nobody sees there; a promise is waited for.

    A page that makes room for the next one while it is asked is asked again there.
    """
    asked = f"async about => Boolean(await ({condition})(about))"
    for _ in range(PATIENCE // 50):
        try:
            if page.evaluate(asked, *about or (None,)):
                return
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def forgets(browsers: Browsers) -> None:
    """What a phone without a signal writes in its console is no fault."""
    browsers.faults[:] = [one for one in browsers.faults if not any(out in one for out in OUTAGE)]


def kept_pages(page: Page) -> list[str]:
    """The addresses with names that are kept on a phone."""
    found = page.evaluate(
        """async () => {
            if (!await caches.has("registers-names-1")) return [];
            const kept = await (await caches.open("registers-names-1")).keys();
            return kept.map(({url}) => new URL(url).pathname);
        }"""
    )
    return list(found)
