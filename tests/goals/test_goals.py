"""Goals in her words, and at the end what both say of each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.goals import queries
from portal.goals.models import Goal
from portal.goals.rules import ENDING, LADDER_AFTER, GoalOutcome
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from tests import factories as make
from tests.deeds import deeds

TALK, LADDER = "een kort gesprek aan het eind", "waar op de ladder"


def goals_of(session):
    session.rollback()
    return session.scalars(select(Goal).order_by(Goal.id)).all()


def ends(session, enrolment, days=3):
    enrolment.status, enrolment.end_reason = EnrolmentStatus.ENDED, EndReason.OWN_CHOICE
    enrolment.ended_on = clock.today() - timedelta(days=days)
    session.commit()


@pytest.fixture
def written(session, cast):
    """Two goals, by her."""
    url = f"/my/enrolments/{cast.enrolment.uuid}/goals"
    cast.client("participant").submit(
        url, follow=False, words0="Ik wil in een keuken werken.", about0="koken",
        words1="Ik kom op tijd.",
    )  # fmt: skip
    return url


def test_two_to_four_in_her_own_words(session, cast, written):
    her = cast.client("participant")
    assert [(row.words, row.competence) for row in goals_of(session)] == [
        ("Ik wil in een keuken werken.", "koken"), ("Ik kom op tijd.", ""),
    ]  # fmt: skip
    refused = her.page(her.submit(f"{written}?change=1", words1=""), status=422)
    assert refused.find(id="words0")["value"] == "Ik wil in een keuken werken."
    assert len(goals_of(session)) == 2
    four = {f"words{n}": f"Doel {n}." for n in range(4)}
    her.submit(f"{written}?change=1", follow=False, **four)
    assert [row.words for row in goals_of(session)] == list(four.values())


def test_both_say_how_it_went_and_neither_is_made_one(session, cast, written):
    her, guide = cast.client("participant"), cast.client("guide")
    first = goals_of(session)[0].uuid
    her.submit(written, follow=False, **{f"outcome-{first}": "reached", f"why-{first}": "Ik kook."})
    work = f"/work/enrolments/{cast.enrolment.uuid}/goals"
    guide.submit(work, follow=False, **{f"outcome-{first}": "partly", f"why-{first}": "Bijna."})
    goal, other = goals_of(session)
    assert deeds(session).count("goal.judged") == 2
    assert (goal.hers, goal.theirs) == (GoalOutcome.REACHED, GoalOutcome.PARTLY)
    assert (other.hers, other.theirs) == (None, None)
    for client, url in ((her, written), (guide, work)):
        words = client.page(url).main.text
        assert "Ik kook." in words
        assert "Bijna." in words
    her.page(her.submit(f"{written}?change=1", words0="Anders."), status=422)


@pytest.mark.slow
def test_after_an_early_stop_there_is_a_kind_word_and_a_short_talk(session, cast, written):
    her, guide = cast.client("participant"), cast.client("guide")
    assert TALK not in guide.page("/work").main.text
    ends(session, cast.enrolment)
    assert TALK in guide.page("/work").main.text
    assert her.page("/my").select_one(f'a[href="{written}"]')
    assert "Dank u wel" in her.page(written).main.text
    said = {f"outcome-{row.uuid}": "not_yet" for row in goals_of(session)}
    her.submit(written, follow=False, **said)
    guide.submit(f"/work{written.removeprefix('/my')}", follow=False, **said)
    assert TALK not in guide.page("/work").main.text
    assert not her.page("/my").select_one(f'a[href="{written}"]')


def test_long_after_it_nobody_is_asked_any_more(session, cast, written):
    ends(session, cast.enrolment, days=ENDING.days + 1)
    assert TALK not in cast.client("guide").page("/work").main.text


@pytest.mark.parametrize(("days", "is_due"), [(LADDER_AFTER.days, True), (90, False)])
def test_where_she_stands_is_asked_each_half_year(session, cast, days, is_due):
    guide, row = cast.client("guide"), cast.enrolment
    row.started_on = clock.today() - timedelta(days=3)
    session.commit()
    assert LADDER not in guide.page("/work").main.text, "she has only begun"
    row.started_on = clock.today() - timedelta(days=300)
    session.commit()
    assert LADDER in guide.page("/work").main.text, "nobody asked her yet"
    about = {"organisation_id": row.organisation_id, "participant_id": row.participant_id}
    day = clock.today() - timedelta(days=days)
    session.add(LadderStep(**about, enrolment_id=row.id, step=3, stated_on=day, voice=Voice.GUIDE))
    session.commit()
    assert (LADDER in guide.page("/work").main.text) is is_due


def test_whom_nobody_asked_for_longest_comes_first(session, cast):
    """By her last step, or else by the day she began; whoever came in first."""
    begun = {cast.enrolment: 300, make.enrolment(session, cast.offering): 400}
    for row, days in begun.items():
        row.started_on = clock.today() - timedelta(days=days)
    session.flush()
    long_ago = clock.today() - LADDER_AFTER
    found = queries.list_without_step(session, cast.enterprise.id, long_ago, long_ago)
    assert [row.participant_id for row in found] == [
        row.participant_id for row in sorted(begun, key=begun.__getitem__, reverse=True)
    ]
