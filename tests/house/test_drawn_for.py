"""A page acts for whom it was drawn: every form of staff in two windows, and of whoever is here."""

import pytest
from flask import url_for
from sqlalchemy import select

from portal.core.actor import Role
from portal.organisations.models import Invitation, Membership, Organisation
from portal.web.room import doors
from tests import factories as make
from tests.cast import CAST
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.forms import forms_of
from tests.house.test_access_matrix import changes, rows_of
from tests.pages import page_of

pytestmark = pytest.mark.slow

TYPED = "Geschreven voor de eerste."
FOR_ALL = {
    "accounts.ask_reset",
    "accounts.reset_password",
    "accounts.sign_in",
    "accounts.sign_out",
    "check_in.kiosk",
    "home.answer",
    "organisations.switch",
    "participants.ask_link",
    "participants.link_sign_in",
}


@pytest.fixture
def second(session, cast, world):
    """Another organisation, which all staff of the cast work for too."""
    second = make.organisation(session, "Het Tweede Huis")
    for name in CAST:
        if cast.actor(name).organisation_id is not None:
            user_id = cast.actor(name).user_id
            session.add(Membership(user_id=user_id, organisation_id=second.id, role=Role.ADMIN))
    session.commit()
    return second


def choose(client, organisation):
    """Another organisation, chosen in the second window."""
    data = {"csrf_token": client.csrf_token(), "organisation": organisation.id}
    assert client.post("/work/switch", data=data).status_code == 303


def typed_over(filled):
    """What the form sends, with a text of hers in each field for texts."""
    sent: dict[str, list[str | bytes]] = {}
    for name, value in filled.pairs:
        sent.setdefault(name, []).append(TYPED if _is_for_text(filled.fields.get(name)) else value)
    return sent


def _is_for_text(tag):
    return tag is not None and (tag.name == "textarea" or tag.get("type", "") == "text")


def test_few_doors_do_the_same_whoever_knocks(app):
    assert {name for name, door in doors(app).items() if door.for_all} == FOR_ALL


@pytest.mark.one_database  # the gate compares two words, whatever the rows are kept in
@pytest.mark.parametrize("endpoint", taking("GET"))
def test_a_form_of_one_organisation_is_refused_for_another(
    app, engine, session, world, second, endpoint
):
    row = MATRIX[endpoint]
    staff = [name for name in CAST if name in row.who and world.cast.actor(name).organisation_id]
    if not staff:
        return
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()
    client = world.cast.client(staff[0])
    answer = client.get(url)
    forms = list(forms_of(page_of(answer))) if answer.mimetype == "text/html" else []
    choose(client, second)
    before = rows_of(engine)
    at = app.url_map.bind("localhost")
    for filled in forms:
        if at.match(filled.url.partition("?")[0], method="POST")[0] in FOR_ALL:
            continue
        sent = typed_over(filled)
        answer = client.post(filled.url, data={"csrf_token": client.csrf_token(), **sent})
        assert answer.status_code == 409, filled.url
        assert second.name in answer.text
        assert TYPED in answer.text or [TYPED] not in sent.values()
    assert changes(before, rows_of(engine)) == {}


def test_what_was_typed_is_saved_for_the_first_by_the_button(session, cast, second):
    client = cast.client("admin")
    invite = client.page("/work/team/invite")
    choose(client, second)
    refused = client.submit(invite, email="nieuw@example.org", name="Iemand Nieuw", role="admin")
    page = client.page(refused, status=409)
    assert f"was voor {cast.enterprise.name}" in page.words
    assert "Iemand Nieuw" in page.words
    assert invited_to(session) == []
    done = client.page(client.submit(page))
    assert invited_to(session) == [cast.enterprise.name]
    session.rollback()
    assert cast.enterprise.name in done.words  # and she works for it again


def test_what_is_wrong_in_it_is_mended_first_and_then_saved_for_the_first(session, cast, second):
    client = cast.client("admin")
    invite = client.page("/work/team/invite")
    choose(client, second)
    refused = client.submit(invite, email="nieuw@", name="Iemand Nieuw", role="admin")
    wrong = client.page(client.submit(refused), status=422)
    client.submit(wrong, email="nieuw@example.org")
    assert invited_to(session) == [cast.enterprise.name]


def invited_to(session):
    session.rollback()
    query = select(Organisation.name).join(Invitation)
    found = list(session.scalars(query.where(Invitation.email == "nieuw@example.org")))
    session.rollback()
    return found


def test_who_left_the_first_gets_her_words_back_and_no_button(session, cast, second):
    client = cast.client("admin")
    invite = client.page("/work/team/invite")
    choose(client, second)
    user_id = cast.actor("admin").user_id
    for row in session.scalars(select(Membership).where(Membership.user_id == user_id)):
        if row.organisation_id != second.id:
            session.delete(row)
    session.commit()
    answer = client.submit(invite, email="nieuw@example.org", name="Iemand Nieuw", role="admin")
    page = client.page(answer, status=409)
    assert "Iemand Nieuw" in page.words
    assert not page.main.find("form")
    data = {"csrf_token": client.csrf_token(), "act_for_it": "yes"}
    values = {tag["name"]: tag.get("value") for tag in invite.main.select("[name]")}
    assert client.post("/work/team/invite", data={**values, **data}).status_code == 409
    assert invited_to(session) == []


@pytest.mark.parametrize("now", ["guide", "participant", "visitor"])
def test_a_form_of_somebody_else_is_refused_and_her_words_are_there(cast, world, now):
    """Another person signed in, in the same browser, between the page and its form."""
    url = f"/offerings/{world.offering.slug}/sign-up"
    drawn = cast.client("coordinator").page("/organisations/register")
    client = cast.client(now)
    answer = client.submit(drawn, name="Huis van Nu", about=TYPED, follow=False)
    page = client.page(answer, status=409)
    assert "Huis van Nu" in page.words
    assert TYPED in page.words
    assert not page.main.find("form")
    assert client.get(url).status_code == 200


def test_what_no_page_of_ours_sent_gets_no_button_that_sends_it_on(cast, second):
    client = cast.client("admin")
    invite = client.page("/work/team/invite")
    choose(client, second)
    values = {tag["name"]: tag.get("value") for tag in invite.main.select("[name]")}
    answer = client.post("/work/team/invite", data={**values, "csrf_token": "x"})
    assert not client.page(answer, status=409).main.find("form")
    answer = client.post(
        "/work/team/invite", data={**values, "csrf_token": "x", "act_for_it": "yes"}
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("odd", ["x", "1.x", "9" * 30 + ".x", "\ufffd", "0", "\x00"])
def test_an_odd_word_for_whom_is_anothers(cast, odd):
    client = cast.client("admin")
    data = {"csrf_token": client.csrf_token(), "drawn_for": odd}
    assert client.post("/work/team/invite", data=data).status_code == 409
