"""A search that is kept: who is told, how often, what ends it, and that nobody else sees it."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.core.guard import reading_as
from portal.core.links import Purpose
from portal.finding.rules import Filters
from portal.notices.models import Notice
from portal.notices.pages import letter, text_message
from portal.notices.rules import OPTIONAL, contact_of
from portal.participants.rules import ContactWay
from portal.searches import commands
from portal.searches.jobs import tell_of_new
from portal.searches.models import KeptSearch
from portal.searches.queries import list_own
from portal.searches.rules import LASTS, MOST, TO_CONFIRM
from portal.web.links import minting
from tests import factories as make
from tests.links import link_to

NOON = clock.from_local(clock.today(), time(12))
SEARCH = "/searches/keep?q=klokken"
ASKED = Filters(q="klokken")


@pytest.fixture(autouse=True)
def noon():
    with clock.freeze(NOON):
        yield


@pytest.fixture
def her(session, cast):
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31612345678")
    session.commit()
    return cast.client("participant")


def come(session, cast, title="Klokken maken"):
    """Something new that fits."""
    session.rollback()
    make.offering(session, cast.enterprise, title=title)
    session.commit()


def told(session, kind="searches/found"):
    """What is in the outbox after the worker looked."""
    session.rollback()
    with reading_as(session, HOUSE):
        tell_of_new(session)
        session.commit()
        found = session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)).all()
        session.rollback()
    return found


def kept(session):
    session.rollback()
    with reading_as(session, HOUSE):
        found = session.scalars(select(KeptSearch)).all()
        session.rollback()
    return found


@pytest.mark.slow
def test_she_is_told_once_of_what_comes_and_ends_it_on_her_page(session, cast, her):
    page = her.page("/offerings?q=klokken")
    assert page.select_one(f"a[href='{SEARCH}']")
    come(session, cast, "Klokken verkopen")
    assert "Wij zoeken mee" in her.page(her.submit(SEARCH)).words
    her.submit(SEARCH)  # twice is once
    assert len(kept(session)) == 1
    assert told(session) == []  # what was there when she asked is nothing new
    come(session, cast)
    (notice,) = told(session)
    assert notice.kind in OPTIONAL  # in her one message a day
    assert (notice.address, notice.data["title"]) == ("+31612345678", "Klokken maken")
    assert notice.organisation_id is None  # no staff read what she looks for
    come(session, cast, "Oude klokken")
    assert len(told(session)) == 1
    with clock.freeze(NOON + timedelta(days=1)):
        assert [one.data["title"] for one in told(session)] == ["Klokken maken", "Oude klokken"]
    start = her.page("/my/saved")
    assert "klokken" in start.select_one("#searches").text
    her.submit(start, form="#searches form")
    assert kept(session) == []
    assert not her.page("/my/saved").select("#searches")


def test_who_is_called_sees_it_on_her_page_and_is_sent_nothing(session, cast):
    make.reach(session, cast.participant, contact_way=ContactWay.CALL, phone="+31612345678")
    session.commit()
    her = cast.client("participant")
    her.submit(SEARCH)
    come(session, cast)
    assert told(session) == []
    assert her.page("/my/saved").select("#searches a")


@pytest.mark.parametrize(
    ("contact", "address"),
    [("06 12345678", "+31612345678"), ("Ada@example.org", "ada@example.org")],
)
def test_a_stranger_is_told_after_her_yes_and_stops_it_by_the_link(session, cast, contact, address):
    client = cast.client()
    assert client.submit(SEARCH, contact=contact).status_code == 200
    (asked,) = told(session, "searches/asked")
    assert (asked.address, asked.is_own_action) == (address, True)
    come(session, cast)
    assert told(session) == []  # she has not said yes
    (row,) = kept(session)
    token = link_to(row, Purpose.SEARCH, f"{row.channel.value}:{address}")
    session.commit()
    page = client.page(f"/a/{token}")
    assert "klokken" in page.words
    assert kept(session)[0].confirmed_at is None  # a program that opens the link says no yes
    client.submit(f"/a/{token}", button="on")
    come(session, cast, "Nieuwe klokken")
    assert [one.data["title"] for one in told(session)] == ["Nieuwe klokken"]
    client.submit(f"/a/{token}", button="off")
    assert kept(session) == []
    client.page(f"/a/{token}", status=404)


def test_one_contact_gets_one_message_a_day_whatever_it_looks_for(session, cast):
    for q in ("klokken", "maken"):
        cast.client().submit(f"/searches/keep?q={q}", contact="ada@example.org")
    with reading_as(session, HOUSE):
        for row in session.scalars(select(KeptSearch)):
            commands.confirm(session, row)
        session.commit()
    come(session, cast)
    assert len(told(session)) == 1
    with clock.freeze(NOON + timedelta(days=1)):
        assert len(told(session)) == 2


def test_nobody_is_told_at_night(session, cast, her):
    her.submit(SEARCH)
    come(session, cast)
    with clock.freeze(NOON + timedelta(hours=10)):
        assert told(session) == []
    with clock.freeze(NOON + timedelta(hours=22)):
        assert len(told(session)) == 1


@pytest.mark.slow
def test_it_ends_by_itself_sooner_without_a_yes(session, cast, her):
    her.submit(SEARCH)
    cast.client().submit(SEARCH, contact="ada@example.org")
    left = []
    for after in (TO_CONFIRM, LASTS):
        with clock.freeze(NOON + after + timedelta(minutes=1)), reading_as(session, HOUSE):
            commands.forget(session)
            session.commit()
            left.append(len(kept(session)))
    assert left == [1, 0]


def test_it_is_over_at_once_though_nobody_cleared_it_away_yet(session, cast):
    client = cast.client()
    client.submit(SEARCH, contact="ada@example.org")
    (row,) = kept(session)
    token = link_to(row, Purpose.SEARCH, "email:ada@example.org")
    session.commit()
    for later, status in ((TO_CONFIRM, 200), (TO_CONFIRM + timedelta(seconds=1), 404)):
        with clock.freeze(NOON + later):
            client.page(f"/a/{token}", status=status)


def test_one_of_hers_is_shown_until_it_is_over(session, cast, her):
    her.submit(SEARCH)
    (row,) = kept(session)
    until = row.expires_at
    for now, found in ((until - timedelta(seconds=1), 1), (until, 0)):
        assert len(list_own(session, cast.participant.id, now)) == found


def test_it_is_forgotten_with_her_and_only_hers(session, cast, her):
    her.submit(SEARCH)
    (row,) = kept(session)
    for who in ("guide", "admin", "stranger", "operator"):
        with reading_as(session, cast.actor(who)):
            assert session.scalars(select(KeptSearch)).all() == []
            session.rollback()
    assert cast.client("guide").post(f"/my/searches/{row.uuid}/end").status_code != 303
    foreign_keys = {key.column.table.name: key for key in KeptSearch.__table__.foreign_keys}
    assert foreign_keys["participant"].ondelete == "CASCADE"


def test_there_is_an_end_to_what_one_keeps(session, cast):
    her = cast.actor("participant")
    with reading_as(session, her):
        for number in range(MOST):
            commands.keep(session, her, Filters(q=f"klok{number}"))
        commands.keep(session, her, Filters(q="klok0"))
        with pytest.raises(RuleBroken):
            commands.keep(session, her, ASKED)
        session.rollback()


def test_a_search_reads_back_as_it_was_written():
    asked = Filters.of(
        [("q", "koken"), ("area", "WK059901"), ("day", "tue"), ("day", "mon"), ("day", "x"),
         ("also", "free"), ("kind", ""), ("csrf", "1"), ("level", "a2"), ("language", "ar")]
    )  # fmt: skip
    assert asked.pairs() == [
        ("q", "koken"), ("area", "WK059901"), ("day", "mon"), ("day", "tue"), ("language", "ar"),
        ("level", "a2"), ("also", "free"),
    ]  # fmt: skip
    assert Filters.of(asked.pairs()) == asked


def test_a_contact_is_asked_three_times_a_day_whoever_types_it_and_no_more(session, cast):
    answers = [
        cast.client().submit(f"/searches/keep?q=klok{number}", contact="06 12345678").status_code
        for number in range(4)
    ]
    assert answers == [200, 200, 200, 429]
    assert len(told(session, "searches/asked")) == 3


def test_the_message_says_what_came_and_how_to_stop(session, cast, app):
    cast.client().submit(SEARCH, contact="ada@example.org")
    (row,) = kept(session)
    with reading_as(session, HOUSE):
        commands.confirm(session, row)
        session.commit()
    come(session, cast)
    (notice,) = told(session)
    notice.letter = row.uuid
    with app.test_request_context(), app.app_context():
        made = minting(contact_of(notice.channel, notice.address))
        mail = letter([notice], "portal@example.org")
        text, short = mail.get_content(), text_message([notice])
    assert "Klokken maken" in text
    assert "Klokken maken" in short
    assert mail["List-Unsubscribe"].strip("<>") in text
    assert [link.row for link in made.links] == [row.uuid]
