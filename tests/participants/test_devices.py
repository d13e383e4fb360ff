"""A browser that is new to her is told of where each organisation reaches her, and ended by her."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, links
from portal.core.browser_session import BrowserSession
from portal.core.links import Purpose
from portal.notices.models import Notice
from portal.participants.models import ParticipantKey
from portal.participants.rules import KeyKind
from tests import factories as make

CARD = "/card/card-of-fatma"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile"}
THERE = "+31622222222"
NEWS = "Uw pagina is geopend op een nieuw apparaat."


@pytest.fixture(autouse=True)
def old_card(session, cast):
    """Her card is not one that she made just now."""
    make.opened(session, "card-of-fatma").created_at = clock.now() - timedelta(days=9)
    session.commit()


@pytest.fixture
def abroad(session, cast):
    """Another organisation has her too, reaches her elsewhere, and has a card of its own of her."""
    make.enrolment(session, make.offering(session, cast.other_enterprise), cast.participant)
    make.link(session, cast.participant, cast.other_enterprise).phone = THERE
    make.key(
        session,
        cast.participant,
        "card-from-there",
        opens=[cast.other_enterprise.id],
        created_at=clock.now() - timedelta(days=9),
    )
    mine = make.opened(session, "card-of-fatma")
    mine.opens = [cast.enterprise.id]
    session.commit()


def told(session):
    session.rollback()
    query = select(Notice).where(Notice.kind == "participants/new_device").order_by(Notice.id)
    return [row.address for row in session.scalars(query)]


def opened(cast, address=CARD, client=None):
    client = client or cast.client()
    assert client.get(address, headers=PHONE).status_code == 303
    return client


def live(session):
    session.rollback()
    rows = session.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None)))
    return {row.id for row in rows}


def undo(client):
    return client.page(client.submit("/my", form="form[action^='/my/happened/']"))


def test_each_organisation_s_contact_is_told_of_what_is_its_own(session, cast, abroad):
    opened(cast)
    assert told(session) == [make.BY_SMS.phone]
    opened(cast, "/card/card-from-there")
    assert told(session) == [make.BY_SMS.phone, THERE]
    [organisations] = {row.organisation_id for row in session.scalars(select(Notice))}
    assert organisations is None  # so no staff see it


def test_a_card_that_opens_two_is_told_at_both_and_one_address_once(session, cast, abroad):
    make.opened(session, "card-of-fatma").opens = [cast.enterprise.id, cast.other_enterprise.id]
    session.commit()
    opened(cast)
    assert sorted(told(session)) == sorted([make.BY_SMS.phone, THERE])


def test_the_contact_before_a_change_is_told_too(session, cast):
    client = cast.client("guide")
    address = f"/participants/{cast.participant.uuid}/contact"
    client.submit(client.page(address), contact_way="phone", phone=THERE)
    opened(cast)
    assert sorted(told(session)) == sorted([make.BY_SMS.phone, THERE])


def test_the_same_browser_is_told_of_once_also_days_later(session, cast):
    client = opened(cast)
    for days in (0, 2, 100):
        with clock.freeze(clock.now() + timedelta(days=days)):
            opened(cast, client=client)
            client.submit("/my", form="form[action='/sign-out']")
    assert told(session) == [make.BY_SMS.phone]


def test_another_s_browser_is_new_to_her(session, cast):
    make.key(session, make.participant(session, "Semhar G."), "another", opens=[cast.enterprise.id])
    session.commit()
    opened(cast, client=opened(cast, "/card/another"))
    assert told(session) == [make.BY_SMS.phone]


def test_a_browser_known_to_one_organisation_is_new_to_another(session, cast, abroad):
    """Staff of one may have opened their own card in it."""
    opened(cast, "/card/card-from-there", client=opened(cast))
    assert told(session) == [make.BY_SMS.phone, THERE]


def test_she_is_told_once_a_day(session, cast):
    for _ in range(3):
        opened(cast)
    assert told(session) == [make.BY_SMS.phone]
    with clock.freeze(clock.now() + timedelta(days=1)):
        opened(cast)
    assert len(told(session)) == 2


def test_a_link_is_told_of_like_a_card(session, cast):
    cast.client().submit("/sign-in/link", contact=make.BY_SMS.phone)
    key = session.scalar(select(ParticipantKey).where(ParticipantKey.kind == KeyKind.LINK))
    token, link = links.make(Purpose.SIGN_IN, key.uuid, f"sms:{make.BY_SMS.phone}")
    session.add(link)
    session.commit()
    client = cast.client()
    client.submit(f"/sign-in/link/{token}")
    assert told(session) == [make.BY_SMS.phone]
    opened(cast, client=client)
    assert NEWS in client.page("/my/data").words


def test_where_she_signs_up_is_no_new_device(session, cast):
    client = cast.client()
    path = f"/offerings/{cast.offering.slug}/sign-up"
    client.submit(path)
    client.submit(f"{path}/name", name="Nadia B.")
    check = client.submit(f"{path}/reach", contact_way="phone", phone="0687654321")
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        done = client.page(client.submit(check))
        (card,) = re.findall(r"/card/[\w-]{20,}", done.words)
        assert NEWS not in client.page("/my/data").words
        opened(cast, card, client)
    with clock.freeze(clock.now() + timedelta(hours=1)):
        opened(cast, card, client)
        assert told(session) == []
        opened(cast, card)
        assert told(session) == ["+31687654321"]


def test_the_first_use_of_a_card_that_she_just_made_is_written_down_and_not_told(session, cast):
    made = make.key(session, cast.participant, "her-own", opens=[cast.enterprise.id])
    made.created_at = clock.now()
    session.commit()
    client = opened(cast, "/card/her-own")
    assert told(session) == []
    assert NEWS in client.page("/my/data").words
    opened(cast, "/card/her-own")
    assert told(session) == [make.BY_SMS.phone]


def test_the_first_use_of_a_card_that_staff_made_is_told(session, cast):
    make.key(
        session, cast.participant, "of-staff", opens=[cast.enterprise.id],
        created_at=clock.now(), user_id=cast.actor("coordinator").user_id,
    )  # fmt: skip
    session.commit()
    opened(cast, "/card/of-staff")
    assert told(session) == [make.BY_SMS.phone]


def test_it_stands_on_her_page_with_device_and_without_a_button_for_this_one(session, cast):
    client = opened(cast)
    assert NEWS not in client.page("/my").words  # she sees that it is open here
    words = client.page("/my/data").words
    assert NEWS in words
    assert "Chrome, Android" in words
    assert "Dit was ik niet" not in words
    assert "Dit was ik niet" in cast.client("participant").page("/my").words


def test_undoing_it_ends_that_session_only_and_tells_the_operators(session, cast):
    mine, kept, theirs = cast.client("participant"), opened(cast), opened(cast)
    mine.page("/my")
    before = live(session)
    done = undo(mine)  # the latest stands first
    assert done.url.startswith("/my/card")
    assert len(before - live(session)) == 1
    assert theirs.get("/my").status_code == 303
    assert kept.get("/my").status_code == mine.get("/my").status_code == 200
    [notice] = session.scalars(select(Notice).where(Notice.kind == "participants/not_her"))
    assert (notice.address, notice.data["organisation"]) == (
        "operator@example.org",
        cast.enterprise.name,
    )
    assert cast.participant.name not in str(notice.data)


@pytest.mark.slow
def test_whoever_it_was_is_told_of_again_in_the_same_browser(session, cast):
    theirs = opened(cast)
    undo(cast.client("participant"))
    with clock.freeze(clock.now() + timedelta(days=1)):
        opened(cast, client=theirs)
    assert told(session) == [make.BY_SMS.phone] * 2


def test_who_opens_one_organisation_sees_and_ends_nothing_of_another(session, cast, abroad):
    mine = cast.client("participant")
    opened(cast, "/card/card-from-there")
    assert NEWS not in mine.page("/my").words


def test_a_browser_that_opens_more_is_seen_and_not_ended(session, cast, abroad):
    """Staff of one organisation, who may hold its card, shut her out of no other."""
    make.opened(session, "card-of-fatma")
    make.key(
        session, cast.participant, "of-both", opens=[cast.enterprise.id, cast.other_enterprise.id]
    )
    session.commit()
    opened(cast, "/card/of-both")
    words = cast.client("participant").page("/my/data").words
    assert NEWS in words
    assert "Dit was ik niet" not in words
