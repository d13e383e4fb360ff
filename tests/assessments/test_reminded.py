"""Who is reminded of a conversation and when, and what stays of the one before."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.assessments import commands, queries
from portal.assessments.jobs import remind
from portal.assessments.rules import AssessmentMove, AssessmentStatus, Pick
from portal.core import clock
from portal.notices.models import Notice
from portal.offerings.rules.competences import competences
from tests import factories as make

_S = AssessmentStatus


@pytest.fixture
def held(session, cast):
    row = make.assessment(session, cast.enrolment, cast.actor("expert").user_id)
    session.commit()
    return row


@pytest.mark.parametrize("month", [1, 7], ids=["winter", "summer"])
@pytest.mark.parametrize(
    ("hour", "minute", "goes"), [(13, 59, 0), (14, 0, 1), (19, 59, 1), (20, 0, 0)]
)
def test_a_reminder_goes_from_two_until_eight_by_the_clock_on_the_wall(
    session, held, month, hour, minute, goes
):
    at = datetime(2026, month, 14, hour, minute, tzinfo=clock.LOCAL_ZONE)
    with clock.freeze(at):
        held.status, held.at = _S.PLANNED, at + timedelta(days=1)
        session.flush()
        assert remind(session) == goes


@pytest.mark.parametrize("wants", [True, False])
@pytest.mark.parametrize("status", [_S.PLANNED, _S.ACCEPTED])
@pytest.mark.parametrize("days", [0, 1, 2])
def test_who_wants_one_is_reminded_of_what_is_planned_tomorrow(
    session, cast, held, wants, status, days
):
    make.reach(session, cast.participant, wants_reminders=wants)
    at = datetime(2026, 3, 27, 15, 0, tzinfo=clock.LOCAL_ZONE)
    with clock.freeze(at):
        held.status, held.at = status, at + timedelta(days=days, hours=1)
        session.flush()
        is_due = wants and days == 1 and status is _S.PLANNED
        assert remind(session) == is_due


def test_another_holder_gets_no_day_that_the_one_before_agreed_on(session, cast, held):
    held.status, held.at = _S.PLANNED, clock.now() + timedelta(days=3)
    session.flush()
    guide = cast.actor("guide")
    own = next(
        one for one in queries.list_holders(session, guide) if one.user_id == guide.user_id
    )  # fmt: skip
    commands.ask(session, guide, cast.enrolment, own)
    assert (held.status, held.at) == (_S.ACCEPTED, None)


def test_she_is_not_told_of_what_she_laid_herself(session, cast, held):
    laid = select(Notice).where(Notice.kind == "assessments/laid")
    commands.move(session, cast.actor("participant"), held, AssessmentMove.LAY)
    assert session.scalars(laid).all() == []


def test_what_she_wants_to_learn_is_what_she_agreed_on_last(session, cast, held):
    """By when she said yes, whichever conversation began first."""
    later = make.assessment(session, cast.enrolment, cast.actor("expert").user_id)
    for days, row, word in ((1, held, "naaien"), (2, later, "koken")):
        make.card(session, row, competence=word, pick=Pick.LEARN)
        row.status, row.status_since = _S.AGREED, clock.now() - timedelta(days=days)
    session.flush()
    assert queries.list_to_learn(session, cast.participant.id) == ["naaien"]
    later.status_since = clock.now()
    session.flush()
    assert queries.list_to_learn(session, cast.participant.id) == ["koken"]


def test_cards_lie_in_the_order_of_the_list_however_they_were_laid(session, held):
    words = list(competences())[:4]
    for word in reversed(words):
        make.card(session, held, competence=word)
    assert list(queries.list_cards(session, held.id)) == words
