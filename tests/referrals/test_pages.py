"""Referring and moving on, as browsers do it, and what each sees on the pages."""

from urllib.parse import urljoin

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.notices.pages import letter
from portal.offerings.rules import Intake, OfferingStatus
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant
from portal.progress.models import Observation
from portal.progress.rules import SkillLevel, Voice
from portal.referrals import commands
from portal.referrals.jobs import follow
from portal.referrals.models import Referral
from portal.referrals.rules import AgreedHow
from tests import factories as make

TYPED = {
    "name": "Amina B.",
    "contact_way": "visit",
    "good_to_know": "Komt met een kinderwagen.",
    "agreed_how": "spoken",
}


@pytest.fixture
def offering(session, cast):
    """Where staff decide who comes in."""
    offering = make.offering(
        session, cast.enterprise, title="Werken met een dienblad", intake=Intake.BY_INVITATION
    )
    session.commit()
    return offering


def new(offering):
    return f"/work/referrals/new?offering={offering.slug}"


def count(engine, model):
    with Session(engine) as session:
        set_actor(session, HOUSE)
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.slow
def test_from_the_public_page_to_an_accepted_place(cast, engine, offering, session):
    public = f"/offerings/{offering.slug}"
    for who in ("visitor", "coordinator", "guide"):
        assert cast.client(who).page(public).select_one(f'a[href="{new(offering)}"]') is None
    referrer = cast.client("referrer")
    assert referrer.page(public).select_one(f'a[href="{new(offering)}"]') is not None
    form = referrer.page(new(offering))
    shown = referrer.page(referrer.submit(form, **TYPED))
    assert shown.select_one(".pass") is not None
    assert referrer.page(referrer.submit(form, **TYPED)).url == shown.url  # sent twice
    assert count(engine, Referral) == 1

    person = session.scalars(select(Participant).where(Participant.name == "Amina B.")).one()
    enrolment = session.scalars(select(Enrolment).where(Enrolment.offering_id == offering.id)).one()
    session.commit()
    for address in (
        f"/participants/{person.uuid}",
        f"/participants/{person.uuid}/card",
        f"/work/enrolments/{enrolment.uuid}/decide",
        f"/work/enrolments/{enrolment.uuid}/move-on",
    ):
        assert referrer.get(address).status_code == 404
    assert "Amina" not in cast.client("referrer").page("/participants").words
    stranger = cast.client("stranger")
    assert stranger.get(shown.url).status_code == 404
    assert "Amina" not in stranger.page("/work/referrals").words

    coordinator = cast.client("coordinator")
    decide = f"/work/enrolments/{enrolment.uuid}/decide"
    for address in ("/work/applications", f"/work/offerings/{offering.slug}/people", decide):
        words = coordinator.page(address).words
        assert "Referrer, Wijkteam Noord" in words
        assert "Komt met een kinderwagen." in words
    assert "kinderwagen" in cast.client("guide").page(f"/participants/{person.uuid}").words
    coordinator.submit(decide, button="accept")
    with Session(engine) as house:
        set_actor(house, HOUSE)
        follow(house)
        (notice,) = house.scalars(select(Notice).where(Notice.kind == "referrals/news"))
        house.commit()
        with cast.app.test_request_context():
            message = letter([notice], "post@example.org")
        assert "Amina" not in str(message)
        assert "dienblad" not in str(message)
        assert shown.url in message.get_content()
    assert referrer.page(shown.url).select_one(".tag.ok") is not None
    assert "Amina B." in referrer.page("/work/referrals").words


@pytest.mark.parametrize(
    ("field", "typed"),
    [("agreed_how", None), ("name", "  "), ("good_to_know", "BSN 111222333"), ("phone", "06 12")],
)
def test_what_is_wrong_is_said_and_nobody_is_referred(cast, engine, offering, field, typed):
    values = {**TYPED, field: typed}
    if field == "phone":
        values["contact_way"] = "phone"
    client = cast.client("referrer")
    page = client.page(client.submit(new(offering), **values), status=422)
    assert page.select_one(".error-summary") is not None
    assert "Komt met" in page.words or field == "good_to_know"
    assert (count(engine, Referral), count(engine, Participant)) == (0, 1)


def test_where_somebody_can_not_be_referred(cast, session, offering):
    own = cast.client("coordinator").get(new(offering))
    assert own.location == f"/work/offerings/{offering.slug}/sign-up"
    client = cast.client("referrer")
    assert client.get("/work/referrals/new").status_code == 303
    assert client.get("/work/referrals/new?offering=nergens").status_code == 404
    form = client.page(new(offering))
    offering.status = OfferingStatus.CLOSED
    session.commit()
    assert client.page(new(offering)).select_one('[name="agreed_how"]') is None
    client.submit(form, **TYPED)
    cast.enterprise.status = OrganisationStatus.REFUSED
    offering.status = OfferingStatus.PUBLISHED
    session.commit()
    assert client.get(new(offering)).status_code == 404
    assert session.scalar(select(func.count()).select_from(Referral)) == 0


def test_she_sees_it_on_her_page_and_takes_it_back(cast, engine, session):
    there = make.offering(session, cast.other_enterprise, title="Fietsen maken")
    commands.move_on(
        session, cast.actor("coordinator"), old=cast.enrolment, offering_id=there.id,
        agreed_how=AgreedHow.SPOKEN, good_to_know="Kookt graag.", history_months=3,
    )  # fmt: skip
    session.commit()
    client = cast.client("participant")
    mine = client.page("/my/activities")
    assert "Kookt graag." in mine.select_one("#referrals").text
    client.submit(mine, form="#referrals form", button="history")
    assert client.page("/my/activities").select_one('[value="history"]') is None
    client.submit("/my/activities", form="#referrals form", button="all")
    assert client.page("/my/activities").select_one("#referrals") is None
    assert count(engine, Enrolment) == 2  # both places are still hers
    assert cast.client("coordinator").page("/work/referrals").words.count("Fatma") == 0


@pytest.mark.slow
def test_she_moves_on_herself_and_the_new_guide_reads_what_she_shares(cast, engine, session):
    there = make.offering(session, cast.other_enterprise, title="Fietsen maken", places=1)
    make.offering(session, cast.other_enterprise, title="Breien", status=OfferingStatus.CLOSED)
    session.add(
        Observation(
            competence="samenwerken", example="Zij hielp een nieuwe collega.", voice=Voice.GUIDE,
            level=SkillLevel.ALONE, observed_on=clock.today(), participant_id=cast.participant.id,
            organisation_id=cast.enterprise.id, enrolment_id=cast.enrolment.id,
        )
    )  # fmt: skip
    session.commit()
    client = cast.client("participant")
    move = f"/my/enrolments/{cast.enrolment.uuid}/move-on"
    assert client.page("/my/activities").select_one(f'a[href="{move}"]') is not None
    found = client.page(client.submit(move, q="fietsen"))
    assert "Fietsen maken" in found.words
    everything = client.page(move).words
    assert "Breien" not in everything
    assert "tot u de nieuwe plek hebt" in everything  # before she chooses
    assert cast.offering.title not in found.select_one("ul.lines").text  # her own provider's
    link = found.select_one(f'a[href$="offering={there.slug}"]')
    form = client.page(link["href"])
    assert "stopt dan vandaag" in form.words  # there is a place, so she has it at once
    done = client.page(client.submit(form, shares_history=True))
    assert done.url.startswith("/my")
    assert client.page(client.submit(form, shares_history=True)).url.startswith("/my")
    assert count(engine, Referral) == 1
    reader = cast.client("stranger").page(f"/participants/{cast.participant.uuid}")
    assert "Zij hielp een nieuwe collega." in reader.words
    with Session(engine) as house:
        set_actor(house, HOUSE)
        follow(house)
        house.commit()
        old = house.get_one(Enrolment, cast.enrolment.id)
        assert (old.status, old.ended_on) == (EnrolmentStatus.ENDED, clock.today())
    assert "Fatma A." in cast.client("coordinator").page("/work/referrals").words


def test_all_that_others_offer_can_be_chosen(session, cast):
    """Page by page, as in the catalogue, without what is her own provider's."""
    titles = {f"Breien {number}" for number in range(40)}
    for number, title in enumerate(sorted(titles)):
        owner = cast.other_enterprise if number % 10 else cast.enterprise
        make.offering(session, owner, title=title)
    session.commit()
    client = cast.client("participant")
    page = client.page(f"/my/enrolments/{cast.enrolment.uuid}/move-on")
    seen = page.words
    while following := page.select_one("[rel=next]"):
        page = client.page(urljoin(page.url, following["href"].partition("#")[0]))
        seen += page.words
    others = {title for number, title in enumerate(sorted(titles)) if number % 10}
    assert {title for title in titles if f"{title} " in seen} == others
