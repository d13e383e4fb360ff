"""Each letter fails alone: a bad address, a hanging receiver or a slow server holds up no other."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy.orm import Session

from portal import worker
from portal.core import clock
from portal.notices import commands
from portal.notices.jobs import delivery
from portal.notices.jobs.transport import _PATIENCE as GATEWAY_PATIENCE, STEP, WHOLE, SmtpTransport
from portal.notices.models import Notice
from portal.notices.rules import LEASE, Channel, NoticeStatus, Recipient
from portal.notices.rules.outcome import NotNow, Refused
from tests import patience

WAITING, SENT, FAILED = NoticeStatus.WAITING, NoticeStatus.SENT, NoticeStatus.FAILED
QUICK = STEP * 0.01, WHOLE * 0.01  # ten minutes are six seconds


class Server:
    """A mail server that answers some readers in a way of its own."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], str] = {}  # (stage, reader) -> what it says
        self.pause = 0.0  # seconds before it says that it has a letter
        self.arrived: list[str] = []

    def _say(self, stage: str, reader: str) -> str:
        return self.answers.get((stage, reader)) or self.answers.get((stage, "")) or "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        return self._say("mail", "")

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._say("rcpt", address)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        [reader] = envelope.rcpt_tos
        await asyncio.sleep(self.pause)
        said = self._say("data", reader)
        if said.startswith("2"):
            self.arrived.append(reader)
        return said


@pytest.fixture
def server() -> Iterator[tuple[Server, SmtpTransport]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Server()
    running = Controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    try:
        yield handler, SmtpTransport(f"smtp://127.0.0.1:{port}", *QUICK)
    finally:
        running.stop()


@contextmanager
def raw_server(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """Somebody at a port who does as `talk` says until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            listening.settimeout(0.1)
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                with connection:
                    talk(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def tell(session: Session, *readers: str, by: Channel = Channel.EMAIL) -> list[Notice]:
    told = [
        commands.tell(session, Recipient("N", to, "nl", by=by), "organisations/verified")
        for to in readers
    ]
    session.commit()
    return told


def deliver(app: Flask, session: Session, **carriers: Any) -> int:
    session.rollback()
    with app.app_context():
        tried = worker.deliver_due(**carriers)
    session.expire_all()
    return tried


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("said", "status"),
    [("550 5.1.1 no such user", FAILED), ("554 no", FAILED), ("451 later", WAITING)],
)
def test_one_bad_address_fails_alone(app, session, server, stage, said, status):
    handler, transport = server
    handler.answers = {(stage, f"bad{n}@example.org"): said for n in range(3)}
    told = tell(
        session, *(f"bad{n}@example.org" for n in range(3)), "a@example.org", "b@example.org"
    )
    assert deliver(app, session, transport=transport) == 5
    assert [(one.status, one.attempts) for one in told] == [(status, 1)] * 3 + [(SENT, 1)] * 2
    with clock.freeze(clock.now() + timedelta(days=1)):  # and what is final stays so
        assert deliver(app, session, transport=transport) == (0 if status is FAILED else 3)


@pytest.mark.parametrize(
    ("stage", "said", "status"),
    [
        ("mail", "530 5.7.0 Authentication required", WAITING),
        ("mail", "550 5.1.8 Sender address rejected", WAITING),
        ("rcpt", "530 sign in first", WAITING),
        ("mail", "550 no", FAILED),
    ],
)
def test_what_is_wrong_with_us_loses_no_letter(app, session, server, stage, said, status):
    handler, transport = server
    handler.answers = {(stage, ""): said}
    told = tell(session, "a@example.org", "b@example.org")
    tried = deliver(app, session, transport=transport)
    assert [one.status for one in told] == [status] * 2
    assert tried == (1 if status is WAITING else 2)  # away: the others are not tried in vain


def test_a_server_that_is_slow_to_say_yes_gets_a_letter_once(app, session, server):
    handler, transport = server
    handler.pause = 0.5  # of six seconds; the twenty that were given once would be 0.2
    [notice] = tell(session, "a@example.org")
    deliver(app, session, transport=transport)
    assert (notice.status, handler.arrived) == (SENT, ["a@example.org"])


def test_the_patience_is_what_the_standard_grants():
    of_each_step = (300, 300, 120, 180, 600)  # greeting, command, DATA, a block, the end
    assert max(of_each_step) <= STEP < WHOLE
    assert delivery._LASTS[Channel.EMAIL].total_seconds() > WHOLE
    assert LEASE.total_seconds() > GATEWAY_PATIENCE * 3


def test_a_hanging_receiver_lets_the_others_go_first(app, session, monkeypatch):
    monkeypatch.setattr(delivery, "_SLOW", 0.05)
    may_end, order = threading.Event(), []

    class Sms:
        def send(self, to: str, text: str, key: str) -> str:
            if to == "+31611111119":
                return key
            if to.endswith("0"):
                assert may_end.wait(patience.SECONDS)
            order.append(to)
            return key

    hanging = [f"+316{n:07}0" for n in range(12)]  # more than there are lanes
    good = ["+31611111111", "+31611111112"]
    told = tell(session, *hanging, *good, by=Channel.SMS)
    with app.app_context():
        going = worker._delivery(sms=Sms())
        worker.claim(going)
        while len(order) < len(good):
            going.go_on(0.05)
        assert order == good
        may_end.set()
        while not going.is_idle:
            going.go_on(0.05)
    session.expire_all()
    assert {one.status for one in told} == {SENT}


@pytest.mark.parametrize(
    ("talk", "is_away"),
    [
        (lambda sock, over: None, True),  # hangs up
        (lambda sock, over: sock.sendall(b"554 not today\r\n"), True),
        (lambda sock, over: sock.sendall(b"\xff\xfe\r\n"), True),
        (lambda sock, over: over.wait(), True),  # says nothing
        (lambda sock, over: drip(sock, over), True),
        (lambda sock, over: hang_after(sock, over, b"RCPT"), False),
        (lambda sock, over: hang_after(sock, over, b"DATA"), False),
        (lambda sock, over: hang_after(sock, over, b"MAIL"), False),
    ],
)
def test_a_carrier_is_away_only_when_it_is_away(talk, is_away):
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", "b@example.org"
    message.set_content("Dag")
    with raw_server(talk) as url, pytest.raises((NotNow, Refused)) as failed:
        SmtpTransport(url, 0.3, 1).send(message)
    assert isinstance(failed.value, NotNow)
    assert failed.value.is_away == is_away
    assert "example" not in failed.value.reason


def drip(sock: socket.socket, over: threading.Event) -> None:
    """A byte now and then, which no time-out notices."""
    try:
        while not over.wait(0.05):
            sock.sendall(b"2")
    except OSError:
        return


def hang_after(sock: socket.socket, over: threading.Event, verb: bytes) -> None:
    """Answers well until a command comes, and then never."""
    sock.sendall(b"220 here\r\n")
    with sock.makefile("rb") as lines:
        for line in lines:
            if line.upper().startswith(verb):
                over.wait()
                return
            sock.sendall(b"250 well\r\n")


def test_nobody_at_the_port_is_away_and_the_others_wait(app, session):
    told = tell(session, "a@example.org", "b@example.org", "c@example.org")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert deliver(app, session, transport=SmtpTransport(f"smtp://127.0.0.1:{port}", *QUICK)) == 1
    assert sorted(one.attempts for one in told) == [0, 0, 1]
    assert {one.status for one in told} == {WAITING}
