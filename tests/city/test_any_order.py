"""No page leans on the order in which a database happens to give rows that no question orders."""

import re
from collections import deque
from collections.abc import Iterator
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.city.people import demo_card_token
from portal.extensions import db
from portal.organisations.models import Membership
from tests import factories as make
from tests.pages import AuditingClient
from tests.signed_in import Login, in_cookie

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

_BEGIN = ("/work", "/my", "/", "/reports", "/calls", "/opportunities")
_AT_WORK = re.compile(r"/(work|registers|participants|recognition|operator)\b")
_OF_ONE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|(?<=/offerings/)[^/?]+")
_STAFF = (
    "guide", "coordinator", "admin", "cooperative", "recogniser", "expert", "referrer", "employer",
    "operator",
)  # fmt: skip
_MOST = 30  # of a kind each
# What a page keeps of its own for one send; not what it says that its reader saw.
_OF_ONE_SEND = re.compile(r'<input[^>]*hidden[^>]*name="(?!seen)[^>]*>|(?<=[.:])\d{13}')
_LINK = re.compile(r'href="(/[^"#]*)')
_NO_PAGE = re.compile(r"/static|/sign-out|\?lang=|\.\w{2,4}(\?|$)")


@pytest.fixture
def turned(app: Flask, loaded: Session) -> Iterator[list[str]]:
    """How unordered rows come: write OFF or ON in it."""
    how = ["OFF"]

    def turn(connection, *_of):
        connection.execute(f"PRAGMA reverse_unordered_selects = {how[0]}")

    event.listen(db.engine, "checkout", turn)
    yield how
    event.remove(db.engine, "checkout", turn)
    db.engine.dispose()  # the next test's connections are as they come


def login_of(session: Session, who: str) -> Login:
    """One of the demo's cast."""
    if who == "participant":
        return make.card_login(session, make.opened(session, demo_card_token()).participant)
    user = session.scalars(select(User).filter_by(email=f"{who}@demo.example")).one()
    query = select(Membership.organisation_id).filter_by(user_id=user.id).order_by(Membership.id)
    return Login("staff", user.id, user.session_version, session.scalars(query.limit(1)).first())


def get(client: AuditingClient, address: str) -> TestResponse:
    """Get a page apart from the context in which the city was grown."""
    return Context().run(client.get, address)


def drawn(client: AuditingClient, address: str) -> str:
    """What a page says, without what it only keeps for its form."""
    return _OF_ONE_SEND.sub("", get(client, address).text)


def pages(client: AuditingClient, is_in: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The pages to which links lead, of each kind a few."""
    ahead, seen, kinds = deque(_BEGIN), set(_BEGIN), set[str]()
    while ahead and len(kinds) < _MOST:
        address = ahead.popleft()
        kind = _OF_ONE.sub("", address)
        answer = get(client, address)
        if kind in kinds or answer.status_code != 200:
            continue
        kinds.add(kind)
        yield address, answer.text
        found = (one.replace("&amp;", "&") for one in _LINK.findall(answer.text))
        new = [
            one
            for one in dict.fromkeys(found)
            if one not in seen and is_in.match(one) and not _NO_PAGE.search(one)
        ]
        seen.update(new)
        ahead.extend(new)


@pytest.mark.parametrize(
    ("who", "is_in"),
    [
        *((who, _AT_WORK) for who in _STAFF),
        ("participant", re.compile("/my")),
        ("stranger", re.compile("/(?!work)")),
    ],
)
def test_a_page_stays_as_it_is_when_unordered_rows_come_the_other_way(
    app, loaded, turned, who, is_in
):
    client: AuditingClient = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(in_cookie(app, login_of(loaded, who)))
    number = 0
    for address, was in pages(client, is_in):
        turned[0] = "ON"
        now = drawn(client, address)
        turned[0] = "OFF"
        # What she looked at for the first time is no news the second time.
        assert _OF_ONE_SEND.sub("", was) == now or drawn(client, address) == now, address
        number += 1
    assert number > 10
