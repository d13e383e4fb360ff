"""Changing a whole series: shown first, then done as shown, and each person told once."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.errors import RuleBroken
from portal.enrolments.commands.changes import carry_out, list_told, print_of
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.notices.pages import words_of
from portal.schedule.commands import cancel_session
from portal.schedule.commands.changes import plan_change, plan_removal
from portal.schedule.models import OfferingSession, Series
from portal.schedule.queries import list_sessions
from tests import factories as make
from tests.enrolments.conftest import next_on
from tests.house.test_queries import counted

KIND = "enrolments/series_changed"


def _url(cast, series, what="edit"):
    return f"/work/offerings/{cast.offering.slug}/series/{series.id}/{what}"


def _notices(session):
    session.expire_all()
    return list(session.scalars(select(Notice).where(Notice.kind == KIND)))


def _starts(session, cast):
    return [row.starts_at for row in _coming(session, cast) if not row.is_cancelled]


def _coming(session, cast):
    session.expire_all()
    return list_sessions(session, cast.offering.id, clock.now())


def test_who_is_told_only_of_days_that_are_hers(session, cast, series):
    ends_soon = make.enrolment(
        session, cast.offering, make.participant(session, "Ans B."),
        status=EnrolmentStatus.COMPLETED, started_on=clock.today(), ended_on=series.first_on,
    )  # fmt: skip
    make.enrolment(
        session, cast.offering, make.participant(session, "Wacht W."), EnrolmentStatus.WAITING
    )
    changed = replace(series.pattern, starts=time(10))
    change = plan_change(session, series, changed, clock.today())
    told = {one.enrolment.participant.name: one for one in list_told(session, change)}
    assert set(told) == {"Ans B.", "Fatma A."}
    assert len(told["Ans B."].moved) == 1
    assert len(told["Fatma A."].moved) == 10
    assert told["Ans B."].enrolment is ends_soon


def test_each_gets_one_message_that_says_all_of_it(app, session, cast, series):
    pattern = replace(series.pattern, weekdays=(1, 3), starts=time(13), ends=time(15))
    change = plan_change(session, series, pattern, clock.today())
    told = list_told(session, change)
    carry_out(session, HOUSE, change, told, print_of(change, told))
    [notice] = _notices(session)
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        said = words_of(notice)
    assert "dinsdag en donderdag" in said.text
    assert "13.00" in said.text
    assert "Er veranderen meer dagen" in said.text
    assert said.text.count("\n- ") == 12
    assert len(said.sms) < 200
    assert "Fatma" not in said.subject + said.sms
    assert said.text.splitlines()[-1].startswith("http://localhost/my")


@pytest.mark.parametrize("kind", ["not_published", "still_runs", "hidden"])
def test_staff_read_where_to_look(app, kind):
    notice = Notice(
        kind=f"offerings/{kind}",
        name="Ilham",
        data={"title": "Koken", "slug": "koken", "missing": "no_paid_work texts"},
    )
    with app.test_request_context():
        said = words_of(notice)
    assert said.text.splitlines()[-1] == "http://localhost/work/offerings/koken"
    assert "Koken" not in said.subject
    assert said.text.count("\n- ") == (2 if kind == "not_published" else 0)


def test_something_that_happened_since_it_was_shown_is_not_passed_over(session, cast, series):
    change = plan_removal(session, series)
    told = list_told(session, change)
    seen = print_of(change, told)
    cancel_session(session, HOUSE, _coming(session, cast)[0])
    change = plan_removal(session, series)
    with pytest.raises(RuleBroken):
        carry_out(session, HOUSE, change, list_told(session, change), seen)
    assert _notices(session) == []


def test_the_page_shows_first_and_changes_nothing_until_it_is_sent(session, cast, series):
    client = cast.client("coordinator")
    before = _starts(session, cast)
    session.rollback()
    page = client.page(client.submit(_url(cast, series), starts="13:00", ends="15:00"))
    assert "10 bijeenkomsten verschuiven" in page.words
    assert "1 persoon krijgt bericht" in page.words
    assert "Fatma A." in page.words
    assert _starts(session, cast) == before
    assert _notices(session) == []
    session.rollback()
    again = client.page(client.submit(page, button="back"))
    assert again.select_one("#starts")["value"] == "13:00"
    first = client.submit(page, button="apply", follow=False)
    second = client.submit(page, button="apply", follow=False)
    assert first.location == second.location == f"/work/offerings/{cast.offering.slug}"
    assert {clock.to_local(at).time() for at in _starts(session, cast)} == {time(13)}
    assert len(_notices(session)) == 1


def test_a_sign_up_meanwhile_shows_the_page_again(session, cast, series):
    client = cast.client("coordinator")
    page = client.page(client.submit(_url(cast, series), last_on=next_on(1), days_off=[]))
    offering = session.merge(cast.offering)
    make.enrolment(session, offering, make.participant(session, "Nieuw N."))
    session.commit()
    page = client.page(client.submit(page, button="apply"), status=422)
    assert "Nieuw N." in page.words
    assert page.select_one(".error-summary")
    assert len(_starts(session, cast)) == 10
    session.rollback()
    client.page(client.submit(page, button="apply"))
    assert len(_starts(session, cast)) == 1
    assert len(_notices(session)) == 2


def test_so_many_times_count_those_held(session, cast, series):
    client = cast.client("coordinator")
    page = client.page(client.submit(_url(cast, series), times="4"))
    assert "6 bijeenkomsten vervallen" in page.words
    page = client.page(client.submit(_url(cast, series), days_off=[next_on(1)], times="10"))
    assert "1 bijeenkomst vervalt" in page.words
    assert "1 bijeenkomst komt erbij" in page.words


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": None}, "weekdays"),
        ({"ends": "09:00"}, "ends"),
        ({"last_on": "2020-01-01"}, "last_on"),
        ({"times": "3", "last_on": "2099-01-01"}, "times"),
        ({"first_on": "2020-01-01"}, "first_on"),
        ({"days_off": ["2026-02-31"]}, "days_off"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(cast, series, wrong, field):
    client = cast.client("coordinator")
    page = client.page(client.submit(_url(cast, series), **wrong), status=422)
    assert page.select_one(f"#{field}-error")


def test_an_open_series_with_people_is_taken_away_and_they_are_told(session, cast, series):
    row = session.get(Series, series.id)
    row.last_on = None
    session.commit()
    client = cast.client("coordinator")
    page = client.page(_url(cast, series, "remove"))
    assert "10 bijeenkomsten vervallen" in page.words
    client.page(client.submit(page, button="apply"))
    assert _starts(session, cast) == []
    assert [row.is_cancelled for row in _coming(session, cast)] == [True] * 10
    assert len(_notices(session)) == 1
    assert session.scalar(select(Series.id)) is None


def test_a_running_series_changes_from_a_day_on(session, cast, series):
    row = session.get(Series, series.id)
    row.first_on = clock.today() - timedelta(days=7)
    session.commit()
    client = cast.client("coordinator")
    url = _url(cast, series)
    page = client.page(client.submit(url, from_on=""), status=422)
    assert page.select_one("#from_on-error")
    from_on = next_on(1) + timedelta(days=1)
    page = client.page(client.submit(url, from_on=from_on, starts="10:00"))
    assert "9 bijeenkomsten verschuiven" in page.words


def test_the_page_asks_as_often_for_twenty_people_as_for_two(engine, session, cast, series):
    client = cast.client("coordinator")
    url = _url(cast, series, "remove")
    counts = []
    for more in (2, 18):
        offering = session.merge(cast.offering)
        for number in range(more):
            offering.places += 1
            make.enrolment(session, offering, make.participant(session, f"Naam {more} {number}"))
        session.commit()
        client.get(url)
        with counted(engine) as queries:
            client.page(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_changes_no_session_tells_nobody(session, cast, series):
    client = cast.client("coordinator")
    far_off = series.last_on + timedelta(days=100)
    page = client.page(client.submit(_url(cast, series), days_off=[far_off]))
    assert "niemand krijgt bericht" in page.words
    client.page(client.submit(page, button="apply"))
    session.expire_all()
    assert session.get(Series, series.id).days_off == [far_off.isoformat()]
    assert _notices(session) == []
    assert session.scalar(select(OfferingSession.revision).order_by(OfferingSession.id.desc())) == 0
