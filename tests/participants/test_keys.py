"""Each key opens what it was proven for, and nothing of anybody else: on every page, both ways."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.agreements.models import Agreement
from portal.attendance.models import AttendanceMark
from portal.check_in.rules import code_at
from portal.core import clock
from portal.core.actor import participant_actor
from portal.core.links import Purpose
from portal.enrolments.models import Enrolment
from portal.hours.models import HoursOverview
from portal.participants.commands import keys
from portal.participants.rules import KeyKind, Reached, opened_by
from portal.progress.models import Observation
from portal.progress.rules import SkillLevel, Voice
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.home.test_own_pages import new_address
from tests.hours import made
from tests.links import link_to

A, B, C = "Keuken", "Fietsen", "Tuinen"
ALL = (A, B, C)


@dataclass
class Place:
    """What one organisation knows of her, with something in it that stands nowhere else."""

    name: str
    staff: object
    enrolment: Enrolment
    today: OfferingSession
    coming: OfferingSession


@pytest.fixture
def places(session, cast):
    """She takes part at three organisations that do not know each other."""
    her = make.participant(session, "Amina B.")
    found = {}
    for name, enterprise, staff in (
        (A, cast.enterprise, "guide"),
        (B, cast.other_enterprise, "stranger"),
        (C, make.organisation(session, C), None),
    ):
        offering = make.offering(session, enterprise, title=f"Titel {name}")
        enrolment = make.enrolment(session, offering, her)
        enterprise_id = enterprise.id
        today = make.offering_session(session, offering, clock.now() - timedelta(minutes=5))
        coming = make.offering_session(session, offering, clock.now() + timedelta(days=2))
        made.mark(session, enrolment, clock.now() - timedelta(days=3), lasts=60)
        session.add(
            Agreement(
                enrolment_id=enrolment.id, organisation_id=enterprise_id, participant_id=her.id,
                goals=f"Doel {name}", minutes_per_week=600, from_on=clock.today(),
                participant_does="Zij komt.", guide_does="Wij praten.",
            )
        )  # fmt: skip
        session.add(
            Observation(
                organisation_id=enterprise_id, participant_id=her.id, enrolment_id=enrolment.id,
                competence="samenwerken", example=f"Voorbeeld {name}", level=SkillLevel.ALONE,
                voice=Voice.GUIDE, observed_on=clock.today(),
            )
        )  # fmt: skip
        found[name] = Place(name, staff and cast.actor(staff), enrolment, today, coming)
    session.commit()
    return found


def card_of(session, places, name):
    place = places[name]
    token = keys.issue_card(session, place.staff, place.enrolment.participant)
    session.commit()
    return f"/card/{token}"


def browser(session, cast, places, key):
    """A browser that was opened with one kind of key, and what it may open."""
    client = cast.client()
    her = places[A].enrolment.participant
    if key in ("card of A", "two cards"):
        client.page(card_of(session, places, A))
    if key in ("card of B", "two cards"):
        client.page(card_of(session, places, B))
    if key in ("own card", "own card of less"):
        opens = {one.enrolment.organisation_id for one in places.values()}
        if key == "own card of less":
            opens = {places[B].enrolment.organisation_id}
        actor = participant_actor(her.id, her.name, opens)
        token = keys.issue_card(session, actor, her)
        session.commit()
        client.page(f"/card/{token}")
    if key == "link":
        opens = {places[name].enrolment.organisation_id for name in (A, C)}
        sent = make.key(session, her, None, KeyKind.LINK, opens=sorted(opens))
        link_to(sent, Purpose.SIGN_IN, token="link-to-amina")
        session.commit()
        client.submit("/sign-in/link/link-to-amina")
    return client


OPENS = {
    "card of A": {A},
    "card of B": {B},
    "two cards": {A, B},
    "own card": {A, B, C},
    "own card of less": {B},
    "link": {A, C},
}


@pytest.mark.parametrize("key", OPENS)
@pytest.mark.slow
def test_a_key_shows_and_does_what_it_was_proven_for(session, cast, places, key):
    client = browser(session, cast, places, key)
    my = client.own_words()
    calendar = cast.client().get(new_address(client)).text
    since = clock.today() - timedelta(days=60)
    client.submit("/my/hours", period="days", from_on=since.isoformat())
    (overview,) = session.scalars(select(HoursOverview))
    signed = {one["name"] for one in overview.data["organisations"]}
    session.rollback()
    for name, place in places.items():
        where, at = place.enrolment.offering.organisation.name, place.today.id
        url, coming = f"/my/enrolments/{place.enrolment.uuid}", str(place.coming.uuid)
        code = code_at(cast.app.config["SECRET_KEY"].encode(), place.today.uuid, clock.now())
        session.rollback()
        shown = {
            "title": f"Titel {name}" in my,
            "example": f"Voorbeeld {name}" in my,
            "who knows her": where in my,
            "signed hours": where in signed,
            "calendar": coming in calendar,
        }
        for page in ("agreement", "withdraw", "move-on"):
            shown[page] = client.get(f"{url}/{page}").status_code == 200
        answer = client.submit("/check-in", code=code)
        shown["checked in"] = answer.request.path.endswith("/here")
        mark = session.scalar(select(AttendanceMark.id).where(AttendanceMark.session_id == at))
        shown["mark"] = mark is not None
        session.rollback()
        assert shown == dict.fromkeys(shown, name in OPENS[key]), name


@pytest.mark.parametrize("key", ["card of A", "own card", "two cards"])
def test_what_a_key_does_not_open_it_does_not_do(session, cast, places, key):
    client = browser(session, cast, places, key)
    token = client.csrf_token()
    for name, place in places.items():
        session_uuid, enrolment_uuid = place.coming.uuid, place.enrolment.uuid
        session.rollback()
        answers = {
            client.post(path, data={"csrf_token": token}).status_code
            for path in (
                f"/my/sessions/{session_uuid}/excuse", f"/my/enrolments/{enrolment_uuid}/withdraw"
            )
        }  # fmt: skip
        assert answers == ({303} if name in OPENS[key] else {404}), name


def test_a_kiosk_takes_a_card_only_where_it_opens(session, cast, places):
    card = card_of(session, places, A)
    for name, words in ((A, "Welkom"), (B, "een andere plek")):
        kiosk = f"/kiosk/{link_to(places[name].today, Purpose.KIOSK)}"
        session.commit()
        page = cast.client().submit(kiosk, form="#card-form", card=card)
        assert words in cast.client().page(page).words


@pytest.mark.slow
def test_a_lost_card_closes_one_part_of_every_key(session, cast, places):
    her = places[A].enrolment.participant
    own = browser(session, cast, places, "own card")
    both = browser(session, cast, places, "two cards")
    keys.issue_card(session, places[A].staff, her, is_lost=True)
    session.commit()
    for client, left in ((own, {B, C}), (both, {B})):
        my = client.own_words()
        assert {name for name in ALL if f"Titel {name}" in my} == left
    ended = [key for key in make.keys_of(session, her) if key.ended_at]
    assert {key.organisation_id for key in ended} == {places[A].staff.organisation_id}


@pytest.mark.slow
def test_another_persons_card_begins_a_session_of_hers(session, cast, places):
    client = browser(session, cast, places, "two cards")
    client.page("/card/card-of-fatma")
    my = client.own_words()
    assert "Koken voor de buurt" in my
    assert not any(f"Titel {name}" in my for name in ALL)


def test_a_copy_of_the_cookie_opens_nothing_once_it_opens_more(session, cast, places):
    client = cast.client()
    client.page(card_of(session, places, A))
    thief = cast.client()
    thief.set_cookie("portal", client.get_cookie("portal").value)
    assert thief.get("/my").status_code == 200
    client.page(card_of(session, places, B))
    assert thief.get("/my").status_code == 303
    assert client.get("/my").status_code == 200


def test_staff_who_scan_a_card_stay_staff(session, cast, places):
    card = card_of(session, places, A)
    assert "Amina" in cast.client("guide").page(card).words
    assert cast.client("referrer").get(card, follow_redirects=True).status_code == 404


def test_what_one_organisation_may_have_opens_no_second_one(session, cast, places):
    """Whoever holds a copy of A's card makes nothing with it that opens more than A."""
    place = places[A]
    her = make.participant(session, "Alleen A.")
    make.enrolment(session, place.enrolment.offering, her)
    token = keys.issue_card(session, place.staff, her)
    session.commit()
    client = cast.client()
    client.page(f"/card/{token}")
    client.submit("/my/card", form="form[action='/my/card']")  # a card "of her own"
    elsewhere = make.offering(session, cast.other_enterprise)
    session.commit()
    start = client.page(f"/offerings/{elsewhere.slug}/sign-up")
    assert "U begint hier nieuw" in start.words
    assert client.page(client.submit(start)).url.partition("?")[0].endswith("/name")
    assert client.get("/my").status_code == 303  # and is nobody now
    session.rollback()
    assert {tuple(key.opens) for key in make.keys_of(session, her)} == {
        (place.staff.organisation_id,)
    }
    assert {key.organisation_id for key in make.keys_of(session, her)} == {
        place.staff.organisation_id
    }


def test_her_own_sign_up_opens_where_she_signs_up(session, cast, places):
    """With all that knows her opened by keys that only she can have, as a fresh sign-up leaves."""
    her = make.participant(session, "Zelf A.", card_token="card-of-zelf")
    make.enrolment(session, places[A].enrolment.offering, her)
    elsewhere = make.offering(session, cast.other_enterprise, title="Elders")
    session.commit()
    client = cast.client()
    client.page("/card/card-of-zelf")
    client.submit(client.submit(f"/offerings/{elsewhere.slug}/sign-up"))
    assert "Elders" in client.page("/my").words
    other = cast.client()
    other.page("/card/card-of-zelf")  # her card too
    assert "Elders" in other.page("/my").words


def test_with_less_than_all_open_nobody_signs_up_as_her(session, cast, places):
    client = browser(session, cast, places, "two cards")
    elsewhere = make.offering(session, make.organisation(session, "Vierde"))
    session.commit()
    for offering in (elsewhere, places[C].enrolment.offering):  # the same where they know her
        page = client.page(f"/offerings/{offering.slug}/sign-up")
        assert "U begint hier nieuw" in page.words
        assert "al aangemeld" not in page.words
        url = f"/my/enrolments/{places[A].enrolment.uuid}/move-on?offering={offering.slug}"
        assert client.page(url).url.endswith("/sign-up")


@pytest.mark.parametrize(
    ("known", "opens", "of"),
    [
        ([(1, None)], {1}, None),
        ([(1, None), (2, None)], {1, 2}, None),
        ([(1, 1)], {1}, 1),
        ([(1, 1), (2, 1)], {1}, 1),  # the first let her move on to the second
        ([(1, 1), (2, 2)], {1, 2}, None),
        ([(1, 1), (2, None)], {1, 2}, None),  # she gave the second that very number herself
        ([(2, 9)], {9}, 9),  # a referrer, which is not one that knows her
    ],
)
def test_what_a_contact_opens(known, opens, of):
    assert opened_by([Reached(*one) for one in known]) == (opens, of)


@pytest.mark.parametrize("key", OPENS)
def test_a_key_stops_the_reminders_of_whom_it_opens(session, cast, places, key):
    client = browser(session, cast, places, key)
    her = places[A].enrolment.participant
    left = sorted(
        places[name].enrolment.organisation_id for name in places if name not in OPENS[key]
    )
    client.submit("/my/data", form="#messages form")
    session.rollback()
    assert make.reminded_by(session, her) == left


@pytest.mark.parametrize(("key", "may"), [("card of A", False), ("own card", True), ("link", True)])
def test_by_a_card_that_staff_made_she_is_renamed_nowhere(session, cast, places, key, may):
    """They may have kept it, and others call her by that name, too."""
    client = browser(session, cast, places, key)
    her = places[A].enrolment.participant
    answer = client.submit("/my/contact", name="Iemand Anders", contact_way="visit")
    session.rollback()
    session.refresh(her)
    assert her.name == ("Iemand Anders" if may else "Amina B.")
    assert answer.status_code == (200 if may else 422)
    if not may:  # what is A's own can be changed
        form = client.page("/my/contact")
        answer = client.submit(form, contact_way="phone", phone="0612345678")
        assert answer.status_code == 200
