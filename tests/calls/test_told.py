"""What an operator looks at first, who is told of an answer, and how many answers one may send."""

import pytest
from sqlalchemy import select

from portal.calls import commands, queries
from portal.calls.routes import _answers
from portal.calls.rules import CallMove
from portal.core import Permission, reading_as
from portal.core.guard import as_house
from portal.notices.models import Notice
from portal.organisations.queries import list_recipients
from tests.calls.made import call_of
from tests.calls.test_calls import ANSWER
from tests.work_places.made import work_place


def test_what_waits_longest_comes_first_and_what_is_public_last(session, cast):
    titles = ("is public", "waits longest", "waits")
    for title in titles:
        move = CallMove.PUBLISH if title == "is public" else CallMove.HAND_IN
        call_of(session, cast, move, title=title)
    with reading_as(session, cast.actor("operator")):
        found = [one.title for one in queries.list_to_check(session)]
    assert found == ["waits longest", "waits", "is public"]


def test_who_may_manage_what_is_offered_is_told_of_an_answer_and_nobody_else(session, cast):
    made = call_of(session, cast)
    commands.answer(session, made, **ANSWER)
    session.flush()
    may = list_recipients(session, cast.enterprise.id, Permission.MANAGE_OFFERINGS)
    with as_house(session):
        told = session.scalars(select(Notice.address).where(Notice.kind == "calls/answered"))
        assert sorted(told) == sorted(one.address for one in may)
    assert 0 < len(may) < len(list_recipients(session, cast.enterprise.id, Permission.SEE_DAY))


def test_one_sends_so_many_answers_and_no_more(session, cast, monkeypatch):
    made = call_of(session, cast)
    session.commit()
    monkeypatch.setattr(_answers._by_one, "most", 2)
    url, client = f"/calls/{made.uuid}", cast.client("visitor")
    sent = [
        client.submit(url, form="#help form", follow=False, **{**ANSWER, "name": name})
        for name in ("Wim", "Noor", "Ali")
    ]
    assert [one.status_code for one in sent] == [303, 303, 429]


@pytest.mark.parametrize("is_open", [True, False])
def test_the_places_that_are_named_are_open_to_all(session, cast, is_open):
    work_place(session, cast, is_open=is_open, places=3, places_taken=1)
    with reading_as(session, cast.actor("visitor")):
        free = {one.id: number for one, number in queries.list_employers(session)}
    assert free[cast.actor("employer").organisation_id] == (2 if is_open else 0)
