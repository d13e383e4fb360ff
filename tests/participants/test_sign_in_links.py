"""A link to her own page: asked for by anybody, of use to whoever is reached there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, links
from portal.core.links import Purpose
from portal.notices.models import Notice
from portal.notices.rules import Channel, contact_of
from portal.participants.models import ParticipantKey
from portal.participants.rules import ContactWay, KeyKind
from tests import factories as make

PHONE = "+31612345678"


def ask(client, contact="06 12 34 56 78"):
    return client.submit("/sign-in/link", contact=contact)


def waiting(session):
    session.rollback()
    query = select(Notice).where(Notice.kind == "participants/sign_in").order_by(Notice.id)
    return session.scalars(query).all()


def link_in(session, notice):
    """The link that the worker would put into the letter."""
    key = session.scalar(select(ParticipantKey).where(ParticipantKey.kind == KeyKind.LINK))
    assert notice.data["key"] == str(key.uuid)
    token, link = links.make(Purpose.SIGN_IN, key.uuid, contact_of(notice.channel, notice.address))
    session.add(link)
    session.commit()
    return f"/sign-in/link/{token}"


@pytest.fixture
def sent(session, cast):
    ask(cast.client())
    (notice,) = waiting(session)
    return link_in(session, notice)


def test_the_answer_is_the_same_for_whoever_asks(session, cast):
    known, unknown = (ask(cast.client(), contact) for contact in ("0612345678", "0687654321"))
    assert known.text == unknown.text
    (notice,) = waiting(session)
    assert (notice.channel, notice.address, notice.participant_id) == (Channel.SMS, PHONE, None)
    assert ask(cast.client(), "Fatma").status_code == 422


def test_a_preview_does_not_use_it_up_and_a_button_does_once(cast, sent):
    for _ in range(2):
        cast.client().page(sent)
    client = cast.client()
    assert client.page(client.submit(sent)).url.startswith("/my")
    assert cast.client().get(sent).status_code == 404


def test_it_is_over_after_a_quarter_of_an_hour(cast, sent):
    with clock.freeze(clock.now() + timedelta(minutes=15)):
        assert cast.client().get(sent).status_code == 404


def test_it_is_of_no_use_once_she_is_reached_elsewhere(session, cast, sent):
    make.reach(session, cast.participant, phone="+31687654321")
    session.commit()
    assert cast.client().get(sent).status_code == 404


def test_it_opens_who_reaches_her_there_and_nobody_else(session, cast):
    her = cast.participant
    make.enrolment(session, make.offering(session, cast.other_enterprise, title="Elders"), her)
    row = make.link(session, her, cast.other_enterprise)
    row.contact_way, row.phone, row.email = ContactWay.EMAIL, "", "fatma@example.org"
    session.commit()
    for contact, titles in (
        ("0612345678", {"Koken voor de buurt"}),
        ("Fatma@Example.org", {"Elders"}),
    ):
        ask(cast.client(), contact)
        notice = waiting(session)[-1]
        key = session.scalar(
            select(ParticipantKey)
            .where(ParticipantKey.kind == KeyKind.LINK)
            .order_by(ParticipantKey.id.desc())
        )
        token, link = links.make(
            Purpose.SIGN_IN, key.uuid, contact_of(notice.channel, notice.address)
        )
        session.add(link)
        session.commit()
        client = cast.client()
        my = client.page(client.submit(f"/sign-in/link/{token}")).words
        assert {title for title in ("Koken voor de buurt", "Elders") if title in my} == titles


def test_a_phone_that_another_organisations_staff_wrote_down_opens_theirs_only(session, cast):
    """A referrer who writes its own number, and gives it along, reads nothing at the other."""
    row = make.link(session, cast.participant)
    row.contact_from_id = cast.actor("referrer").organisation_id
    session.commit()
    ask(cast.client())
    client = cast.client()
    my = client.page(client.submit(link_in(session, waiting(session)[0]))).words
    assert "Koken voor de buurt" not in my


def test_together_with_what_this_phone_opened_before(session, cast, sent):
    her = cast.participant
    make.enrolment(session, make.offering(session, cast.other_enterprise, title="Elders"), her)
    make.key(session, her, "of-elders", opens=[cast.other_enterprise.id])
    row = make.link(session, her, cast.other_enterprise)
    row.phone = "+31687654321"
    session.commit()
    client = cast.client()
    client.page("/card/of-elders")
    assert "Koken voor de buurt" not in client.page("/my").words
    my = client.page(client.submit(sent)).words
    assert "Koken voor de buurt" in my
    assert "Elders" in my


def test_nobody_gets_more_than_a_few(cast):
    client = cast.client()
    assert [ask(client).status_code for _ in range(4)] == [200, 200, 200, 429]
