"""Comparing, agreeing and undoing, as browsers do it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.duplicates.models import ParticipantMerge
from portal.duplicates.rules import UNDO_WITHIN, MergeStatus
from portal.notices.models import Notice
from portal.notices.pages import letter
from portal.participants.commands import make_known
from portal.web.versions import seen_as
from tests import factories as make


@pytest.fixture
def shared(session, cast):
    """Somebody like her whom another enterprise signed up, and ours has met."""
    other = make.participant(session, "Fatma A.", email="geheim@example.org", phone="")
    make.enrolment(session, make.offering(session, cast.other_enterprise, title="Fietsen"), other)
    make_known(session, cast.enterprise.id, other.id)
    session.commit()
    return other


@pytest.fixture
def twin(session, twin):
    """With a name that differs in an accent only."""
    twin.name = "Fátma A."
    session.commit()
    return twin


def merges(engine):
    with Session(engine) as session:
        set_actor(session, HOUSE)
        return session.scalars(select(ParticipantMerge)).all()


@pytest.mark.slow
def test_from_the_signal_to_one_page_and_back(cast, engine, twin):
    client = cast.client("coordinator")
    assert client.page("/work").select_one('a[href="/work/duplicates"]') is not None
    assert client.page("/participants").select_one('a[href="/work/duplicates"]') is not None
    listed = client.page("/work/duplicates")
    link = listed.select_one(f'a[href="/work/duplicates/{cast.participant.uuid}/{twin.uuid}"]')
    form = client.page(link["href"])
    assert "Fátma A." in form.words
    refused = client.page(client.submit(form, button="together", keep=None), status=422)
    assert refused.select_one(".error-summary") is not None
    done = client.page(client.submit(form, button="together", keep=str(twin.uuid)))
    assert done.url.startswith("/work/merges/")
    again = client.page(client.submit(form, button="together", keep=str(twin.uuid)))
    assert again.url == done.url  # sent twice
    (merge,) = merges(engine)
    assert (merge.status, merge.kept_id) == (MergeStatus.DONE, twin.id)

    assert client.get(f"/participants/{cast.participant.uuid}").status_code == 404
    assert "Koken voor de buurt" in client.page(f"/participants/{twin.uuid}").words
    assert "Fatma A." not in client.page("/participants").words
    her = cast.client()
    mine = her.page("/card/card-of-fatma")
    assert mine.url == "/my"
    assert "Naaien" in mine.words
    assert "Koken voor de buurt" in mine.words
    assert mine.select_one(".notice") is not None
    with clock.freeze(clock.now() + UNDO_WITHIN + (UNDO_WITHIN / 30)):
        assert cast.client("participant").page("/my").select_one(".notice") is None
        assert client.page(done.url).select_one('[value="undo"]') is None

    assert client.page("/work/duplicates").select_one(f'a[href="{done.url}"]') is not None
    client.submit(done.url, button="undo")
    assert merges(engine)[0].status is MergeStatus.UNDONE
    assert client.get(f"/participants/{cast.participant.uuid}").status_code == 200
    assert "Naaien" not in cast.client("participant").page("/my").words
    assert client.page("/work/duplicates").select_one('a[href^="/work/duplicates/"]') is None


def test_two_different_people_are_not_suggested_again(cast, engine, twin):
    client = cast.client("coordinator")
    address = f"/work/duplicates/{cast.participant.uuid}/{twin.uuid}"
    client.submit(address, button="apart")
    assert client.page("/work/duplicates").select_one('a[href^="/work/duplicates/"]') is None
    assert client.get(f"/participants/{twin.uuid}").status_code == 200
    assert client.get(f"/work/duplicates/{twin.uuid}/{twin.uuid}").status_code == 404
    assert client.post(address, data={"csrf_token": client.csrf_token()}).status_code == 422


def test_what_she_saw_is_the_same_in_whichever_order_it_was_read(cast, twin):
    shown = seen_as(cast.participant, twin), seen_as(twin, cast.participant)
    assert len({one.partition(".")[0] for one in shown}) == 1
    assert seen_as(twin, twin).partition(".")[0] != shown[0].partition(".")[0]


@pytest.mark.slow
def test_the_other_organisation_learns_no_more_than_it_must(cast, engine, shared):
    client = cast.client("coordinator")
    address = f"/work/duplicates/{cast.participant.uuid}/{shared.uuid}"
    asked = client.page(client.submit(address, button="together"))
    assert "Andere Oever" not in asked.words
    with Session(engine) as session:
        set_actor(session, HOUSE)
        (notice,) = session.scalars(select(Notice))
        with cast.app.test_request_context():
            words = str(letter([notice], "post@example.org"))
    assert "Fatma" not in words
    assert "Keuken" not in words

    stranger = cast.client("stranger")
    assert "Fatma A." in stranger.page("/work/duplicates").words
    seen = stranger.page(asked.url)
    assert seen.select_one(f'a[href="/participants/{shared.uuid}"]') is not None
    assert str(cast.participant.uuid) not in str(seen)
    for secret in ("Keuken", "Koken", "612345678"):
        assert secret not in seen.words
    assert cast.client("referrer").get(asked.url).status_code == 404
    stranger.submit(seen, button="refuse")
    assert merges(engine)[0].status is MergeStatus.REFUSED
    after = client.page(asked.url)
    assert "Andere Oever" not in after.words
    assert after.select_one("form button[name=do]") is None
    refused = client.page(client.submit(address, button="together"), status=422)
    assert refused.select_one(".error-summary") is not None


@pytest.mark.slow
def test_agreeing_makes_one_person_of_them(cast, engine, shared):
    client, stranger = cast.client("coordinator"), cast.client("stranger")
    asked = client.page(
        client.submit(f"/work/duplicates/{cast.participant.uuid}/{shared.uuid}", button="together")
    )
    form = stranger.page(asked.url)
    stranger.submit(form, button="agree")
    stranger.submit(form, button="agree")
    assert merges(engine)[0].status is MergeStatus.DONE
    page = stranger.page(f"/participants/{cast.participant.uuid}")
    assert "Fietsen" in page.words
    assert "Koken voor de buurt" not in page.words  # what others wrote stays theirs
    stranger.submit(asked.url, button="undo")
    assert stranger.get(f"/participants/{cast.participant.uuid}").status_code == 404
