"""The pages that put rooms together, for each of the cast."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.config import MIGRATION_HEAD
from portal.notices import commands as notices
from portal.notices.rules import Recipient
from portal.organisations.rules import OrganisationStatus
from tests import factories as make
from tests.cast import Cast


@pytest.mark.parametrize(
    "name",
    ["guide", "coordinator", "admin", "viewer", "expert", "cooperative", "referrer", "employer",
     "recogniser", "stranger", "operator"],
)  # fmt: skip
def test_everybody_has_a_day(cast: Cast, name: str):
    page = cast.client(name).page("/work")
    assert name.capitalize() in page.h1.text


def test_a_guide_sees_todays_register(cast: Cast):
    page = cast.client("guide").page("/work")
    assert page.select_one(f'.times a[href="/registers/{cast.offering_session.uuid}"]')


@pytest.mark.slow
def test_a_cooperative_sees_its_members_register(cast: Cast):
    page = cast.client("cooperative").page("/work")
    assert page.find("a", href=f"/registers/{cast.offering_session.uuid}")
    assert cast.enterprise.name in page.main.text


def test_a_stranger_sees_nothing_of_it(cast: Cast):
    page = cast.client("stranger").page("/work")
    assert cast.offering.title not in page.main.text


def test_a_participant_sees_her_own_page(cast: Cast):
    client = cast.client("participant")
    assert cast.participant.name in client.page("/my").words
    assert cast.offering.title in client.page("/my/activities").main.text
    assert cast.enterprise.name in client.page("/my/data").main.text


def test_only_who_guides_her_sees_a_person(cast: Cast):
    url = f"/participants/{cast.participant.uuid}"
    assert cast.participant.name in cast.client("guide").page(url).h1.text
    assert cast.client("stranger").get(url).status_code == 404
    assert cast.client("recogniser").get(url).status_code == 403


def test_staff_tell_somebody_without_email_and_the_line_goes(session: Session, cast: Cast):
    semhar = Recipient("Semhar G.", "", "ti", participant_id=cast.participant.id)
    notices.tell(
        session, semhar, "enrolments/confirmed",
        organisation_id=cast.enterprise.id, title=cast.offering.title, slug=cast.offering.slug,
    )  # fmt: skip
    session.commit()
    client = cast.client("guide")
    assert "Semhar G." in client.page("/work").main.text
    client.submit("/work/calls", form="form[action*='/work/calls/']")
    assert "Semhar G." not in client.page("/work").main.text


def test_the_public_sees_a_verified_organisation_only(session: Session, cast: Cast):
    client = cast.client()
    page = client.page(f"/organisations/{cast.enterprise.slug}")
    assert cast.offering.title in page.main.text
    new = make.organisation(session, "Nog niet", status=OrganisationStatus.REGISTERED)
    session.commit()
    assert client.get(f"/organisations/{new.slug}").status_code == 404


@pytest.mark.parametrize("url", ["/privacy", "/accessibility"])
def test_plain_pages_stand_open(cast: Cast, url: str):
    assert cast.client().page(url).h1


def test_the_watchman_is_answered(cast: Cast):
    client = cast.client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_an_older_database_is_not_ready(session: Session, cast: Cast):
    session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    session.commit()
    try:
        assert cast.client().get("/readyz").status_code == 503
    finally:
        newest = MIGRATION_HEAD.read_text(encoding="ascii").strip()
        session.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": newest})
        session.commit()


def test_she_sees_who_looked_once_a_day(cast: Cast):
    url = f"/participants/{cast.participant.uuid}"
    for _ in range(2):
        cast.client("guide").page(url)
    cast.client("stranger").get(url)
    data = cast.client("participant").page("/my/data").find(id="data").text
    assert data.count("Guide, Keuken aan de Kade") == 1
    assert "Stranger" not in data


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("guide", ["/work", "/work/week", "/registers"]),
        ("coordinator", ["/work", "/work/week", "/participants"]),
        ("referrer", ["/work", "/work/referrals", "/participants"]),
        ("employer", ["/work", "/work/work-places", "/work/introductions"]),
    ],
)
def test_the_row_begins_with_what_an_organisation_of_this_kind_does(cast, name, first):
    row = cast.client(name).page("/work").select(".subnav > ul > li > a")
    assert [link["href"] for link in row][:3] == first
    assert {"/work/week", "/registers"} <= {link["href"] for link in row}
