"""After 4 weeks, 3 and 6 months she is asked how it goes: at one tap, until she stops it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import as_house
from portal.core.links import Purpose
from portal.notices.models import Notice
from portal.participants.rules import ContactWay
from portal.progress.commands import answer_aftercare
from portal.progress.jobs import KIND, ask_how_it_goes
from portal.progress.models import Aftercare
from portal.progress.queries import list_still_there
from portal.progress.rules import (
    AftercareAnswer as Answer,
    AftercareMoment as Moment,
    OutflowKind,
    is_still_there,
)
from tests import factories as make
from tests.links import link_of

NOON = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)


@pytest.fixture
def gone_on(session, cast):
    """She began paid work on a day, and gets messages by SMS."""
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31687654321")
    with clock.freeze(NOON):
        row = make.outflow(session, cast.enrolment, days=0)
    session.commit()
    return row


def asks(session, after, hour=0):
    """What the worker does on a day since then: the questions that there are by now."""
    with clock.freeze(NOON + timedelta(days=after, hours=hour)), as_house(session):
        ask_how_it_goes(session)
        session.commit()
        return session.scalars(select(Aftercare).order_by(Aftercare.id)).all()


def answers(session):
    session.rollback()
    return session.scalars(select(Aftercare.answer)).all()


def link_in(session, row):
    notices = session.scalars(select(Notice).where(Notice.kind == KIND)).all()
    (notice,) = [one for one in notices if one.data.get("aftercare") == str(row.uuid)]
    token = link_of(session, notice, Purpose.AFTERCARE)
    session.commit()
    return f"/a/{token}"


def test_she_is_asked_three_times_in_half_a_year_each_once_and_by_day(session, gone_on):
    assert asks(session, 27) == []
    assert asks(session, 28, hour=14) == [], "people are left alone at night"
    asked = {day: [row.moment for row in asks(session, day)] for day in range(28, 260, 5)}
    assert asked[28] == [Moment.WEEKS_4]
    assert list(asked.values())[-1] == list(Moment)
    told = session.scalars(select(Notice).where(Notice.kind == KIND)).all()
    assert len(told) == 3
    assert "Betaald" not in str([one.data for one in told])


def test_what_is_told_anew_is_not_asked_anew(session, cast, gone_on):
    asks(session, 28)
    again = {"started_on": gone_on.started_on, "kind": OutflowKind.PAID_WORK_WITH_SUPPORT}
    make.outflow(session, cast.enrolment, **again)
    assert len(asks(session, 30)) == 1
    assert len(asks(session, 91)) == 2


def test_one_tap_answers_in_her_language_and_another_says_otherwise(session, cast, gone_on):
    cast.participant.language = "tr"
    (row,) = asks(session, 28)
    with clock.freeze(NOON + timedelta(days=28)):
        link, phone = link_in(session, row), cast.client()
        page = phone.page(link)
        assert page.html["lang"] == "tr"
        assert cast.participant.name not in page.text
        assert answers(session) == [None], "a program that looks at links answers nothing"
        for answer in (Answer.STILL_THERE, Answer.HARD):
            data = {"do": answer.value, "csrf_token": phone.csrf_token()}
            assert phone.post(link, data=data).status_code == 303
            assert answers(session) == [answer]
        data = {"do": "best", "csrf_token": phone.csrf_token()}
        assert phone.post(link, data=data).status_code == 422
    with clock.freeze(NOON + timedelta(days=57)):
        assert phone.get(link).status_code == 404, "the question is over"


def test_a_question_that_is_over_takes_no_answer(session, cast, gone_on):
    (row,) = asks(session, 28)
    with clock.freeze(NOON + timedelta(days=57)), pytest.raises(RuleBroken):
        answer_aftercare(session, cast.actor("participant"), row, Answer.STILL_THERE)
    assert answers(session) == [None]


def test_she_stops_it_at_one_tap(session, cast, gone_on):
    (row,) = asks(session, 28)
    with clock.freeze(NOON + timedelta(days=28)):
        link, phone = link_in(session, row), cast.client()
        phone.post(link, data={"do": "stop", "csrf_token": phone.csrf_token()})
    assert len(asks(session, 182)) == 1


def test_a_number_that_is_not_hers_any_more_answers_nothing(session, cast, gone_on):
    (row,) = asks(session, 28)
    with clock.freeze(NOON + timedelta(days=28)):
        link = link_in(session, row)
        make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31612345678")
        session.commit()
        assert cast.client().get(link).status_code == 404


@pytest.mark.parametrize("answer", list(Answer))
def test_a_sign_of_relapse_reaches_her_guide_also_when_the_hold_is_over(
    session, cast, gone_on, answer
):
    with clock.freeze(NOON + timedelta(days=182)):
        make.reach(session, cast.participant, held_until=clock.today() - timedelta(days=60))
        row = make.aftercare(session, gone_on, moment=Moment.MONTHS_6)
        session.commit()
        her, guide = cast.client("participant"), cast.client("guide")
        url = f"/work/aftercare/{row.uuid}"
        assert guide.get(url).status_code == 404, "she said nothing, so nobody calls her"
        page = her.page("/my").select_one(f'a[href="/my/aftercare/{row.uuid}"]')
        her.post(page["href"], data={"do": answer.value, "csrf_token": her.csrf_token()})
        assert not her.page("/my").select_one(f'a[href="/my/aftercare/{row.uuid}"]')
        is_told = answer in (Answer.HARD, Answer.LEFT)
        assert bool(guide.page("/work").select_one(f'.board a[href="{url}"]')) is is_told
        assert guide.get(url).status_code == (200 if is_told else 404)
        if is_told:
            assert "+31687654321" in guide.page(url).main.decode()
            assert cast.client("stranger").get(url).status_code == 404
            guide.submit(url, follow=False)
            assert guide.get(url).status_code == 404
            assert not guide.page("/work").select_one(f'.board a[href="{url}"]')


def test_whom_no_machine_reaches_finds_it_on_her_page_and_nobody_is_called(session, cast, gone_on):
    make.reach(session, cast.participant, contact_way=ContactWay.CALL, phone="+31687654321")
    (row,) = asks(session, 28)
    assert session.scalars(select(Notice).where(Notice.kind == KIND)).all() == []
    with clock.freeze(NOON + timedelta(days=28)):
        assert cast.client("participant").get(f"/my/aftercare/{row.uuid}").status_code == 200


def test_who_did_not_answer_is_unknown_and_counted_so(session, cast, gone_on):
    others = {}
    for answer in (None, *Answer):
        person = make.participant(session, f"Iemand {answer}", card_token=f"card-{answer}")
        place = make.enrolment(session, cast.offering, person)
        gone = make.outflow(session, place, started_on=gone_on.started_on)
        others[gone.id] = answer
        make.aftercare(session, gone, moment=Moment.MONTHS_3, answer=answer)
    day, before = gone_on.started_on, gone_on.started_on - timedelta(days=1)
    with as_house(session):
        found = list_still_there(session, cast.enterprise.id, day, day)
        assert not list_still_there(session, cast.enterprise.id, before, before)
        with clock.freeze(clock.now() - timedelta(days=1)):
            assert not list_still_there(session, cast.enterprise.id, day, day), "said since"
    assert not {step for step, _ in found} & {gone_on.id}, "she was not asked at all"
    said = {step: found.get((step, Moment.MONTHS_3)) for step in others}
    assert said == {step: is_still_there(answer) for step, answer in others.items()}
    assert sorted(said.values(), key=str) == [False, None, None, True, True]
