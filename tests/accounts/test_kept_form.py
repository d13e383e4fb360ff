"""A text that was sent when the session had ended comes back after signing in, to her only."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.core import clock
from portal.core.browser_session import BrowserSession
from portal.participants.models import ParticipantLink
from portal.progress.models import Observation
from portal.web.kept_form import KeptForm, forget_old_forms
from tests.pages import current_of
from tests.progress.test_pages import EXAMPLE
from tests.signed_in import SignedIn

HOUR = timedelta(hours=1)
TEXT = "Hielp vandaag twee nieuwe mensen op weg."
A_PAGE = {"Accept": "text/html"}


@pytest.fixture
def late(cast, session):
    """Her browser, in which she sent a text after her session had ended."""

    def send(who: str, path: str, **values):
        client = cast.client(who)
        page = client.page(path)
        session.execute(update(BrowserSession).values(ended_at=clock.now()))
        session.commit()
        client.signed_in = None
        answer = client.submit(page, follow=False, **values)
        assert answer.status_code == 401
        return client, client.page(answer, status=401)

    return send


def sign_in_as(client, cast, who):
    """What signing in leaves in the browser; the pages that lead there have tests of their own."""
    client.signed_in = SignedIn(client.application, cast.logins[who])
    with client.session_transaction() as cookie:
        kept = cookie.get("kept_form")
        cookie.clear()
        cookie["_user_id"] = client.signed_in.token
        if kept:
            cookie["kept_form"] = kept


def observe(cast) -> str:
    return f"/participants/{cast.participant.uuid}/observations/new"


@pytest.mark.slow
@pytest.mark.parametrize("who", ["guide", "participant"])
def test_what_was_typed_comes_back_and_is_saved_once(cast, session, late, who):
    path = observe(cast) if who == "guide" else "/my/observations/new"
    client, refused = late(who, path, **{**EXAMPLE, "example": TEXT})
    assert "Wat u invulde, bewaren wij een uur." in refused.words
    assert session.scalar(select(func.count(Observation.id))) == 0
    row = session.scalars(select(KeptForm)).one()
    assert TEXT not in row.sealed
    session.rollback()
    sign_in_as(client, cast, who)
    home = "/work" if who == "guide" else "/my"
    page = client.page(client.get(home, headers=A_PAGE, follow_redirects=True))
    assert page.url == f"{path}?kept=yes"  # its own form, as it was
    assert current_of(page.select_one("textarea[name=example]")) == [TEXT]
    assert "U was uitgelogd toen u het verstuurde." in page.words
    assert TEXT in client.page("/kept").words  # and for an hour here
    assert client.get(home, headers=A_PAGE).status_code == 200  # she is led there once
    for _ in range(2):
        client.submit(page)
    assert session.scalars(select(Observation.example)).all() == [TEXT]


@pytest.mark.slow
def test_it_is_shown_to_nobody_else(cast, session, late):
    client, _refused = late("guide", observe(cast), example=TEXT)
    sign_in_as(client, cast, "coordinator")
    assert client.get("/work", headers=A_PAGE).status_code == 200
    assert client.get("/kept").status_code == 404
    assert cast.client("guide").get("/kept").status_code == 404  # from another browser


def test_it_is_kept_for_an_hour(cast, session, late):
    client, _refused = late("guide", observe(cast), example=TEXT)
    sign_in_as(client, cast, "guide")
    with clock.freeze(clock.now() + HOUR * 1.1):
        assert client.get("/work", headers=A_PAGE).status_code == 200
        assert client.get("/kept").status_code == 404
        forget_old_forms(session)
        assert session.scalar(select(func.count(KeptForm.key))) == 0


def test_a_password_and_what_we_did_not_draw_are_not_kept(cast, session, late):
    late("guide", "/account", password="kaasbroodje42", new_password="vijf natte laarzen")
    client = cast.client()
    form = {"csrf_token": client.csrf_token(), "example": TEXT}
    for drawn_for in ({}, {"drawn_for": "0"}):
        assert client.post(observe(cast), data={**form, **drawn_for}).status_code == 401
    form = {"drawn_for": "1.x", "example": TEXT, "csrf_token": "forged"}
    assert cast.client().post(observe(cast), data=form).status_code == 401
    assert session.scalar(select(func.count(KeptForm.key))) == 0


def test_where_its_form_is_gone_what_was_typed_is_listed(cast, session, late):
    client, _refused = late("guide", observe(cast), example=TEXT)
    session.execute(update(ParticipantLink).values(knows_her=False))
    session.commit()
    sign_in_as(client, cast, "guide")
    page = client.page(client.get("/work", headers=A_PAGE, follow_redirects=True))
    assert page.url == "/kept"
    assert TEXT in page.words
    assert client.get("/work?kept=yes", headers=A_PAGE).location == "/kept"  # no form of it there
