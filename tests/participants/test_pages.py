"""Cards, the list of people and programmes, as a browser sees them."""

import uuid
from datetime import timedelta

import pytest

from portal.core import clock
from portal.participants.commands.keys import issue_card
from portal.participants.models import Programme
from portal.participants.rules import ContactWay
from tests import factories as make


@pytest.mark.slow
def test_a_card_opens_her_page_and_leaves_no_trace(cast):
    client = cast.client()
    answer = client.get("/card/card-of-fatma")
    assert answer.headers["Location"].endswith("/my")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/my").status_code == 200


@pytest.mark.parametrize("token", ["nobody", "x" * 500, "%00", "é"])
def test_a_wrong_card_gets_a_kind_page(cast, token):
    client = cast.client()
    page = client.page(f"/card/{token}", status=404)
    assert page.h1.text.strip()
    assert client.get("/my").status_code == 303


def test_staff_who_scan_a_card_stay_who_they_are(cast):
    client = cast.client("guide")
    answer = client.get("/card/card-of-fatma")
    assert answer.headers["Location"].endswith(f"/participants/{cast.participant.uuid}")
    assert client.get("/participants").status_code == 200


def test_a_new_card_is_shown_to_print_and_ends_what_they_made_before(session, cast):
    hers, old = cast.client(), issue_card(session, cast.actor("coordinator"), cast.participant)
    session.commit()
    hers.get(f"/card/{old}")
    client = cast.client("guide")
    address = f"/participants/{cast.participant.uuid}/card"
    question = client.page(address)
    card = client.page(client.submit(question))
    assert "/card/" in card.words
    assert client.page(client.submit(question)).words == card.words  # a double send: the same card
    assert hers.get("/my").status_code == 303  # signed out
    assert cast.client().get(f"/card/{old}").status_code == 404
    assert cast.client().get("/card/card-of-fatma").status_code == 303  # her own
    with clock.freeze(clock.now() + timedelta(minutes=16)):
        assert "/card/" not in client.page(card.url).words


@pytest.mark.parametrize("path", ["card", "programme"])
def test_only_who_knows_her(cast, path):
    address = f"/participants/{cast.participant.uuid}/{path}"
    assert cast.client("stranger").get(address).status_code == 404
    assert cast.client("viewer").get(address).status_code == 403
    assert cast.client("guide").get(f"/participants/{uuid.uuid4()}/{path}").status_code == 404


def test_a_name_searched_for_stays_out_of_the_address(cast, session):
    make.enrolment(session, cast.offering, make.participant(session, "Zeynep Z."))
    session.commit()
    client = cast.client("guide")
    page = client.page(client.submit("/participants", name="zey"))
    assert page.url == "/participants"
    assert "Zeynep" in page.words
    assert "Fatma" not in page.words
    assert "Fatma" in client.page(client.submit("/participants", name="")).words


def test_programmes_are_kept_by_the_operator(cast, session):
    client = cast.client("operator")
    wrong = {"name": "Meedoen", "valid_from": "2026-02-01", "valid_until": "2026-01-01"}
    assert client.submit("/operator/programmes/new", **wrong).status_code == 422
    right = {**wrong, "valid_until": "", "weekly_minutes": "20"}
    page = client.page(client.submit("/operator/programmes/new", **right))
    assert "Meedoen" in page.words
    programme = session.query(Programme).one()
    assert programme.weekly_minutes == 1200
    session.rollback()
    client.submit(f"/operator/programmes/{programme.id}/end", valid_until="2027-01-01")
    assert "2027" in client.page("/operator/programmes").words
    guide = cast.client("guide")
    address = f"/participants/{cast.participant.uuid}/programme"
    answer = guide.submit(address, programme=str(programme.id), from_on="2026-03-02")
    assert answer.status_code == 200
    assert "Meedoen" in guide.page("/participants").words


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("coordinator", "/work/offerings/{cast.offering.slug}/sign-up"),
        ("referrer", "/work/referrals/new?offering={cast.offering.slug}"),
        ("guide", "/participants/{cast.participant.uuid}/contact"),
        ("guide", "/participants/{cast.participant.uuid}"),
    ],
)
def test_staff_are_asked_and_told_about_her_and_not_as_if_they_were_she(cast, session, who, path):
    make.link(session, cast.participant).contact_way = ContactWay.CALL
    session.commit()
    words = cast.client(who).page(path.format(cast=cast)).words
    assert "Bellen" in words or "deelnemer" in words
    for hers in ("Bel mij", "Ik kom langs", "Uw telefoonnummer", "Uw e-mailadres", "spreekt u"):
        assert hers not in words


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("coordinator", "/work/offerings/{cast.offering.slug}/sign-up"),
        ("referrer", "/work/referrals/new?offering={cast.offering.slug}"),
        ("guide", "/participants/{cast.participant.uuid}/contact"),
        ("coordinator", "/work/offerings/new"),
        ("visitor", "/organisations/register"),
    ],
)
def test_what_is_wrong_is_listed_in_the_order_of_the_page(cast, who, path):
    client = cast.client(who)
    typed = {} if who in {"coordinator", "visitor"} and "sign-up" not in path else {"name": ""}
    page = client.page(client.submit(path.format(cast=cast), **typed), status=422)
    listed = [str(link["href"])[1:] for link in page.select(".error-summary a")]
    drawn = [str(part["id"])[:-6] for part in page.select("main .error[id]")]
    assert listed == drawn
    assert len(listed) == len(set(drawn))
