"""Two activities of hers at the same time: she is told, whoever signs her up, and she may."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.enrolments import commands
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, Move
from portal.notices.models import Notice
from portal.notices.pages import words_of
from tests import factories as make

S = EnrolmentStatus
TITLE = "Koken voor de buurt"  # of the cast's offering, where she takes part


@pytest.fixture
def coming(session, cast):
    """What she has on the day after tomorrow."""
    return make.offering_session(session, cast.offering, clock.now() + timedelta(days=2))


@pytest.fixture
def other(session, cast, coming):
    """Another activity of the same organisation, an hour later."""
    offering = make.offering(session, cast.enterprise, title="Naaien")
    make.offering_session(session, offering, coming.starts_at + timedelta(hours=1))
    session.commit()
    return offering


def at_the_desk(session, cast, offering):
    commands.sign_up(session, HOUSE, offering_id=offering.id, participant=cast.participant)


def decided(status, move):
    def do(session, cast, offering):
        row = make.enrolment(session, offering, cast.participant, status)
        commands.move(session, HOUSE, row, move)

    return do


WAYS = {
    "desk": at_the_desk,
    "accepted": decided(S.APPLIED, Move.ACCEPT),
    "offered": decided(S.WAITING, Move.OFFER),
    "taken": decided(S.OFFERED, Move.CONFIRM),
}


def said(app, session):
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        return words_of(session.scalars(select(Notice)).one()).text


@pytest.mark.parametrize("way", WAYS)
def test_a_message_says_so(app, session, cast, other, way):
    WAYS[way](session, cast, other)
    assert f"Op die tijd hebt u ook: {TITLE}." in said(app, session)


@pytest.mark.parametrize("hours", [-2, 2, 24])
def test_not_where_they_only_follow_each_other(app, session, cast, coming, hours):
    offering = make.offering(session, cast.enterprise, title="Naaien")
    make.offering_session(session, offering, coming.starts_at + timedelta(hours=hours))
    at_the_desk(session, cast, offering)
    assert "Op die tijd" not in said(app, session)


def test_staff_who_read_a_message_learn_nothing_of_another_organisation(app, session, cast, coming):
    offering = make.offering(session, cast.other_enterprise, title="Naaien")
    make.offering_session(session, offering, coming.starts_at)
    make.known(session, cast.other_enterprise, cast.participant)
    at_the_desk(session, cast, offering)
    assert "Koken" not in said(app, session)
    session.commit()
    assert TITLE in cast.client("participant").page("/my").find(id="coming").text


def test_she_reads_it_before_and_after_and_on_her_page_and_may(session, cast, other):
    client = cast.client("participant")
    page = client.page(client.submit(f"/offerings/{other.slug}/sign-up"))
    assert TITLE in page.select_one(".notice").text
    page = client.page(client.submit(page))
    assert TITLE in page.select_one(".notice").text
    mine = client.page("/my").main.text
    assert "Op dezelfde tijd: Naaien" in mine
    assert f"Op dezelfde tijd: {TITLE}" in mine
    session.rollback()
    rows = session.scalars(select(Enrolment).where(Enrolment.offering_id == other.id)).all()
    assert [row.status for row in rows] == [S.ENROLLED]
