"""200 people send the last form at the same moment, through HTTP, for 20 places."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from portal.config import ROOT
from portal.core import clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.participants.models import Participant
from portal.participants.rules import new_card_token
from tests import factories as make

PEOPLE, PLACES, DOUBLE_SENDERS = 200, 20, 20
PATIENCE = 120  # seconds for any one answer; the whole test ends well before
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def port(app: Flask, database_url: str, tmp_path: Path) -> Iterator[int]:
    """The real server on the same database, with two workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(port), "--workers", "2", "--blocking-threads", "8"),
            *("--http", "1", "--no-ws", "--log-level", "error", "wsgi:application"),
        ],
        cwd=ROOT,
        env={
            "PORTAL_DATABASE_URL": database_url,
            "PORTAL_SECRET_KEY": app.config["SECRET_KEY"],
            "PORTAL_INSTANCE": str(tmp_path),
        },
    )
    try:
        _wait_until_open(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/accessibility")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server did not start")


def _cookie(app: Flask, slug: str, number: int) -> str:
    """What a person has in her browser after the questions; the pages test how it comes there."""
    draft = {
        "began": clock.now().timestamp() - 30,
        "card": new_card_token(),
        "name": f"Person {number}",
        "contact_way": "email" if number % 2 else "phone",
        "phone": "" if number % 2 else "+31612345678",
        "email": f"person{number}@example.org" if number % 2 else "",
        "language": "nl",
    }
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"portal={signer.dumps({'sign_up': {slug: draft}})}"


class _Person:
    """A browser that stands at the last page, with its finger on the button."""

    def __init__(self, port: int, slug: str, cookie: str) -> None:
        self.port, self.path = port, f"/offerings/{slug}/sign-up/check"
        status, body, fresh, _ = self._ask("GET", cookie)
        assert status == 200, body[:300]
        self.cookie = fresh or cookie
        self.form = urlencode(dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', body)))

    def send(self, together: Barrier) -> tuple[int, str]:
        together.wait(PATIENCE)
        status, _, _, location = self._ask("POST", self.cookie, self.form)
        return status, location

    def _ask(self, method: str, cookie: str, form: str | None = None) -> tuple[int, str, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(
                method, self.path, form, {"Cookie": cookie, **(FORM if form else {})}
            )
            answer = connection.getresponse()
            set_cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
            location = answer.headers.get("Location", "")
            return answer.status, answer.read().decode(), set_cookie, location
        finally:
            connection.close()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_last_place_is_given_once(app, session, cast, port):
    offering = make.offering(session, cast.enterprise, places=PLACES)
    session.commit()
    cookies = [_cookie(app, offering.slug, number) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE + DOUBLE_SENDERS) as pool:
        people = list(pool.map(lambda cookie: _Person(port, offering.slug, cookie), cookies))
        senders = people + people[:DOUBLE_SENDERS]  # some press the button twice
        together = Barrier(len(senders))
        began = time.monotonic()
        answers = list(pool.map(lambda person: person.send(together), senders))
        took = time.monotonic() - began
    print(f"{len(senders)} sends in {took:.1f} s: {len(senders) / took:.0f} a second")

    assert Counter(answers) == {(303, f"/offerings/{offering.slug}/sign-up/done"): len(senders)}
    session.expire_all()
    rows = session.scalars(
        select(Enrolment).where(Enrolment.offering_id == offering.id).order_by(Enrolment.id)
    ).all()
    assert [row.status for row in rows] == (
        [EnrolmentStatus.ENROLLED] * PLACES + [EnrolmentStatus.WAITING] * (PEOPLE - PLACES)
    )
    names = session.scalars(
        select(Participant.name).where(Participant.id.in_([row.participant_id for row in rows]))
    )
    assert sorted(names) == sorted(f"Person {number}" for number in range(PEOPLE))
    again = session.get(Offering, offering.id)
    assert (again.places_taken, again.status) == (PLACES, OfferingStatus.FULL)
