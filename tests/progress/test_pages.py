"""Forms about somebody, and those of a participant about herself."""

import re
import uuid

import pytest
from flask import g, render_template_string
from sqlalchemy import event, func, select

from portal.core import clock
from portal.hours.queries import hours_of
from portal.offerings.rules.competences import competences
from portal.progress.models import LadderStep, Observation, Outflow, OwnSay
from portal.progress.queries import list_observations, list_outflow, list_steps
from tests import factories as make
from tests.cast import CAST

TELLERS = {"guide", "coordinator", "admin"}
EXAMPLE = {"competence": "samenwerken", "example": "Zij hielp de anderen.", "level": "alone"}


def count(session, model):
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model))
    session.rollback()
    return found


@pytest.fixture
def about_her(cast):
    return f"/participants/{cast.participant.uuid}"


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("what", ["observations", "ladder", "outflow"])
def test_who_may_tell_of_her(cast, about_her, name, what):
    status = cast.client(name).get(f"{about_her}/{what}/new").status_code
    if name in TELLERS:
        assert status == 200
    elif name in {"stranger", "referrer", "employer", "cooperative"}:
        assert status == 404
    else:
        assert status == (303 if name == "visitor" else 403)


@pytest.mark.parametrize("name", CAST)
@pytest.mark.parametrize("what", ["observations", "ladder"])
def test_who_has_a_page_of_her_own(cast, name, what):
    status = cast.client(name).get(f"/my/{what}/new").status_code
    assert status == {"participant": 200, "visitor": 303}.get(name, 403)


def test_a_guide_writes_down_an_example(session, cast, about_her):
    cast.offering.competences = ["schoon-werken"]
    session.commit()
    client = cast.client("guide")
    page = client.page(f"{about_her}/observations/new")
    keys = [option["value"] for option in page.select("#competence option")]
    assert keys[:2] == ["", "schoon-werken"]
    assert set(keys[1:]) == set(competences())
    assert "ESCO" in page.words
    answer = client.submit(page, follow=False, **EXAMPLE)
    assert answer.status_code == 303
    assert answer.location.endswith(about_her)
    row = session.scalars(select(Observation)).one()
    assert (row.voice, row.example) == ("guide", "Zij hielp de anderen.")


def test_a_double_send_tells_once(session, cast, about_her):
    client = cast.client("guide")
    page = client.page(f"{about_her}/observations/new")
    for _again in range(2):
        assert client.submit(page, follow=False, **EXAMPLE).status_code == 303
    assert count(session, Observation) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"example": ""}, "example"),
        ({"example": "x" * 501}, "example"),
        ({"example": "Nummer 1234 56 782 staat erop."}, "example"),
        ({"observed_on": "2999-01-01"}, "observed_on"),
        ({"observed_on": "gisteren"}, "observed_on"),
        ({"observed_on": ""}, "observed_on"),
        ({"level": None}, "level"),
        ({"competence": "vliegen"}, "competence"),
        ({"competence": ""}, "competence"),
        ({"enrolment_id": "999999"}, "enrolment_id"),
        ({"enrolment_id": "x"}, "enrolment_id"),
    ],
)
def test_wrong_values_come_back_with_words(session, cast, about_her, wrong, field):
    client = cast.client("guide")
    page = client.page(f"{about_her}/observations/new")
    answer = client.submit(page, follow=False, **{**EXAMPLE, **wrong})
    page = client.page(answer, status=422)
    assert page.select_one(f".error-summary a[href='#{field}']")
    assert count(session, Observation) == 0


def test_a_participant_tells_herself(session, cast):
    client = cast.client("participant")
    answer = client.submit("/my/observations/new", follow=False, **EXAMPLE)
    assert (answer.status_code, answer.location) == (303, "/my/can")
    answer = client.submit("/my/ladder/new", follow=False, step="1")
    assert (answer.status_code, answer.location) == (303, "/my/steps")
    assert session.scalars(select(Observation)).one().voice == "participant"
    assert session.scalars(select(LadderStep)).one().step == 1


def test_who_takes_part_in_nothing_yet_is_told_so(session, cast):
    person = make.participant(session, "Nieuw", card_token="card-of-nieuw")
    session.commit()
    cast.logins["new"] = make.card_login(session, person)
    page = cast.client("new").page("/my/observations/new")
    assert not page.main.select("form")


def test_staff_can_not_choose_steps_1_and_2(session, cast, about_her):
    client = cast.client("guide")
    page = client.page(f"{about_her}/ladder/new")
    assert [tag["value"] for tag in page.select("[name=step]")] == ["3", "4", "5", "6"]
    answer = client.submit(page, follow=False, step="2")
    assert answer.status_code == 422
    assert client.submit(page, follow=False, step="3").status_code == 303
    assert count(session, LadderStep) == 1


def test_outflow_needs_both_halves_of_its_evidence(session, cast, about_her):
    client = cast.client("guide")
    today = clock.today().isoformat()
    sent = {"kind": "paid_work", "started_on": today, "document_seen_by": "Karin"}
    page = client.page(f"{about_her}/outflow/new")
    answer = client.submit(page, follow=False, **sent)
    assert client.page(answer, status=422).select_one("[href='#document_seen_on']")
    answer = client.submit(page, follow=False, **sent, document_seen_on=today)
    assert answer.status_code == 303
    assert session.scalars(select(Outflow)).one().document_seen_by == "Karin"


def test_she_hides_and_shows(session, cast, about_her):
    cast.client("guide").submit(f"{about_her}/observations/new", follow=False, **EXAMPLE)
    url = f"/my/observations/{session.scalars(select(Observation.uuid)).one()}/hide"
    session.rollback()
    client = cast.client("participant")
    token = client.page("/my/observations/new").select_one("[name=csrf_token]")["value"]
    for _turn in (1, 2):
        assert client.post(url, data={"csrf_token": token}).status_code == 303
        session.expire_all()
        hidden = session.scalars(select(OwnSay.hidden_at)).one() is not None
        session.rollback()
        assert hidden is (_turn == 1)
    unknown = f"/my/observations/{uuid.uuid4()}/hide"
    assert client.post(unknown, data={"csrf_token": token}).status_code == 404
    assert client.get(url).status_code == 405


PARTS = """
{% include "progress/_observations.html" %}{% include "progress/_ladder.html" %}
{% include "progress/_outflow.html" %}{% include "hours/_hours.html" %}
"""


@pytest.mark.parametrize("is_own", [True, False])
def test_the_parts_of_a_persons_page(app, session, cast, about_her, is_own):
    guide, herself = cast.client("guide"), cast.client("participant")
    guide.submit(f"{about_her}/observations/new", follow=False, **EXAMPLE)
    guide.submit(f"{about_her}/ladder/new", follow=False, step="4")
    herself.submit("/my/ladder/new", follow=False, step="3")
    with app.test_request_context("/?lang=en"):
        g.actor = cast.actor("participant" if is_own else "guide")
        html = render_template_string(
            PARTS,
            observations=list_observations(session, cast.participant.id),
            steps=list_steps(session, cast.participant.id),
            outflow=list_outflow(session, cast.participant.id),
            add_url="/x", is_own=is_own,
            hours=hours_of(session, cast.participant.id), visits=[],
        )  # fmt: skip
    words = re.sub(r"<[^>]*>|\s+", " ", html)
    assert "Zij hielp de anderen." in words
    assert html.count('aria-current="step"') == 2


@pytest.mark.parametrize("read", [list_observations, list_steps, list_outflow])
def test_the_number_of_queries_does_not_grow(session, cast, engine, read):
    today = clock.today()
    common = {"organisation_id": cast.enterprise.id, "participant_id": cast.participant.id}

    def one_more():
        common["enrolment_id"] = make.enrolment(
            session, make.offering(session, make.organisation(session)),
            make.participant(session, "Iemand"),
        ).id  # fmt: skip
        session.add_all(
            [
                Observation(**common, competence="doorzetten", example="Goed", level="alone",
                            voice="guide", observed_on=today),
                LadderStep(**common, step=3, stated_on=today, voice="guide"),
                Outflow(**common, kind="education", started_on=today),
            ]
        )  # fmt: skip

    def statements():
        seen = []

        def add(*args):
            seen.append(args[2])

        session.commit()
        session.expunge_all()
        event.listen(engine, "before_cursor_execute", add)
        try:
            rows = read(session, cast.participant.id)
            assert all(row.enrolment.offering.organisation.name for row in rows)
        finally:
            event.remove(engine, "before_cursor_execute", add)
        return len(rows), len(seen)

    one_more()
    one_more()
    few = statements()
    for _more in range(10):
        one_more()
    many = statements()
    assert (few[0], many[0]) == (2, 12)
    assert few[1] == many[1]
