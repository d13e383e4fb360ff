"""Signing in and out, and a new password, in a browser."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts import commands
from portal.accounts.models import User
from portal.accounts.rules import passwords
from portal.core.browser_session import BrowserSession
from portal.notices.models import Notice
from portal.notices.pages import letter
from portal.notices.rules import contact_of
from portal.web.links import minting
from tests.cast import Cast
from tests.pages import AuditingClient

PASSWORD = "kaasbroodje42"


@pytest.fixture
def guide(session: Session, cast: Cast) -> User:
    """The guide of the cast, with a password."""
    user = session.scalars(select(User).where(User.email == "guide@example.org")).one()
    user.password_hash = passwords.hash_password(PASSWORD)
    session.commit()
    return user


def sign_in(
    client: AuditingClient, password: str = PASSWORD, email: str = "guide@example.org"
) -> TestResponse:
    return client.submit("/sign-in", email=email, password=password, follow=False)


def test_sign_in_tells_both_staff_and_participants_how(cast):
    page = cast.client().page("/sign-in?lang=en")
    assert "Scan the code on your card" in page.words
    assert page.select_one("input[name=email]")["autocomplete"] == "username"


def test_sign_in_leads_to_the_day(cast, guide, session):
    client = cast.client()
    response = sign_in(client)
    assert (response.status_code, response.location) == (303, "/work")
    row = session.scalars(select(BrowserSession)).one()
    assert (row.kind, row.subject_id, row.device) == ("staff", guide.id, "")
    session.rollback()
    assert client.get("/sign-in").location == "/work"


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [("/registers?page=2", "/registers?page=2"), ("//evil.example", "/work"), ("x", "/work")],
)
def test_sign_in_goes_on_only_within_the_portal(cast, guide, target, leads_to):
    client = cast.client()
    response = client.get("/sign-in", query_string={"next": target})
    assert (
        client.submit(response, email="guide@example.org", password=PASSWORD, follow=False).location
        == leads_to
    )


def test_sign_in_refuses_in_the_same_words_and_keeps_the_address(cast, guide):
    said = set()
    for email in ("guide@example.org", "nobody@example.org"):
        page = cast.client().page(sign_in(cast.client(), "wrong password", email), status=422)
        said.add(page.select_one(".error-summary").get_text(" ", strip=True))
        assert page.select_one("input[name=email]")["value"] == email
        assert not page.select_one("input[name=password]").get("value")
    assert len(said) == 1


def test_sign_in_without_anything_says_what_is_missing(cast):
    page = cast.client().page(cast.client().submit("/sign-in?lang=en"), status=422)
    assert len(page.select(".field.invalid")) == 2
    assert "Fill in your password." in page.select_one(".error-summary").text


@pytest.mark.slow
def test_sign_in_is_throttled_after_ten_wrong_tries(cast, guide):
    client = cast.client()
    for _attempt in range(10):
        assert sign_in(client, "wrong password").status_code == 422
    response = sign_in(client)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= 15 * 60
    assert sign_in(client, "wrong password", "other@example.org").status_code == 422


@pytest.mark.slow
def test_sign_in_that_succeeds_forgets_earlier_tries(cast, guide):
    for _attempt in range(9):
        sign_in(cast.client(), "wrong password")
    assert sign_in(cast.client()).status_code == 303
    assert sign_in(cast.client(), "wrong password").status_code == 422
    assert sign_in(cast.client()).status_code == 303


def test_sign_out_forgets_who_was_here(cast, guide):
    client = cast.client()
    sign_in(client)
    copied = client.get_cookie("portal").value
    page = client.page("/reset-password?lang=en")
    page = client.page(client.submit(page, form="form[action='/sign-out']"))
    assert "You are signed out." in page.words
    with client.session_transaction() as cookie:
        assert "_user_id" not in cookie
    assert client.get("/sign-out").status_code == 405
    client.set_cookie("portal", copied)
    assert client.get("/work").status_code == 303


def test_reset_by_link_ends_other_sessions(app, cast, guide, session):
    elsewhere = cast.client()
    sign_in(elsewhere)
    client = cast.client()
    page = client.page(client.submit("/reset-password?lang=en", email="guide@example.org"))
    assert "If we know this e-mail address" in page.words
    notice = session.scalars(select(Notice)).one()
    with app.test_request_context(base_url="https://portal.example"):
        minted = minting(contact_of(notice.channel, notice.address))
        message = letter([notice], "portal@portal.example")
    session.add_all(minted.links)
    session.commit()
    [token] = re.findall(r"https://portal.example/reset-password/(\S+)", message.get_content())
    assert "Guide" not in message["Subject"]

    page = client.page(
        client.submit(f"/reset-password/{token}", password="wachtwoord1234"), status=422
    )
    assert page.select_one(".field.invalid")
    client.page(client.submit(f"/reset-password/{token}", password="nieuwe zeilboot"))
    assert sign_in(client, "nieuwe zeilboot").status_code == 303
    assert client.get("/sign-in").status_code == 303
    assert elsewhere.get("/sign-in").status_code == 200  # signed out by the new password
    assert cast.client().get(f"/reset-password/{token}").status_code == 404


def test_ask_reset_answers_the_same_for_a_stranger(cast, session):
    page = cast.client().page(
        cast.client().submit("/reset-password?lang=en", email="nobody@example.org")
    )
    assert "If we know this e-mail address" in page.words
    assert session.scalars(select(Notice)).all() == []


def test_ask_reset_is_throttled(cast, guide, session):
    """The answer is the same for whoever asks: her mailbox has links that work."""
    client = cast.client()
    for _attempt in range(7):
        answer = client.submit("/reset-password", email="guide@example.org", follow=False)
        assert answer.status_code == 303
    assert session.scalar(select(func.count(Notice.id))) == 5


def test_reset_link_that_was_never_made_is_not_found(cast):
    assert cast.client().get("/reset-password/made-up").status_code == 404


def test_create_operator_by_the_command_line(app, engine, session):
    result = app.test_cli_runner().invoke(args=["portal", "create-operator", "root@example.org"])
    assert result.exit_code == 0, result.output
    token = result.output.strip().rpartition("/")[2]
    user = commands.reset_password(session, token=token, password=PASSWORD)
    assert user.is_operator
