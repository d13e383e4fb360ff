"""Somebody comes who was not expected: a place or a guest for the day, and never twice."""

import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.attendance import commands
from portal.attendance.commands import walk_in
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import as_house, set_actor
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus, may_stay
from portal.notices.models import Notice
from portal.offerings.models import Offering
from portal.offerings.rules import Intake, OfferingStatus
from portal.participants.models import Participant
from portal.participants.rules import ContactWay
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.house.forms import forms_of

S = EnrolmentStatus
OPEN, FULL, ARCHIVED = OfferingStatus.PUBLISHED, OfferingStatus.FULL, OfferingStatus.ARCHIVED
TODAY = timedelta()


def taken(session, cast):
    return session.scalar(select(Offering.places_taken).where(Offering.id == cast.offering.id))


def on_register(session, cast):
    return set(enrolments.keys_on_register(session, cast.offering_session))


def people(session):
    with as_house(session):
        return session.scalar(select(func.count()).select_from(Participant))


@pytest.mark.parametrize(
    ("status", "intake", "places", "ago", "stays"),
    [
        (OPEN, Intake.DIRECT, 1, TODAY, True),
        (OPEN, Intake.DIRECT, 1, timedelta(days=7), True),
        (OPEN, Intake.DIRECT, 1, timedelta(days=8), False),
        (OPEN, Intake.DIRECT, 0, TODAY, False),
        (OPEN, Intake.BY_INVITATION, 1, TODAY, False),
        (ARCHIVED, Intake.DIRECT, 1, TODAY, False),
    ],
)
def test_who_may_stay(status, intake, places, ago, stays):
    assert may_stay(status, intake, places, ago) is stays


def test_with_a_free_place_she_takes_part_from_that_day_on(session, cast, guide):
    enrolment = walk_in(session, guide, cast.offering_session, name="  Samira ")
    session.commit()
    person = enrolment.participant
    assert (person.name, person.has_only_name) == ("Samira", True)
    assert make.link(session, person).contact_way is ContactWay.VISIT
    assert (enrolment.status, enrolment.started_on, enrolment.ended_on) == (
        S.ENROLLED, clock.today(), None,
    )  # fmt: skip
    assert taken(session, cast) == 2
    assert enrolment.id in on_register(session, cast)
    event = session.scalars(
        select(AuditEvent).where(AuditEvent.event == "enrolment.walked_in")
    ).one()
    assert event.data == {"stays": True, "session_id": cast.offering_session.id}


@pytest.mark.parametrize("why", ["full", "invitation", "line"])
def test_else_she_is_a_guest_for_the_day(session, cast, guide, why):
    if why == "full":
        cast.offering.places = 1
    elif why == "invitation":
        cast.offering.intake = Intake.BY_INVITATION
    else:
        cast.offering.places = 2
        make.enrolment(session, cast.offering, status=S.WAITING)
    session.flush()
    before = taken(session, cast)
    enrolment = walk_in(session, guide, cast.offering_session, name="Samira")
    if why == "line":  # what is free was for who waited
        assert enrolments.count_waiting(session, cast.offering.id) == 1
    assert (enrolment.status, enrolment.end_reason) == (S.ENDED, EndReason.CAME_ONCE)
    assert enrolment.started_on == enrolment.ended_on == clock.today()
    assert taken(session, cast) == before
    assert enrolment.id in on_register(session, cast)


def test_who_is_expected_keeps_what_she_has(session, cast, guide):
    found = walk_in(session, guide, cast.offering_session, participant=cast.participant)
    assert found.id == cast.enrolment.id
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


@pytest.mark.parametrize("status", [S.APPLIED, S.WAITING, S.OFFERED])
def test_an_application_stays_as_it_is(session, cast, guide, status):
    other = make.participant(session, "Semhar G.")
    hers = make.enrolment(session, cast.offering, other, status)
    guest = walk_in(session, guide, cast.offering_session, participant=other)
    again = walk_in(session, guide, cast.offering_session, participant=other)
    assert guest is again
    assert guest.end_reason is EndReason.CAME_ONCE
    assert hers.status is status
    assert enrolments.find_latest(session, cast.offering.id, other.id) is hers


def test_who_stopped_before_may_come_again(session, cast, guide):
    cast.enrolment.status, cast.enrolment.ended_on = S.ENDED, clock.today() - timedelta(days=9)
    session.flush()
    again = walk_in(session, guide, cast.offering_session, participant=cast.participant)
    assert again.id != cast.enrolment.id
    assert again.status is S.ENROLLED


def test_what_a_phone_made_comes_in_once(session, cast, guide):
    key = uuid.uuid4()
    first = walk_in(session, guide, cast.offering_session, name="Samira", enrolment_uuid=key)
    before = people(session)
    again = walk_in(session, guide, cast.offering_session, name="Samira", enrolment_uuid=key)
    assert (again.id, again.uuid, people(session)) == (first.id, key, before)


def test_a_key_of_another_group_is_not_found(session, cast, guide):
    other = make.offering(session, cast.enterprise, title="Naaien")
    at = make.offering_session(session, other, clock.now())
    with pytest.raises(NotFound):
        walk_in(session, guide, at, name="Samira", enrolment_uuid=cast.enrolment.uuid)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "111222333", "\u3164\u2800", "\u0301"])
def test_a_name_that_is_none_is_refused(session, cast, guide, name):
    with pytest.raises(RuleBroken) as refused:
        walk_in(session, guide, cast.offering_session, name=name)
    assert refused.value.field == "name"


def test_only_who_keeps_the_register(session, cast):
    for who, refusal in (("stranger", NotFound), ("viewer", NotAllowed), ("expert", NotAllowed)):
        set_actor(session, cast.actor(who))
        with pytest.raises(refusal):
            walk_in(session, cast.actor(who), cast.offering_session, name="Samira")


def test_the_cooperative_does_it_on_behalf_of_the_member(session, cast):
    actor = cast.actor("cooperative")
    set_actor(session, actor)
    enrolment = walk_in(session, actor, cast.offering_session, name="Samira")
    session.commit()
    assert enrolment.organisation_id == cast.enterprise.id
    assert enrolment.participant.name == "Samira"  # which she may see now, on the register
    with as_house(session):
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.event == "enrolment.walked_in")
        ).one()
    assert event.data["on_behalf"] == cast.cooperative.id


def test_who_can_be_reached_is_told_that_she_has_a_place(session, cast, guide):
    known = make.participant(session, "Semhar G.")
    make.known(session, cast.enterprise, known)
    walk_in(session, guide, cast.offering_session, participant=known)
    with as_house(session):
        told = session.scalars(select(Notice)).all()
    assert [(row.kind, row.participant_id) for row in told] == [("enrolments/enrolled", known.id)]


def marks(session):
    rows = session.execute(
        select(AttendanceMark.status, AttendanceMark.how, Participant.name).join(
            Participant, Participant.id == AttendanceMark.participant_id
        )
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("way", ["person", "card", "address", "name"])
def test_after_the_form_she_stands_on_the_register_as_present(session, cast, way):
    other = make.offering(session, cast.enterprise, title="Naaien")
    make.enrolment(session, other, make.participant(session, "Semhar G."))
    make.participant(session, "Aster B.", card_token="card-of-aster")  # known to nobody here
    session.commit()
    client, url = cast.client("guide"), f"/registers/{cast.offering_session.uuid}/walk-in"
    if way == "person":
        found = client.submit(url, button="search", part="semh")
        after = client.submit(found, form="li form", button="person")
        name = "Semhar G."
    elif way == "name":
        after, name = client.submit(url, form=2, button="name", name="Samira"), "Samira"
    else:
        card = "card-of-aster" if way == "card" else " https://portal.example/card/card-of-aster "
        after, name = client.submit(url, form=1, button="card", card=card), "Aster B."
    assert name in client.page(after).words
    with as_house(session):
        assert marks(session) == [(AttendanceStatus.PRESENT, RecordedHow.BY_HAND, name)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"way": "card", "card": "no-card-of-ours"}, "kaart"),
        ({"way": "search", "part": "s"}, "twee letters"),
        ({"way": "name", "name": "111222333"}, "BSN"),
    ],
)
def test_what_the_form_refuses(cast, values, words):
    client, url = cast.client("guide"), f"/registers/{cast.offering_session.uuid}/walk-in"
    refused = client.post(url, data={**values, "csrf_token": client.csrf_token()})
    assert words in client.page(refused, status=422).words


def test_the_news_of_who_came_is_where_the_page_opens(session, cast):
    """A browser that is led to her row leaves the message above it out of view and of focus."""
    client, url = cast.client("guide"), f"/registers/{cast.offering_session.uuid}/walk-in"
    page = client.page(url)
    values = dict(list(forms_of(page))[2].pairs)
    values |= {"name": "Samira", "way": "name", "csrf_token": client.csrf_token()}
    answer = client.post(url, data=values)
    assert answer.status_code == 303
    assert "#" not in answer.location
    assert client.page(answer.location).select_one(".flash[data-focus]")


def test_the_rest_is_asked_later(session, cast, guide):
    walk_in(session, guide, cast.offering_session, name="Samira")
    session.commit()
    client = cast.client("guide")
    day = client.page("/work")
    [link] = [a["href"] for a in day.select("a[href$='/contact']")]
    client.submit(link, name="Samira B.", contact_way="phone", phone="0612345678")
    with as_house(session):
        person = session.scalars(select(Participant).where(Participant.name == "Samira B.")).one()
    assert (person.has_only_name, make.link(session, person).phone) == (False, "+31612345678")
    assert "Samira" not in str(client.page("/work").select("a[href$='/contact']"))


def test_a_guest_is_signed_up_in_one_tap(session, cast, guide):
    cast.offering.places = 1
    session.flush()
    walk_in(session, guide, cast.offering_session, name="Samira")
    cast.offering.places = 2
    session.commit()
    client, url = cast.client("coordinator"), f"/work/offerings/{cast.offering.slug}/people"
    client.submit(url, form="form[action*=known]")
    assert not client.page(url).select("form[action*=known]")
    assert taken(session, cast) == 2


@pytest.mark.slow
def test_two_guides_add_what_one_phone_made_at_once(session, cast, engine):
    key, session_id, barrier, failures = uuid.uuid4(), cast.offering_session.id, Barrier(4), []
    session.rollback()

    def add() -> None:
        try:
            with Session(engine) as own:
                set_actor(own, cast.actor("guide"))
                barrier.wait()
                at = own.get_one(OfferingSession, session_id)
                enrolment = walk_in(own, cast.actor("guide"), at, name="Samira", enrolment_uuid=key)
                marks = {enrolment.id: (AttendanceStatus.PRESENT, None)}
                commands.record(own, cast.actor("guide"), at, marks, RecordedHow.BY_HAND)
                own.commit()
        except Exception as failure:
            failures.append(failure)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with as_house(session):
        assert [name for _, _, name in marks(session)] == ["Samira"]
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 2
    assert (people(session), taken(session, cast)) == (2, 2)
