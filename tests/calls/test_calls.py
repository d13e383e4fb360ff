"""Calls: from a draft past the operator to the public, its answers, and what a text may hold."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from portal.calls import commands, queries
from portal.calls.models import Call, CallAnswer
from portal.calls.pages import cleaned
from portal.calls.rules import (
    ANSWER_KEPT,
    BY_OPERATOR,
    CALL,
    MOST_ANSWERS,
    CallKind,
    CallMove,
    CallStatus,
)
from portal.core import clock
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.guard import as_house, reading_as
from portal.notices.models import Notice
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from tests import factories as make
from tests.calls.made import call_of
from tests.cast import CAST
from tests.pages import page_of

ANSWER = {"name": "Wim", "company": "", "email": "", "phone": "+31612345678", "words": "Ik rijd."}


@pytest.mark.slow
def test_from_a_call_to_an_answer_in_a_browser(cast, session):
    coordinator, operator, visitor = map(cast.client, ("coordinator", "operator", "visitor"))
    coordinator.submit(
        "/work/texts", form="main form", kind="need", title="Een busje op dinsdag",
        body="Wij halen **meubels** op.", button="hand_in",
    )  # fmt: skip
    assert "Een busje" not in visitor.page("/calls").words
    assert "Een busje op dinsdag" in operator.page("/work").words
    operator.submit("/operator/calls", form="main form", button="publish")
    page = visitor.page("/calls")
    url = page.select_one("main .lines a")["href"]
    assert visitor.page(url).select_one("article strong").text == "meubels"
    refused = page_of(visitor.submit(url, form="#help form", name="Wim", words="Ik rijd."))
    assert (
        "Vul een e-mailadres of een telefoonnummer in." in refused.select_one(".error-summary").text
    )
    assert refused.select_one("[name=words]").text.strip() == "Ik rijd."
    trapped = visitor.submit(url, form="#help form", **{"website": "http://spam"} | {
        name: ANSWER[name] for name in ("name", "phone", "words")})  # fmt: skip
    assert trapped.status_code == 422
    done = visitor.submit(
        url, form="#help form", name="Wim", words="Ik rijd.", phone="06 12 34 56 78", email=""
    )
    assert "krijgt nu uw antwoord" in visitor.page(done).words
    answered = coordinator.page(url.replace("/calls/", "/work/texts/")).words
    assert "Wim" in answered
    assert "06 12345678" in answered
    with as_house(session):
        told = session.scalars(select(Notice).where(Notice.kind == "calls/answered")).all()
    assert told
    assert not any("612345678" in str(one.data) for one in told)
    end = coordinator.submit(url.replace("/calls/", "/work/texts/"), form="main form", button="end")
    assert end.status_code == 200
    assert visitor.get(url).status_code == 404


def test_who_sees_an_answer_and_who_a_draft(session, cast):
    draft, made = call_of(session, cast, CallMove.HAND_IN), call_of(session, cast)
    commands.answer(session, made, **ANSWER)
    session.flush()
    answers, drafts = set(), set()
    for name in CAST:
        with reading_as(session, cast.actor(name)):
            answers |= {name for _ in session.scalars(select(CallAnswer))}
            drafts |= {name for one in session.scalars(select(Call)) if one is draft}
    assert answers == {"coordinator", "admin"}
    assert drafts == {"coordinator", "admin", "guide", "viewer", "expert", "operator"}


@pytest.mark.parametrize("status", CallStatus)
@pytest.mark.parametrize("move", CallMove)
def test_who_may_do_what_with_a_call(session, cast, status, move):
    made = call_of(session, cast)
    made.status = status
    session.flush()
    right, wrong = (
        ("operator", "coordinator") if move in BY_OPERATOR else ("coordinator", "operator")
    )
    with reading_as(session, cast.actor(wrong)), pytest.raises(NotAllowed):
        commands.move_on(session, cast.actor(wrong), made, move)
    with reading_as(session, cast.actor(right)):
        if (status, move) in CALL:
            commands.move_on(session, cast.actor(right), made, move)
            assert made.status is CALL[status, move]
        else:
            with pytest.raises(RuleBroken):
                commands.move_on(session, cast.actor(right), made, move)


def test_a_story_needs_who_agreed_and_goes_on_its_day(session, cast):
    story: dict[str, Any] = {"kind": CallKind.STORY, "agreed_by": "Wim"}
    for wrong in ({"agreed_by": ""}, {"until_on": None}):
        with pytest.raises(RuleBroken):
            call_of(session, cast, **story | wrong)
    today = call_of(session, cast, **story, until_on=clock.today())
    call_of(session, cast, **story, until_on=clock.today() - timedelta(days=1))
    with reading_as(session, cast.actor("visitor")):
        assert queries.list_public(session) == [today]
    cast.enterprise.status = OrganisationStatus.SUSPENDED
    session.flush()
    with reading_as(session, cast.actor("visitor")):
        assert queries.list_public(session) == []
    with pytest.raises(RuleBroken):
        call_of(session, cast)


def test_answers_are_capped_and_forgotten(session, cast):
    made = call_of(session, cast)
    session.add_all(
        CallAnswer(call_id=made.id, organisation_id=made.organisation_id, **ANSWER)
        for _ in range(MOST_ANSWERS - 1)
    )
    commands.answer(session, made, **ANSWER)
    session.flush()
    with pytest.raises(RuleBroken):
        commands.answer(session, made, **ANSWER)
    news = call_of(session, cast, kind=CallKind.NEWS)
    with pytest.raises(RuleBroken):
        commands.answer(session, news, **ANSWER)
    commands.forget_answers(session)
    assert queries.count_answers(session, made) == MOST_ANSWERS
    with clock.freeze(clock.now() + ANSWER_KEPT + timedelta(seconds=1)):
        commands.forget_answers(session)
    assert queries.count_answers(session, made) == 0


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Een **busje**.\n\n- nu",
         "<p>Een <strong>busje</strong>.</p>\n<ul>\n<li>nu</li>\n</ul>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("![x](https://x.example/a.png)", None),
        ("# Kop", "<p># Kop</p>\n"),
        ("[x](https://x.example)",
         '<p><a href="https://x.example" rel="nofollow noopener noreferrer ugc">x</a></p>\n'),
        ("[x](//x.example/a)", None),
        ("[x](data:text/html,1)", None),
    ],
)  # fmt: skip
def test_a_text_holds_a_few_tags_only(text, drawn):
    found = cleaned(text)
    assert "<img" not in found
    assert "data:" not in found.split("href=")[-1].split(">")[0] or "href" not in found
    if drawn is not None:
        assert found == drawn


@given(st.text(alphabet="<>[]()!#*_`&\"'=:/ abjscript\n-", max_size=80))
def test_no_text_makes_another_tag(text):
    page = page_of_text(cleaned(text))
    tags = {tag.name for tag in page.find_all(True)}
    assert tags <= {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
    for tag in page.find_all(True):
        assert set(tag.attrs) <= ({"href", "rel"} if tag.name == "a" else set())
        assert not str(tag.get("href", "")).lower().startswith(("javascript", "data", "vbscript"))


def page_of_text(html):
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser")


def test_the_feed_holds_what_is_public(session, cast):
    made = call_of(session, cast, title="Busje & <keuken>")
    call_of(session, cast, CallMove.HAND_IN)
    session.commit()
    answer = cast.client("visitor").get("/calls/feed.xml")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.data)
    atom = "{http://www.w3.org/2005/Atom}"
    [entry] = root.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}title") == "Busje & <keuken>"
    assert entry.findtext(f"{atom}id") == f"urn:uuid:{made.uuid}"
    assert entry.findtext(f"{atom}content") == cleaned("Wij halen **meubels** op.")
    assert root.findtext(f"{atom}updated")


def test_an_operator_is_asked_about_what_waits_and_not_about_what_is_public(session, cast):
    call_of(session, cast, title="Al openbaar")
    call_of(session, cast, CallMove.HAND_IN, title="Nog te bekijken")
    session.commit()
    board = cast.client("operator").page("/work").select_one(".board").get_text(" ")
    assert "Nog te bekijken" in board
    assert "Al openbaar" not in board


def test_the_network_shows_checked_employers_and_no_more(session, cast):
    company = OrganisationKind.COMPANY
    make.organisation(session, "Kadeklaar", company, pso_step=2)
    make.organisation(session, "Nog niet", company, status=OrganisationStatus.REGISTERED)
    session.commit()
    words = cast.client("visitor").page("/network").words
    assert "Kadeklaar" in words
    assert "PSO-trede 2" in words
    assert "Nog niet" not in words
    assert cast.enterprise.name not in words
