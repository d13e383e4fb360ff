"""Whoever copies the database and the folder beside it, with mail waiting, is nobody anywhere."""

import hmac
import re
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import worker
from portal.accounts.queries import find_resetting
from portal.core import clock, links
from portal.core.actor import Role
from portal.core.base import Base
from portal.core.links import Purpose
from portal.core.tokens import hash_of
from portal.notices.models import Notice
from portal.organisations import commands as organisations
from portal.organisations.queries import find_calendar, find_invitation
from portal.participants.commands.keys import find_key, issue_calendar
from portal.participants.rules import ContactWay, KeyKind
from tests import factories as make
from tests.house.world import World
from tests.organisations.test_pages import FILLED_IN
from tests.pages import AuditingClient
from tests.referrals.test_pages import TYPED

# What is written is the same in each database, and the matrix asks each page of both.
pytestmark = [pytest.mark.slow, pytest.mark.one_database]

_PIECE = re.compile(r"[\w-]{6,}")


class Mailbox:
    """What was delivered, and is not part of the copy."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def send(self, message: EmailMessage) -> None:
        self.said.append(message.get_content())


def strings_in(value: Any) -> Iterator[str]:
    """A value as it stands in a copy, and each part of it that could be a secret."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from strings_in(key)
            yield from strings_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one)
    elif isinstance(value, uuid.UUID):
        yield from (str(value), value.hex)
    elif isinstance(value, bytes):
        yield from strings_in(value.decode("latin-1"))
    elif isinstance(value, str):
        yield value
        yield from _PIECE.findall(value)


def copied(session: Session, folder: Any) -> tuple[set[str], set[str]]:
    """All strings of a copy, and all hashes that something is known by."""
    found: set[str] = set()
    hashes: set[str] = set()
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(select(table)).mappings():
            for name, value in row.items():
                found.update(strings_in(value))
                if str(name).endswith("_hash") and isinstance(value, str):
                    hashes.add(value)
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix not in (".db", ".sqlite") and file.stat().st_size < 10**6:
            found.update(strings_in(file.read_bytes()))
    return found, hashes


def forged(session: Session, key: str) -> Iterator[str]:
    """What could be signed with the key of this installation for what stands in the copy."""
    for table in Base.metadata.sorted_tables:
        if "uuid" not in table.columns:
            continue
        for row in session.connection().scalars(select(table.c.uuid)):
            for purpose in Purpose:
                name = b"link:" + purpose.value.encode() + row.bytes
                mac = hmac.digest(key.encode(), name, "sha256")
                yield urlsafe_b64encode(row.bytes + mac[:12]).decode().rstrip("=")


def live(world: World, session: Session) -> Mailbox:
    """A day in the house: signing up, offers, a reset, an invitation, a referral, a calendar."""
    cast, mailbox = world.cast, Mailbox()
    email = {"contact_way": ContactWay.EMAIL, "email": "fatma@example.org", "phone": ""}
    make.reach(session, cast.participant, **email)
    issue_calendar(session, cast.actor("participant"))
    organisations.issue_calendar(session, cast.actor("guide"))
    session.commit()
    for round_ in ("delivered", "waiting"):
        offering = make.offering(session, cast.enterprise, slug=f"nieuw-{round_}")
        organisations.invite(
            session, cast.actor("admin"), name="Noor", email=f"{round_}@example.org",
            role=Role.GUIDE, language="nl",
        )  # fmt: skip
        session.commit()
        visitor = cast.client()
        visitor.submit("/reset-password", email="guide@example.org", follow=False)
        _register(visitor, round_)
        _sign_up(cast.client(), offering.slug)
        desk = cast.client("coordinator")
        her: dict[str, Any] = {"name": "Ada", "contact_way": "email", "email": "ada@example.org"}
        answer = desk.submit(f"/work/offerings/{offering.slug}/sign-up", follow=False, **her)
        assert answer.status_code == 303
        refer = f"/work/referrals/new?offering={offering.slug}"
        answer = cast.client("referrer").submit(refer, follow=False, **TYPED)
        assert answer.status_code == 303
        if round_ == "delivered":
            session.rollback()
            with cast.app.app_context():
                worker.deliver_due(mailbox)
            session.expire_all()
    answer = cast.client().submit("/a/answer-of-fatma?ask=leave", button="leave", follow=False)
    assert answer.location.endswith(world.answer_token)
    return mailbox


def _register(client: AuditingClient, name: str) -> None:
    typed = {**FILLED_IN, "name": f"Keuken {name}", "admin_email": f"admin-{name}@example.org"}
    assert client.submit("/organisations/register", follow=False, **typed).status_code == 303


def _sign_up(client: AuditingClient, slug: str) -> None:
    """By a stranger, with a friend's address."""
    client.submit(f"/offerings/{slug}/sign-up")
    client.submit(f"/offerings/{slug}/sign-up/name", name="Amina")
    reach: dict[str, Any] = {"contact_way": "email", "email": "amina@example.org"}
    check = client.submit(f"/offerings/{slug}/sign-up/reach", **reach)
    with clock.freeze(clock.now() + timedelta(minutes=1)):  # as long as people take
        assert client.submit(check, follow=False).status_code == 303


@dataclass(frozen=True)
class Stolen:
    """What is in a copy, and what was in the letters that had left by then."""

    strings: set[str]
    hashes: set[str]
    delivered: list[str]


@pytest.fixture
def stolen(world: World, session: Session) -> Stolen:
    mailbox = live(world, session)
    found, hashes = copied(session, world.cast.app.config["SETTINGS"].instance)
    return Stolen(found, hashes, mailbox.said)


def _opens(session: Session, secret: str) -> list[str]:
    """What a secret opens; read as the house, so nothing is hidden from it."""
    found = {
        "card": find_key(session, secret),
        "reset": find_resetting(session, secret),
        "invitation": find_invitation(session, secret),
        "link": links.find(session, secret, *Purpose),
        "calendar": find_key(session, secret, KeyKind.CALENDAR),
        "week": find_calendar(session, secret),
    }
    return [name for name, row in found.items() if row is not None]


def test_a_stolen_copy_opens_nothing(world, session, stolen):
    waiting = set(session.scalars(select(Notice.kind).where(Notice.attempts == 0)))
    assert waiting >= {"accounts/reset", "organisations/invitation", "organisations/registered"}
    assert len(stolen.hashes) >= 15
    key = world.cast.app.config["SECRET_KEY"]
    secrets = {one for one in stolen.strings if len(one) <= 200} | set(forged(session, key)) | {key}
    assert world.answer_token not in secrets, "a form's key keeps where it led"
    known = {one for one in secrets if hash_of(one) in stolen.hashes}
    assert known == set(), "a secret whose hash is kept lies readable beside it"
    for one in secrets:
        if 16 <= len(one) <= 64:
            assert _opens(session, one) == [], one
    session.rollback()


def test_what_was_delivered_does_open(world, session, stolen):
    """So that the test above would see a secret if there were one."""
    delivered = {
        piece for text in stolen.delivered for piece in re.findall(r"/([\w-]{22})\b", text)
    }
    opened = [name for one in delivered for name in _opens(session, one)]
    assert {"reset", "invitation", "link"} <= set(opened)
    assert not delivered & stolen.strings
    session.rollback()


def test_no_cookie_made_with_the_stolen_key_is_anybody(world, session, stolen):
    session.rollback()
    kept = stolen.hashes | {one for one in stolen.strings if 40 <= len(one) <= 64}
    for one in sorted(kept):
        client = world.cast.client()
        with client.session_transaction() as cookie:  # sealed with the key of the installation
            cookie["signed_in"] = one
        assert client.get("/my").status_code == 303
        assert client.get("/work").status_code == 303


@pytest.mark.parametrize("name", ["card", "reset", "invitation", "link", "calendar", "week"])
def test_no_page_takes_what_stands_in_a_copy(world, session, stolen, name):
    """The same by the doors, for what is most like a secret: the hashes themselves."""
    session.rollback()
    address = {
        "card": "/card/{}", "reset": "/reset-password/{}", "invitation": "/invitations/{}",
        "link": "/a/{}", "calendar": "/calendar/{}.ics",
        "week": "/calendar/week/{}.ics",
    }[name]  # fmt: skip
    client = world.cast.client()
    for one in sorted(stolen.hashes):
        assert client.get(address.format(one)).status_code == 404
        assert client.get("/my").status_code == 303
