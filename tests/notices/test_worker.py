"""Letters reach a real mail server, in the reader's language, and failures wait their turn."""

import email
import email.policy
import re
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import worker
from portal.core import clock, links
from portal.core.links import Purpose
from portal.extensions import db
from portal.notices import commands
from portal.notices.jobs.transport import FileTransport, SmtpTransport, sender_for
from portal.notices.models import Notice
from portal.notices.pages import letter, letter_text, unlinked
from portal.notices.rules import NoticeStatus, Recipient
from portal.participants.queries import recipient_of
from portal.participants.rules import ContactWay
from portal.rooms import ROOMS
from portal.web.links import minting
from tests import factories as make
from tests.cast import Cast


class Inbox:
    """What a mail server took, or refuses to take."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = self.answer_to_address = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.answer_to_address.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_address

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.messages.append(parsed)
        return self.answer


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    """A real SMTP server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Inbox()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield handler, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


def tell(session: Session, cast: Cast, language: str = "nl") -> Notice:
    cast.participant.language = language
    email = {"contact_way": ContactWay.EMAIL, "email": "fatma@example.org"}
    make.reach(session, cast.participant, **email)
    to = recipient_of(session, cast.enterprise.id, cast.participant)
    title = cast.offering.title
    notice = commands.tell(session, to, "enrolments/confirmed", is_own_action=True, title=title)
    session.commit()
    return notice


def deliver(app: Flask, transport: Any) -> int:
    with app.app_context():
        return worker.deliver_due(transport)


@pytest.mark.parametrize(("language", "word"), [("nl", "Dag,"), ("en", "Hello,")])
def test_a_letter_arrives(app, session, cast, inbox, language, word):
    server, url = inbox
    notice = tell(session, cast, language)
    assert deliver(app, SmtpTransport(url)) == 1
    [message] = server.messages
    assert message["To"] == "fatma@example.org"
    text = message.get_content()
    assert text.startswith(word)
    assert "Fatma" not in text
    assert cast.offering.title in text
    assert "Fatma" not in message["Subject"]
    assert cast.offering.title not in message["Subject"]
    session.refresh(notice)
    assert notice.status is NoticeStatus.SENT
    assert notice.data == {}
    session.rollback()
    assert deliver(app, SmtpTransport(url)) == 0


def test_a_server_that_refuses_is_asked_again_later(app, session, cast, inbox):
    server, url = inbox
    server.answer = "451 come back later"
    notice = tell(session, cast)
    deliver(app, SmtpTransport(url))
    session.refresh(notice)
    assert notice.status is NoticeStatus.WAITING
    assert notice.attempts == 1
    assert "fatma" not in notice.last_error
    session.rollback()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("550 no such user", NoticeStatus.FAILED),
        ("450 mailbox busy", NoticeStatus.WAITING),
    ],
)
def test_an_address_that_is_wrong_is_not_tried_again(app, session, cast, inbox, answer, status):
    server, url = inbox
    server.answer_to_address = answer
    notice = tell(session, cast)
    deliver(app, SmtpTransport(url))
    session.refresh(notice)
    assert notice.status is status
    assert notice.is_refused == (status is NoticeStatus.FAILED)
    session.rollback()


def test_a_reminder_says_to_the_mail_program_how_to_stop_them(app, session, cast):
    notice = tell(session, cast)
    time = {
        "starts_at": "2026-03-03T08:30:00+00:00",
        "ends_at": "2026-03-03T11:30:00+00:00",
        "title": "Koken",
        "enrolment": str(cast.enrolment.uuid),
    }
    about = {"participant": str(cast.participant.uuid), "times": [time]}
    with app.test_request_context(base_url="https://warmwerkt.example.org"):
        assert letter([notice], "a@b.nl")["List-Unsubscribe"] is None
        notice.kind, notice.data = "enrolments/reminder", about
        minted = minting("email:fatma@example.org")
        stop = str(letter([notice], "a@b.nl")["List-Unsubscribe"])
        token = stop.rpartition("/")[2].rstrip(">")
    session.add_all(minted.links)
    found = links.find(session, token, Purpose.REMINDERS)
    assert found is not None
    assert found.row == cast.participant.uuid
    session.rollback()


def test_a_server_that_is_away_loses_nothing(app, session, cast):
    notice = tell(session, cast)
    deliver(app, SmtpTransport("smtp://127.0.0.1:9"))
    session.refresh(notice)
    assert notice.status is NoticeStatus.WAITING
    assert notice.data
    session.rollback()


def test_nobody_waits_while_a_server_is_slow(app, session, cast):
    """No transaction is open while a letter is under way: SQLite has one writer for all."""
    held: list[int] = []
    with app.app_context():
        pool: Any = db.engine.pool

    class Server:
        def send(self, message: EmailMessage) -> None:
            held.append(pool.checkedout())

    notice = tell(session, cast)
    deliver(app, Server())
    assert held == [0]
    session.refresh(notice)
    assert notice.status is NoticeStatus.SENT


def test_without_a_server_letters_are_files(app, session, cast, tmp_path: Path):
    notice = tell(session, cast)
    deliver(app, FileTransport(tmp_path))
    [file] = tmp_path.glob("*.eml")
    session.refresh(notice)
    assert str(notice.letter) in file.name
    assert b"To: fatma@example.org" in file.read_bytes()


def test_the_sender_is_at_our_host_or_named():
    assert sender_for("", "https://meedoen.example.org") == "noreply@meedoen.example.org"
    assert sender_for("smtp://h:25?from=a@b.nl", "https://x.nl") == "a@b.nl"
    assert sender_for("", "http://127.0.0.1:8000") == "noreply@warm-werkt.example"


@pytest.mark.slow
def test_every_kind_that_is_told_has_a_template_with_a_subject(app):
    root = Path(app.root_path)
    templates = root.parent / "templates" / "mail"
    files = {str(f.relative_to(templates).with_suffix("")): f for f in templates.glob("*/*.txt")}
    pdf = templates.parent / "pdf"
    printed = {str(f.relative_to(pdf).with_suffix("")) for f in pdf.glob("*/*.typ")}
    told = {
        kind
        for code in root.glob("*/*.py")
        for kind in re.findall(r'"([a-z]+/[a-z_]+)"', code.read_text(encoding="utf-8"))
        if kind.partition("/")[0] in ROOMS and kind not in printed
    }
    assert told <= files.keys()
    for kind, file in files.items():
        assert re.search(r"^Subject: ", file.read_text(encoding="utf-8"), re.M), kind


def test_letters_go_out_also_while_a_job_fails(app, monkeypatch):
    done = []

    def fail(session):
        done.append("failed")
        if len(done) > 4:  # tried again and again: end this test instead
            signal.raise_signal(signal.SIGTERM)
        raise RuntimeError("a job that always fails")

    hour = timedelta(hours=1)
    jobs = (worker.Job(hour, fail), worker.Job(hour, lambda session: done.append("job")))

    def claim(delivery):
        done.append("letters")
        signal.raise_signal(signal.SIGTERM)

    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(worker, "_PAUSE", 0)
    monkeypatch.setattr(worker, "JOBS", jobs)
    monkeypatch.setattr(worker, "claim", claim)
    try:
        with app.app_context():
            worker.run(once=False)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert done == ["failed", "job", "letters"]


def _note(done, name, _session):
    done.append(name)


def test_each_job_is_done_once_in_its_minute_or_hour(app, session, monkeypatch):
    done: list[str] = []
    begun = datetime(2026, 3, 10, 10, 0, 30, tzinfo=UTC)
    jobs = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
    made = [worker.Job(every, partial(_note, done, name)) for name, every in jobs.items()]
    monkeypatch.setattr(worker, "JOBS", made)
    expected = {20: [], 40: ["minute"], 3600: ["minute", "hour"], 86_400: list(jobs)}
    with app.app_context():
        for seconds, names in expected.items():
            done.clear()
            with clock.freeze(begun + timedelta(seconds=seconds)):
                worker.do_jobs(begun)
            assert done == names, seconds


def test_jobs_can_be_done_twice(app, session, cast):
    session.rollback()
    with app.app_context():
        worker.do_jobs()
        worker.do_jobs()
    assert session.scalars(select(Notice)).all() == []


NASTY = "Gewonnen! https://evil.example/x www.evil.example evil.example\nBcc: a@evil.example"


@pytest.mark.parametrize("kind", ["enrolments/confirmed", "organisations/invitation"])
def test_what_a_stranger_typed_is_no_link_and_opens_no_letter(app, session, cast, kind):
    """Anybody may write a name beside somebody else's address, and call an organisation so."""
    to = Recipient(NASTY[:80], "fatma@example.org", "nl")
    data: dict[str, Any] = {
        "title": NASTY,
        "organisation": NASTY,
        "invitation": str(cast.participant.uuid),
    }
    notice = commands.tell(session, to, kind, **data)
    with app.test_request_context(base_url="https://warmwerkt.example.org"):
        message = letter([notice], "a@b.nl")
        paper = letter_text([notice], on_paper=True)
    text = message.get_content()
    assert text.splitlines()[0] == "Dag,"
    assert "Gewonnen" not in message["Subject"]
    for said in (text, paper):
        assert "Gewonnen" in said
        assert not re.findall(r"evil\.|https?://(?!warmwerkt)|@evil|^Bcc", said, re.M)
    session.rollback()


def test_names_stay_as_they_are():
    for name in ("Fatma A.", "J.P. de Vries", "Koken om 10.30 uur", "010 - 123", "شمس", "Zon & Co"):
        assert unlinked(name) == name


def test_for_whom_a_message_was_is_forgotten(session, cast):
    now = clock.now()
    with clock.freeze(now - timedelta(days=31)):
        told = [tell(session, cast) for _ in range(3)]
        commands.confirm_sent(told[:1], "gw-1")
        commands.give_up(told[1:2], "HTTP 422")
        recent = tell(session, cast)
    recent.created_at = now - timedelta(days=29)
    commands.confirm_sent([recent], "gw-2")
    session.commit()
    commands.forget_people(session)
    session.expire_all()
    kept = [(one.address, one.name, one.gateway_id, bool(one.data)) for one in (*told, recent)]
    hers = ("fatma@example.org", cast.participant.name)
    assert kept == [("", "", "", False)] * 2 + [(*hers, "", True), (*hers, "gw-2", False)]
    assert {one.kind for one in told} == {"enrolments/confirmed"}  # what is counted stays


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [("jos@exámple.nl", "jos@xn--exmple-qta.nl"), ("a@例子.广告", "a@xn--fsqu00a.xn--4rr70v")],
)
def test_a_domain_of_any_letters_is_reached(app, session, cast, inbox, address, sent_to):
    server, url = inbox
    notice = tell(session, cast)
    notice.address = address
    session.commit()
    deliver(app, SmtpTransport(url))
    [message] = server.messages
    assert message["To"] == sent_to
    session.refresh(notice)
    assert notice.status is NoticeStatus.SENT


def test_an_address_that_no_mail_reaches_is_given_up_at_once(app, session, cast, inbox):
    server, url = inbox
    notice = tell(session, cast)
    notice.address = "用户@例子.广告"
    session.commit()
    deliver(app, SmtpTransport(url))
    session.refresh(notice)
    assert (notice.status, notice.attempts) == (NoticeStatus.FAILED, 1)
    assert server.messages == []
