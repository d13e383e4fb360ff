"""A group that is over: no place in it is offered, given or published anywhere."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.attendance.commands import walk_in
from portal.core import clock
from portal.core.actor import HOUSE, VISITOR
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands, jobs, queries
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.feeds.commands import number_what_is_over
from portal.feeds.models import FeedItem
from portal.participants.rules import ContactWay
from portal.schedule.commands import cancel_session
from portal.schedule.queries import list_sessions
from tests import factories as make

S = EnrolmentStatus
WAYS_TO_END = ("ended", "cancelled", "taken away")


@pytest.fixture(params=WAYS_TO_END)
def over(request, session, cast):
    """A published group with places, of which nothing is to come any more."""
    offering = make.offering(session, cast.enterprise, title="Over en uit", places=5)
    make.offering_session(session, offering, clock.now() - timedelta(days=1))
    if request.param != "ended":
        coming = make.offering_session(session, offering, clock.now() + timedelta(days=1))
        assert offering.takes_people
        if request.param == "cancelled":
            cancel_session(session, HOUSE, coming)
        else:
            session.delete(coming)
    session.commit()
    session.refresh(offering)
    return offering


def new(session, offering):
    return commands.sign_up_new(
        session, VISITOR, offering_id=offering.id, card_token=str(uuid.uuid4()), name="X",
        contact_way=ContactWay.VISIT, phone="", email="", language="nl",
    )  # fmt: skip


def known(session, offering):
    return commands.sign_up(
        session, HOUSE, offering_id=offering.id, participant=make.participant(session)
    )


def decided(status, move):
    def do(session, offering):
        row = make.enrolment(session, offering, status=status)
        return commands.move(session, HOUSE, row, move)

    return do


GIVING = {
    "sign-up": new,
    "known at the desk": known,
    "application": decided(S.APPLIED, Move.ACCEPT),
    "from the line": decided(S.WAITING, Move.ACCEPT),
    "offered": decided(S.WAITING, Move.OFFER),
    "taken": decided(S.OFFERED, Move.CONFIRM),
}


@pytest.mark.parametrize("way", GIVING)
def test_no_place_is_given(session, over, way):
    with pytest.raises(RuleBroken):
        GIVING[way](session, over)


def test_who_walks_in_is_a_guest(session, cast, over):
    past = list_sessions(session, over.id, clock.now() - timedelta(days=2))[0]
    guest = walk_in(session, HOUSE, past, participant=make.participant(session))
    assert (guest.status, guest.end_reason) == (S.ENDED, EndReason.CAME_ONCE)


def test_the_line_does_not_move(session, over):
    waits = make.enrolment(session, over, status=S.WAITING)
    session.commit()
    assert over.id not in queries.list_ids_to_fill(session)
    jobs.fill_lines(session)
    commands.fill_line(session, over)
    assert session.get_one(Enrolment, waits.id).status is S.WAITING


def test_no_page_offers_it(session, cast, over):
    make.enrolment(session, over, status=S.WAITING)
    session.commit()
    visitor = cast.client()
    page = visitor.page(f"/offerings/{over.slug}")
    assert page.select('main a[href$="/sign-up"]') == []
    assert "Nog plek" not in page.main.text
    assert visitor.page(f"/offerings/{over.slug}/sign-up").select("main form") == []
    assert visitor.get(f"/offerings/{over.slug}/sign-up/name").status_code != 200
    free = visitor.page("/offerings?also=free")
    assert "Over en uit" not in free.main.text
    listed = [card.text for card in visitor.page("/offerings").select(".card")]
    assert all("Nog plek" not in card for card in listed if "Over en uit" in card)
    assert "Over en uit" not in visitor.page(f"/organisations/{cast.enterprise.slug}").main.text
    referring = cast.client("referrer").page(f"/work/referrals/new?offering={over.slug}")
    assert referring.select("main input[name=name]") == []
    coordinator = cast.client("coordinator")
    assert "Over en uit" not in coordinator.page("/work").main.text
    group = coordinator.page(f"/work/offerings/{over.slug}/people")
    assert group.select("button[value=offer], button[value=accept]") == []


def test_nothing_that_is_published_has_a_place(session, cast, over):
    assert over.places_free == 0
    visitor = cast.client()
    said = visitor.page(f"/offerings/{over.slug}").select_one('[type="application/ld+json"]').text
    assert "InStock" not in said
    assert '"remainingAttendeeCapacity": 4' not in said
    [row] = [
        one for one in visitor.get("/feeds/offerings.json").get_json()["offerings"]
        if one["title"] == "Over en uit"
    ]  # fmt: skip
    assert row["vacancy"] == "full"
    for feed in ("session-series", "scheduled-sessions"):
        items = visitor.get(f"/feeds/{feed}").get_json()["items"]
        about = [one["data"] for one in items if str(over.slug) in str(one.get("data"))]
        assert {one.get("remainingAttendeeCapacity", 0) for one in about} <= {0}


def test_readers_of_the_feeds_hear_that_it_is_over_though_nobody_wrote(session, cast):
    offering = make.offering(session, cast.enterprise)
    row = make.offering_session(session, offering, clock.now() + timedelta(minutes=1), 60)
    session.commit()

    def number():
        session.rollback()
        query = select(FeedItem.modified).where(FeedItem.uuid == offering.uuid)
        found = session.scalars(query).one()
        session.rollback()
        return found

    before = number()
    for hours, hears in ((1, False), (2, True), (3, False)):
        with clock.freeze(row.starts_at + timedelta(hours=hours, minutes=-1)):
            set_actor(session, HOUSE)
            number_what_is_over(session)
            session.commit()
            assert (number() > before) is hears
            before = number()


def test_with_a_new_date_it_takes_people_again(session, over):
    make.offering_session(session, over, clock.now() + timedelta(days=3))
    assert (over.is_over, over.takes_people, over.places_free) == (False, True, 5)
    assert new(session, over).status is S.ENROLLED


def test_one_without_any_date_yet_is_not_over(session, cast):
    offering = make.offering(session, cast.enterprise)
    assert (offering.is_over, offering.takes_people) == (False, True)
