"""A word between her and her guide: who reads it, who is told, and until when."""

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import reading_as
from portal.enrolments.commands import move
from portal.enrolments.rules import OPEN, EndReason, EnrolmentStatus, Move
from portal.notices.models import Notice
from portal.participants.rules import ContactWay
from portal.talks import commands, queries
from portal.talks.models import Message
from portal.talks.rules import is_open
from tests import factories as make
from tests.pages import page_of

WORD = "Mag ik donderdag later komen?"
ANSWER = "Ja, kom om tien uur."


@pytest.fixture
def place(session, cast):
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31612345678")
    session.commit()
    return cast.enrolment


@pytest.fixture
def hers(cast, place):
    return cast.client("participant"), f"/my/enrolments/{place.uuid}/messages"


@pytest.fixture
def theirs(cast, place):
    return cast.client("guide"), f"/work/enrolments/{place.uuid}/messages"


def told(session, kind):
    session.rollback()
    with reading_as(session, HOUSE):
        return session.scalars(select(Notice).where(Notice.kind == kind)).all()


@pytest.mark.slow
def test_a_word_and_an_answer_are_seen_said_and_told_without_an_address(session, hers, theirs):
    (client, own), (guide, work) = hers, theirs
    start = client.page("/my")
    assert own in [link["href"] for link in start.select("#messages a")]  # one tap, then two
    client.submit(own, body=WORD)
    assert "nog niet gelezen" in client.page(own).words
    assert work in guide.page("/work").body_text
    first = guide.page(work)
    assert WORD in first.words
    assert "Nieuw" in first.words
    assert "Nieuw" not in guide.page(work).words  # it was before their eyes
    assert work not in guide.page("/work").body_text
    guide.submit(work, body=ANSWER)
    guide.submit(work, body="Of om elf uur.")
    assert "Er is een bericht voor u" in client.page("/my").words
    (notice,) = told(session, "talks/written")  # two answers, one message
    assert WORD not in str(notice.data)
    assert ANSWER not in str(notice.data)
    page = client.page(own)
    assert ANSWER in page.words
    assert "gelezen" in page.words
    assert "@" not in page.select_one("main").text
    assert "06 12345678" not in guide.page(work).select_one("main").text
    assert "Er is een bericht voor u" not in client.page("/my").words
    assert told(session, "talks/written") == []  # she has read it, so it is not told


@pytest.mark.slow
def test_staff_are_told_of_the_first_that_they_did_not_read(session, hers, theirs):
    (client, own), (guide, work) = hers, theirs
    for word in (WORD, "Of vrijdag?"):
        client.submit(own, body=word)
    before = told(session, "talks/asked")
    assert len({notice.address for notice in before}) == len(before) > 1  # who decides about places
    guide.page(work)
    guide.submit(work, body=ANSWER)
    client.submit(own, body="Dank u")
    assert len(told(session, "talks/asked")) == len(before) + 1  # whoever answered her


def _asks(session, cast, place):
    """Whose addresses her word is told to, where all that she wrote before was read."""
    before = {notice.id for notice in told(session, "talks/asked")}
    her = cast.actor("participant")
    with reading_as(session, her):
        commands.write(session, her, place, WORD)
        session.commit()
    commands.mark_read(session, place, by_her=False)
    session.commit()
    return {one.address for one in told(session, "talks/asked") if one.id not in before}


@pytest.mark.parametrize("last", ["guide", "coordinator", "admin"])
def test_who_wrote_to_her_last_is_told_and_before_that_who_decides_about_places(
    session, cast, place, last
):
    team = {
        name: session.get(User, cast.actor(name).user_id).email
        for name in ("guide", "coordinator", "admin")
    }
    assert _asks(session, cast, place) == {team["coordinator"], team["admin"]}
    for name in sorted(team, key=last.__eq__):
        commands.write(session, cast.actor(name), place, ANSWER)
        session.commit()
    assert _asks(session, cast, place) == {team[last]}


@pytest.mark.parametrize("way", [ContactWay.VISIT, ContactWay.CALL])
def test_who_comes_by_is_promised_no_message(session, cast, hers, theirs, way):
    phone = "+31612345678" if way is ContactWay.CALL else ""
    make.reach(session, cast.participant, contact_way=way, phone=phone)
    session.commit()
    assert "krijgt u een bericht" not in hers[0].page(hers[1]).words
    assert "geen bericht over" in theirs[0].page(theirs[1]).words
    theirs[0].submit(theirs[1], body=ANSWER)
    assert told(session, "talks/written") == []
    assert ANSWER in hers[0].page(hers[1]).words


def test_it_is_closed_after_the_stay_and_can_be_read(session, cast, place, hers, theirs):
    hers[0].submit(hers[1], body=WORD)
    old = hers[0].page(hers[1])
    coordinator = cast.actor("coordinator")
    with reading_as(session, coordinator):
        move(session, coordinator, place, Move.END, end_reason=EndReason.OWN_CHOICE)
    session.commit()
    for client, address in (hers, theirs):
        page = client.page(address)
        assert WORD in page.words
        assert not page.select("main textarea")
    late = hers[0].submit(old, body="Nog iets")
    assert late.status_code == 422
    assert "Nog iets" in page_of(late).select_one("textarea").text
    assert {status for status in EnrolmentStatus if is_open(status)} == OPEN


@pytest.mark.parametrize("who", ["stranger", "cooperative", "guide"])
def test_another_organisation_reads_and_writes_nothing(session, cast, place, who):
    commands.write(session, cast.actor("guide"), place, ANSWER)
    actor = cast.actor(who)
    with reading_as(session, actor):
        found = session.scalar(select(func.count()).select_from(Message))
    assert found == (who == "guide")
    if who != "guide":
        with pytest.raises(NotFound):
            commands.write(session, actor, place, ANSWER)
    with pytest.raises(RuleBroken):
        commands.write(session, cast.actor("guide"), place, "Mijn BSN is 111222333")
    assert [one.body for one in queries.list_messages(session, place.id)] == [ANSWER]
    assert clock.now() >= queries.list_messages(session, place.id)[0].created_at


def test_the_last_word_stands_on_her_first_page_and_on_top(session, cast, place):
    for body in (WORD, ANSWER):
        commands.write(session, cast.actor("guide"), place, body)
    session.flush()
    assert [row.body for row in queries.list_newest(session, place.participant_id)] == [ANSWER]
    assert [row.body for row in queries.list_messages(session, place.id)] == [ANSWER, WORD]
