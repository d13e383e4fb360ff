"""From an empty page to an agreement that both confirmed, in the browser."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.agreements.models import Agreement
from portal.core import clock
from portal.offerings.rules import OfferingKind


@pytest.fixture
def address(session, cast):
    cast.offering.kind = OfferingKind.PRE_TRAJECTORY
    session.commit()
    return f"/work/enrolments/{cast.enrolment.uuid}/agreement"


def write(client, address, **changed):
    texts = {
        "goals": "Meer Nederlands spreken.\nWennen aan werkdagen.",
        "minutes_per_week": "7,5",
        "participant_does": "Ik kom op dinsdag.",
        "guide_does": "Wij praten elke maand.",
        "from_on": clock.today().isoformat(),
    }
    return client.submit(f"{address}/edit", **texts | changed)


def test_a_first_text_begins_with_her_first_day(session, cast, address):
    cast.enrolment.started_on = clock.today() - timedelta(days=9)
    session.commit()
    page = cast.client("guide").page(f"{address}/edit")
    assert page.select_one("[name=from_on]")["value"] == str(cast.enrolment.started_on)


@pytest.mark.slow
def test_guide_and_participant_agree(session, cast, address):
    guide, her = cast.client("guide"), cast.client("participant")
    assert guide.page(f"/participants/{cast.participant.uuid}").select_one(f"a[href='{address}']")
    assert not her.page("/my").select_one("a[href$='/agreement']")
    guide.submit(write(guide, address), form="form[action$='/confirm']")
    link = her.page("/my").select_one("a.todo[href$='/agreement']")
    page = her.page(link["href"])
    assert "Wennen aan werkdagen." in page.main.text
    her.submit(page)
    agreement = session.scalars(select(Agreement)).one()
    assert agreement.is_confirmed
    assert agreement.participant_confirmed_how == "card"
    assert agreement.minutes_per_week == 450


def test_a_text_that_changed_while_she_read_is_not_what_she_said_yes_to(session, cast, address):
    guide, her = cast.client("guide"), cast.client("participant")
    write(guide, address)
    page = her.page(f"/my/enrolments/{cast.enrolment.uuid}/agreement")
    write(guide, address, goals="Iets heel anders.")
    answer = her.submit(page)
    assert answer.status_code == 422
    assert "Iets heel anders." in answer.text
    yes = [row.participant_confirmed_at for row in session.scalars(select(Agreement))]
    assert yes == [None, None]


def test_on_paper(session, cast, address):
    guide = cast.client("guide")
    page = guide.page(write(guide, address))
    assert guide.page(f"{address}/print").select_one("table")
    guide.submit(page, form="form[action$='/paper']")
    assert session.scalars(select(Agreement)).one().participant_confirmed_how == "paper"


def test_an_empty_agreement_is_refused_in_words(cast, address):
    client = cast.client("guide")
    page = client.page(write(client, address, goals="", minutes_per_week="50"), status=422)
    assert len(page.select(".error-summary li")) == 2


def test_an_agreement_that_is_not_there_has_no_page_for_her(cast, address):
    url = f"/my/enrolments/{cast.enrolment.uuid}/agreement"
    assert cast.client("participant").get(url).status_code == 404
