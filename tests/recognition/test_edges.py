"""Who waits for whom, since when, and for what exactly, at the edges of a report's way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.notices.models import Notice
from portal.recognition import commands, queries, waiting
from portal.recognition.commands import explain, look_at, show
from portal.recognition.models import SampleItem
from portal.recognition.queries import sample
from portal.recognition.rules import ANSWER_WITHIN, APPEAL_WITHIN, DECIDE_WITHIN
from portal.recognition.rules.sample import Evidence


def asks(session, cast, report, *accepted, **questions):
    judge = cast.actor("recogniser")
    return look_at(session, judge, report=report, accepted=accepted, questions=questions)


def by(app, session, lister, actor):
    """Until when each thing waits that this room names."""
    with app.test_request_context():
        return [one.by for one in lister(session, actor)]


def test_a_report_taken_back_waits_with_nobody(session, cast, submitted):
    commands.withdraw(session, cast.actor("admin"), report=submitted)
    assert (submitted.recogniser_id, submitted.submitted_at) == (None, None)


def test_only_when_all_is_answered_it_is_told(session, cast, submitted):
    asks(session, cast, submitted, minutes="Ook van maart?", visits="Met de feesten?")
    told = []
    for figure in ("minutes", "visits"):
        explain(session, cast.actor("admin"), report=submitted, words={figure: "Ja."})
        kinds = session.scalars(select(Notice.kind)).all()
        told.append("recognition/answered" in kinds)
    assert told == [False, True]


def test_what_is_asked_about_is_not_all_right_at_once(session, cast, submitted):
    assert asks(session, cast, submitted, "minutes", "people", minutes="Ook van maart?") == 2
    assert list(queries.trail_of(session, submitted).asked) == ["minutes"]


def test_what_nobody_finds_is_not_asked_to_be_shown(session, submitted):
    found = [
        SampleItem(
            report_id=submitted.id, kind=Evidence.REGISTER, number=number, line=1, row_id=id_
        )
        for number, id_ in ((1, None), (2, 7))
    ]
    session.add_all(found)
    session.flush()
    assert sample.list_to_show(session, submitted) == [found[1].name]


def test_what_was_shown_was_not_looked_at_yet(session, cast, sampled):
    admin, names = cast.actor("admin"), sample.list_to_show(session, sampled)
    show(session, admin, report=sampled, names=names, seen_by="Anna", seen_on=clock.today())
    session.flush()
    found = sample.sum_of(session, sampled)
    assert found is not None
    assert {of["looked_at"] for of in found["kinds"].values()} == {0}


def test_an_appeal_waits_since_it_was_made(app, session, cast, submitted):
    judge, admin = cast.actor("recogniser"), cast.actor("admin")
    assert by(app, session, waiting.list_submitted, judge) == [
        submitted.submitted_at + DECIDE_WITHIN
    ]
    commands.decline(session, judge, report=submitted, remark="Maart mist.")
    with clock.freeze(clock.now() + timedelta(days=20)):
        commands.appeal(session, admin, report=submitted, remark="Maart staat er.")
        session.flush()
        due = by(app, session, waiting.list_submitted, judge)
        assert due == [clock.now() + DECIDE_WITHIN]


@pytest.mark.parametrize(("late", "waits"), [(-1, True), (1, False)])
def test_a_report_that_was_declined_waits_as_long_as_one_can_ask_again(
    app, session, cast, submitted, late, waits
):
    commands.decline(session, cast.actor("recogniser"), report=submitted, remark="Maart mist.")
    session.flush()
    until = queries.declined(session, submitted).created_at + APPEAL_WITHIN
    with clock.freeze(until + timedelta(minutes=late)):
        found = by(app, session, waiting.list_returned, cast.actor("admin"))
    assert found == [until] * waits


def test_a_question_waits_for_its_answer_until_a_day(app, session, cast, submitted):
    asks(session, cast, submitted, minutes="Ook van maart?")
    session.flush()
    asked = queries.asked_since(session, submitted)
    found = by(app, session, waiting.list_returned, cast.actor("admin"))
    assert asked is not None
    assert found[0] == asked + ANSWER_WITHIN
