"""The line, offers and people who come together, as a browser does it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.rules import Intake, OfferingStatus, WaitingLine
from tests import factories as make

S = EnrolmentStatus


@pytest.fixture
def full(session, cast):
    offering = make.offering(session, cast.enterprise, places=1, status=OfferingStatus.FULL)
    inside = make.enrolment(session, offering, make.participant(session, "Binnen"))
    session.commit()
    return offering, inside


def _sign_up(client, slug, start="", name="Amina"):
    client.submit(f"/offerings/{slug}/sign-up{start}")
    client.submit(f"/offerings/{slug}/sign-up/name", name=name)
    check = client.submit(
        f"/offerings/{slug}/sign-up/reach", contact_way="phone", phone="0612345678"
    )
    with clock.freeze(clock.now() + timedelta(seconds=30)):
        return client.page(client.submit(check))


def _rows(session, offering):
    session.expire_all()
    return session.scalars(
        select(Enrolment).where(Enrolment.offering_id == offering.id).order_by(Enrolment.id)
    ).all()


@pytest.mark.slow
def test_a_friend_signs_up_with_the_link_that_she_was_sent(session, cast, full):
    offering, _ = full
    offering.places, offering.places_taken = 3, 3
    session.commit()
    done = _sign_up(cast.client(), offering.slug)
    link = done.select_one("a[href*='together=']")["href"]
    query = "?" + link.partition("?")[2]
    done = _sign_up(cast.client(), offering.slug, query, "Bea")
    *_, first, friend = _rows(session, offering)
    assert first.together == friend.together == first.uuid
    session.commit()
    again = cast.client("coordinator").page(f"/work/offerings/{offering.slug}/people")
    assert again.words.count("1. Amina") == again.words.count("1. Bea") == 1


@pytest.mark.parametrize("query", ["?together=nonsense", "?together="])
def test_a_link_that_is_no_link_is_an_ordinary_sign_up(session, cast, full, query):
    offering, _ = full
    _sign_up(cast.client(), offering.slug, query)
    assert _rows(session, offering)[-1].together is None


def test_who_has_a_card_comes_along_with_a_friend(session, cast, full):
    offering, _ = full
    offering.places = offering.places_taken = 2
    friend = make.enrolment(session, offering, status=S.WAITING)
    session.commit()
    client = cast.client("participant")
    check = client.submit(f"/offerings/{offering.slug}/sign-up?together={friend.uuid}")
    client.submit(check)
    assert _rows(session, offering)[-1].together == friend.uuid
    session.commit()
    assert client.page("/my").select_one(f"a[href$='together={friend.uuid}']")


def test_at_the_desk_somebody_joins_who_waits(session, cast, full):
    offering, _ = full
    offering.places = offering.places_taken = 2
    friend = make.enrolment(session, offering, make.participant(session, "Zus"), S.WAITING)
    session.commit()
    client = cast.client("coordinator")
    address = f"/work/offerings/{offering.slug}/sign-up"
    client.submit(address, name="Bea", contact_way="visit", together=str(friend.uuid))
    assert _rows(session, offering)[-1].together == friend.uuid


def test_staff_offer_places_to_all_who_come_together(session, cast, full):
    offering, _ = full
    offering.waiting_line, offering.places = WaitingLine.BY_STAFF, 3
    friends = [make.enrolment(session, offering, status=S.WAITING) for _ in range(2)]
    for row in friends:
        row.together = friends[0].uuid
    session.commit()
    client = cast.client("coordinator")
    page = client.page(f"/work/offerings/{offering.slug}/people")
    client.submit(page, form="form:has([value=offer])", button="offer")
    assert [row.status for row in _rows(session, offering)[1:]] == [S.OFFERED] * 2
    page = client.page(f"/work/enrolments/{friends[0].uuid}/decide")
    assert page.select_one("[value=decline]")
    assert not page.select("[value=lapse], [value=expire], [value=no_answer], [value=not_answered]")


def test_she_gives_up_a_place_before_it_begins_and_the_next_sees_her_deadline(session, cast, full):
    offering, inside = full
    inside.participant_id = cast.participant.id
    make.enrolment(session, offering, make.participant(session, "Zus"), S.WAITING)
    session.commit()
    client = cast.client("participant")
    for _ in range(2):  # a second tap is no mistake
        page = client.page(f"/my/enrolments/{inside.uuid}/withdraw")
        if page.select_one("main form"):
            client.submit(page)
    assert [row.status for row in _rows(session, offering)] == [S.WITHDRAWN, S.OFFERED]
    session.commit()
    words = cast.client("coordinator").page(f"/work/offerings/{offering.slug}/people").words
    assert re.search(r"Zus .* tot \w+ \d+ \w+", words)


def test_a_place_that_is_not_offered_can_not_be_taken(session, cast, full):
    offering, _ = full
    row = make.enrolment(session, offering, cast.participant, S.WAITING)
    session.commit()
    client = cast.client("participant")
    token = client.csrf_token()
    answer = client.post(f"/my/enrolments/{row.uuid}/confirm", data={"csrf_token": token})
    assert "Er is nu geen plek voor u." in client.page(answer, status=422).words


@pytest.mark.slow
def test_an_application_says_by_when_there_is_an_answer(session, cast):
    offering = make.offering(session, cast.enterprise, intake=Intake.BY_INVITATION)
    session.commit()
    words = _sign_up(cast.client(), offering.slug).words
    assert "U krijgt antwoord vóór het eind van" in words
    session.commit()
    assert "antwoord uiterlijk op" in cast.client("coordinator").page("/work/applications").words
