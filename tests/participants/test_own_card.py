"""Her own card: shown in her browser, sent to herself, on her home screen."""

import pytest
from sqlalchemy import select

from portal.core.actor import HOUSE
from portal.core.guard import reading_as
from portal.notices.models import Notice
from portal.participants.models import ParticipantLink
from portal.participants.rules import ContactWay

HERS = "/card/card-of-fatma"


@pytest.fixture
def client(cast):
    client = cast.client()
    client.get(HERS)
    return client


def test_it_is_shown_in_the_browser_that_it_opened_while_it_works(client):
    shown = client.page("/my/card")
    assert HERS in shown.words
    made = client.page(client.submit(shown, form="form[action='/my/card']"))
    assert HERS not in made.words
    assert "/card/" in made.words
    stopped = client.page(client.submit(made, form="form[action$='/stop']"))
    assert "/card/" not in stopped.words


def test_only_a_phone_of_her_own_keeps_it(client):
    assert not client.page("/my/card").select("[data-keep]")
    client.submit("/my/card", form="form[action='/my/own-phone']")
    assert client.page("/my/card").select("[data-keep]")
    client.submit("/my/data", form="form[action='/sign-out']")
    assert client.get("/my/card").status_code == 303


@pytest.mark.parametrize("phone", ["+31612345678", ""])
def test_she_sends_herself_the_way_to_it(session, cast, client, phone):
    with reading_as(session, HOUSE):
        link = session.scalars(
            select(ParticipantLink).where(ParticipantLink.participant_id == cast.participant.id)
        ).one()
        link.contact_way = ContactWay.CALL if phone else ContactWay.VISIT
        link.phone, link.email = phone, ""
    session.commit()
    forms = client.page("/my/card").select("form[action='/my/card/send']")
    assert bool(forms) == bool(phone)
    if phone:
        client.submit("/my/card", form="form[action='/my/card/send']")
        with reading_as(session, HOUSE):
            notice = session.scalars(select(Notice)).one()
        assert (notice.kind, notice.address) == ("participants/sign_in", phone)
        assert notice.participant_id == cast.participant.id  # one of her few a day


def test_her_page_stands_on_a_home_screen(client):
    (link,) = client.page("/my").select("link[rel=manifest]")
    assert client.get(link["href"]).json["start_url"] == "/my"
    assert client.get("/my/card/sw.js").headers["Service-Worker-Allowed"] == "/my/card"
