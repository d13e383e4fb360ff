"""How she found a stay: one tap, hers alone; a report counts it, and no draft gives it away."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import as_house, set_actor
from portal.core.links import Purpose
from portal.enrolments.commands import move
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.impact.rules import Period
from portal.impact.rules.documents import hash_of
from portal.notices.models import Notice
from portal.participants.rules import ContactWay
from portal.progress.commands import rate
from portal.progress.models import Rating
from portal.progress.queries import is_to_rate, list_to_rate
from portal.progress.rules import RATED_WITHIN, Face
from portal.recognition import commands as recognition
from tests import factories as make
from tests.impact import made
from tests.links import link_of

NOON = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
_DAY = timedelta(days=1)


@pytest.fixture
def left(session, cast):
    """She stopped today, and gets messages by SMS."""
    make.reach(session, cast.participant, contact_way=ContactWay.PHONE, phone="+31687654321")
    cast.enrolment.started_on = NOON.date() - timedelta(days=30)
    with clock.freeze(NOON):
        move(
            session, cast.actor("coordinator"), cast.enrolment, Move.END,
            end_reason=EndReason.OWN_CHOICE,
        )  # fmt: skip
        session.commit()
    return cast.enrolment


def faces(session):
    session.rollback()
    with as_house(session):
        return session.scalars(select(Rating.face)).all()


def press(client, path, face):
    return client.post(path, data={"do": face, "csrf_token": client.csrf_token()})


def test_her_last_message_asks_and_one_tap_answers(session, cast, left):
    with clock.freeze(NOON):
        notices = session.scalars(select(Notice).where(Notice.kind == "enrolments/ended")).all()
        link = f"/a/{link_of(session, notices[-1], Purpose.ENROLMENT)}"
        session.commit()
        phone = cast.client()
        asked = phone.page(link)
        assert [button["value"] for button in asked.select("main button[name=do]")] == [*Face]
        assert cast.enterprise.name in asked.select_one("main .subtle").text
        assert faces(session) == [], "to look changes nothing"
        press(phone, link, "so_so")
        assert "Gaat wel" in phone.page(link).select_one("main").text
        press(phone, link, "good")
        assert faces(session) == [Face.GOOD], "once for a stay"
        assert press(phone, link, "wonderful").status_code == 422


def test_she_finds_it_on_her_page_until_she_answered(session, cast, left):
    path = f"/my/enrolments/{left.uuid}/how-it-was"
    with clock.freeze(NOON + 27 * _DAY):
        her = cast.client("participant")
        assert her.page("/my").select_one(f'a[href="{path}"]')
        press(her, path, "bad")
        assert not her.page("/my").select_one(f'a[href="{path}"]')
        assert faces(session) == [Face.BAD]
    with clock.freeze(NOON + RATED_WITHIN + _DAY):
        assert her.get(path).status_code == 404, "the question is over"
        with pytest.raises(RuleBroken):
            rate(session, cast.actor("participant"), left, Face.GOOD)
    assert faces(session) == [Face.BAD]


def test_nobody_but_she_reads_it(session, cast, left):
    make.rating(session, left)
    session.commit()
    seen = {}
    for name in cast.actors:
        set_actor(session, cast.actor(name))
        if session.scalars(select(Rating)).all():
            seen[name] = True
            continue
        with clock.freeze(NOON), pytest.raises(NotFound):
            rate(session, cast.actor(name), left, Face.BAD)
    assert list(seen) == ["participant"]


def test_a_guest_and_who_is_still_there_are_not_asked(session, cast):
    over = {"started_on": date(2026, 6, 1), "ended_on": date(2026, 6, 10)}
    with clock.freeze(NOON):
        for status, reason in (
            (EnrolmentStatus.ENDED, EndReason.CAME_ONCE),
            (EnrolmentStatus.ENROLLED, None),
            (EnrolmentStatus.WITHDRAWN, None),
        ):
            her = make.participant(session, "Iemand")
            dates = over if reason else {}
            stay = make.enrolment(
                session, cast.offering, her, status, end_reason=reason, status_since=NOON, **dates
            )
            assert not is_to_rate(stay)
            assert not list_to_rate(session, her.id, NOON - RATED_WITHIN)


@pytest.mark.slow
def test_what_a_draft_hides_is_shown_once_it_is_recognised(session, cast):
    stays = [s for _ in range(3) for s in made.quarter(session, cast.enterprise) if s.ended_on]
    for number, stay in enumerate(stays):
        if number < 24:
            make.rating(session, stay, Face.GOOD if number < 12 else list(Face)[number % 3])
    report = made.report(session, cast.actor("admin"), made.QUARTER)
    told = made.figures(report)
    shown = {name: value for name, value in told.items() if name.startswith("rated")}
    assert shown == {
        "rated": 24, "rated_good": 16, "rated_so_so": None, "rated_bad": None, "rated_unknown": 6,
    }  # fmt: skip
    session.commit()
    admin = cast.client("admin")
    draft = admin.page(f"/work/reports/{report.uuid}")
    assert not draft.select_one("#part-rated")
    assert draft.select_one('a[href="/method#rated"]'), "and says that it is hidden"
    assert hash_of(report.document)[:32] not in str(draft), "numbers this small can be tried"
    recognition.submit(
        session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id
    )
    session.commit()
    looked = cast.client("recogniser").page(f"/recognition/{report.uuid}")
    assert "16 (67%)" in looked.text
    assert not admin.page(f"/work/reports/{report.uuid}").select_one("#part-rated")
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    session.commit()
    assert "16" in admin.page(f"/work/reports/{report.uuid}").select_one("#part-rated").parent.text
    page = cast.client().page(f"/reports/{report.number}")
    assert "16" in page.select_one("#part-rated").parent.text
    linked = cast.client().get(f"/reports/{report.number}.jsonld").get_json()["@graph"]
    assert {"rated_good", "rated_bad"} <= {node.get("org:hasIdentifier") for node in linked}


@pytest.mark.slow
def test_from_drafts_over_other_days_nothing_follows(session, cast):
    """Whoever compiles up to the day before somebody left, and up to that day, learns nothing."""
    stays = [s for _ in range(3) for s in made.quarter(session, cast.enterprise) if s.ended_on]
    for stay in stays[1:]:
        make.rating(session, stay)
    stays[0].ended_on = made.QUARTER.until_on
    make.rating(session, stays[0], Face.BAD)
    session.commit()
    admin = cast.client("admin")
    for last in (made.QUARTER.until_on - _DAY, made.QUARTER.until_on):
        report = made.report(session, cast.actor("admin"), Period(made.QUARTER.from_on, last))
        session.commit()
        assert not admin.page(f"/work/reports/{report.uuid}").select_one("#part-rated")
        answer = admin.get(f"/work/reports/{report.uuid}.pdf")
        assert answer.status_code == 200
