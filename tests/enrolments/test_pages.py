"""Signing up, deciding and moving sessions, as a browser does it."""

import re
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import render_template
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.routes import sign_up
from portal.enrolments.rules import EnrolmentStatus
from portal.notices.models import Notice
from portal.offerings.rules import Intake, OfferingStatus, WaitingLine
from portal.participants.models import Participant, ParticipantLink
from portal.participants.rules import ContactWay
from portal.schedule.rules import session_times
from tests import factories as make

S = EnrolmentStatus
LATER = timedelta(seconds=30)


@pytest.fixture
def slug(session, cast):
    make.offering_session(session, cast.offering, clock.now() + timedelta(days=2))
    session.commit()
    return cast.offering.slug


def _answer(client, slug, name="Amina B.", way="phone", **reach):
    """From the first page to the last question; gives the page to check."""
    client.submit(f"/offerings/{slug}/sign-up")
    client.submit(f"/offerings/{slug}/sign-up/name", name=name)
    reach = reach or {"phone": "06 12 34 56 78"}
    return client.submit(f"/offerings/{slug}/sign-up/reach", contact_way=way, **reach)


def _sign_up(client, slug, **answers):
    check = _answer(client, slug, **answers)
    with clock.freeze(clock.now() + LATER):
        return client.submit(check)


def _count(engine, model, *where):
    with Session(engine) as session:
        set_actor(session, HOUSE)
        return session.scalar(select(func.count()).select_from(model).where(*where))


@contextmanager
def _counting(engine):
    seen = []

    def see(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", see)


def _rows(engine, model):
    with Session(engine) as session:
        set_actor(session, HOUSE)
        return session.scalars(select(model).order_by(model.id)).all()


def test_sign_up_from_the_first_page_to_her_card(cast, engine, slug):
    client = cast.client()
    done = client.page(_sign_up(client, slug))
    assert done.url == f"/offerings/{slug}/sign-up/done"
    assert "Amina B." in done.words
    (address,) = re.findall(r"/card/[\w-]{20,}", done.words)
    assert done.find("svg", attrs={"class": None}) is not None
    assert f"/card/{address.rpartition('/')[2]}" in client.page(done.url).words  # after a reload
    row = _rows(engine, Enrolment)[-1]
    assert row.status is S.ENROLLED
    assert _rows(engine, Participant)[-1].name == "Amina B."
    link = _rows(engine, ParticipantLink)[-1]
    assert (link.phone, link.email, link.contact_from_id) == ("+31612345678", "", None)
    assert cast.client().get(address).headers["Location"].endswith("/my")
    assert _count(engine, Notice) == 1  # with the link that answers for her


def test_the_last_form_is_one_transaction_of_few_statements(cast, engine, slug):
    client = cast.client()
    commits: list[object] = []
    note = commits.append
    check = _answer(client, slug)
    event.listen(engine, "commit", note)
    try:
        with clock.freeze(clock.now() + LATER), _counting(engine) as sent:
            client.submit(check)
    finally:
        event.remove(engine, "commit", note)
    assert len(commits) == 1
    assert len(sent) <= 47  # two of them look whether she is elsewhere at that time


def test_the_same_last_form_twice_signs_up_once(cast, engine, slug):
    client = cast.client()
    check = _answer(client, slug)
    with client.session_transaction() as cookie:
        before = dict(cookie)
    with clock.freeze(clock.now() + LATER):
        first = client.page(client.submit(check))
        with client.session_transaction() as cookie:  # the answer to the first never came
            cookie.clear()
            cookie.update(before)
        second = client.page(client.submit(check))
    assert second.url == first.url
    assert "/card/" in second.words
    assert _count(engine, Enrolment) == 2  # the cast's own, and hers


def test_each_way_to_be_reached(cast, engine, slug):
    for way, reach, kept in (
        ("email", {"email": "Amina@Example.org", "phone": "06"}, ("", "amina@example.org")),
        ("visit", {"phone": "half a number"}, ("", "")),
    ):
        _sign_up(cast.client(), slug, way=way, **reach)
        link = _rows(engine, ParticipantLink)[-1]
        assert (link.phone, link.email) == kept
    assert [notice.kind for notice in _rows(engine, Notice)] == ["enrolments/enrolled"]


@pytest.mark.parametrize(
    ("page", "values"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "Amina 111222333"}),
        ("name", {"name": "A" * 81}),
        ("name", {"name": "Robot", "website": "http://example.org"}),
        ("reach", {"contact_way": None}),
        ("reach", {"contact_way": "phone", "phone": ""}),
        ("reach", {"contact_way": "phone", "phone": "12"}),
        ("reach", {"contact_way": "email", "email": "amina at home"}),
        ("reach", {"contact_way": "pigeon"}),
        ("reach", {"contact_way": "visit", "language": "xx"}),
    ],
)
def test_a_wrong_answer_is_kept_and_told(cast, slug, page, values):
    client = cast.client()
    client.submit(f"/offerings/{slug}/sign-up")
    if page == "reach":
        client.submit(f"/offerings/{slug}/sign-up/name", name="Amina")
    answer = client.submit(f"/offerings/{slug}/sign-up/{page}", **values)
    refused = client.page(answer, status=422)
    for field in ("name", "phone", "email"):
        if values.get(field):
            assert refused.select_one(f"[name={field}]")["value"] == values[field]


def test_a_page_without_the_pages_before_leads_to_the_start(cast, slug):
    for page in ("name", "reach", "check", "done"):
        client = cast.client()
        answer = client.get(f"/offerings/{slug}/sign-up/{page}")
        assert answer.headers["Location"] == f"/offerings/{slug}/sign-up"


def test_who_is_faster_than_a_person_waits_a_moment(cast, engine, slug):
    client = cast.client()
    with clock.freeze(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        check = _answer(client, slug)
        client.page(client.submit(check), status=422)
    assert _count(engine, Enrolment) == 1
    with clock.freeze(datetime(2026, 3, 2, 9, 0, 3, tzinfo=UTC)):
        client.page(client.submit(check))
    assert _count(engine, Enrolment) == 2


@pytest.mark.slow
def test_one_address_may_sign_up_a_whole_group_and_no_army(cast, slug, monkeypatch):
    assert sign_up._from_one_address.most >= 200
    monkeypatch.setattr(sign_up._from_one_address, "most", 2)
    _sign_up(cast.client(), slug)
    _sign_up(cast.client(), slug)
    client = cast.client()
    assert _sign_up(client, slug).status_code == 429


def test_a_participant_is_asked_nothing_again(cast, engine, session, slug):
    other = make.offering(session, cast.enterprise, intake=Intake.BY_INVITATION)
    session.commit()
    client = cast.client("participant")
    check = client.submit(f"/offerings/{other.slug}/sign-up")
    assert client.page(check).url.endswith("/check")
    done = client.page(client.submit(check))
    assert done.url.endswith("/done")
    assert "/card/" not in done.words
    assert _rows(engine, Enrolment)[-1].participant_id == cast.participant.id
    assert client.page(f"/offerings/{slug}/sign-up").select_one("a[href='/my']")


@pytest.mark.parametrize("status", [OfferingStatus.CLOSED, OfferingStatus.DRAFT])
def test_an_offering_that_takes_nobody(cast, session, slug, status):
    client = cast.client()
    check = _answer(client, slug)
    cast.offering.status = status
    session.commit()
    with clock.freeze(clock.now() + LATER):
        answer = client.submit(check)
    is_closed = status is OfferingStatus.CLOSED
    assert answer.status_code == (422 if is_closed else 404)
    client.page(f"/offerings/{slug}/sign-up", status=200 if is_closed else 404)


def test_a_full_offering_gives_a_number_in_line(cast, session, slug):
    cast.offering.places = cast.offering.places_taken = 1
    cast.offering.status = OfferingStatus.FULL
    session.commit()
    client = cast.client()
    assert "1" in client.page(_sign_up(client, slug)).h1.find_next("h2").find_next("p").text


def test_staff_sign_up_at_the_desk_and_stay_who_they_are(cast, engine, slug):
    client = cast.client("coordinator")
    page = client.page(f"/offerings/{slug}/sign-up")
    assert page.select_one(f"a[href='/work/offerings/{slug}/sign-up']")
    answer = client.submit(
        f"/work/offerings/{slug}/sign-up", name="Bart", contact_way="visit", language="nl"
    )
    card = client.page(answer)
    assert "/card/" in card.words
    assert client.get("/work/applications").status_code == 200  # still the coordinator
    with clock.freeze(clock.now() + timedelta(minutes=16)):
        assert "/card/" not in client.page(card.url).words


def test_somebody_known_signs_up_at_the_desk(cast, engine, session, slug):
    other = make.offering(session, cast.enterprise)
    # Nine of its digits are what a BSN could be.
    cast.participant.uuid = UUID("8cda80a3-4b45-4123-917f-6494e8c2d219")
    session.commit()
    client = cast.client("coordinator")
    found = client.submit(f"/work/offerings/{other.slug}/sign-up/known", name="fatma")
    client.submit(found, form=1)
    assert _rows(engine, Enrolment)[-1].participant_id == cast.participant.id


def test_another_organisations_offering_is_not_found_at_the_desk(cast, slug):
    for path in ("sign-up", "sign-up/known", "people"):
        client = cast.client("stranger")
        assert client.get(f"/work/offerings/{slug}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("move", "values", "after"),
    [
        ("accept", {}, S.ENROLLED),
        ("wait", {}, S.WAITING),
        ("decline", {"decline_reason": "group_full"}, S.DECLINED),
    ],
)
def test_an_application_is_answered(cast, engine, session, move, values, after):
    cast.offering.waiting_line = WaitingLine.BY_STAFF
    row = make.enrolment(session, cast.offering, status=S.APPLIED)
    name = row.participant.name
    session.commit()
    client = cast.client("coordinator")
    address = f"/work/enrolments/{row.uuid}/decide"
    assert name in client.page("/work/applications").words
    form = f"form:has([value={move}])"
    before = client.page(address)
    assert client.submit(before, form=form, button=move, **values).status_code == 200
    assert _rows(engine, Enrolment)[-1].status is after
    assert client.submit(before, form=form, button=move, **values).status_code in {200, 404}
    assert _count(engine, Notice) == 1  # a second send of the same form told nobody again


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (ContactWay.PHONE, "{}: Doet mee. Er is een bericht onderweg."),
        (ContactWay.VISIT, "{}: Doet mee. Een bericht komt niet aan"),
        (ContactWay.CALL, "{}: Doet mee. Een bericht komt niet aan"),
    ],
)
def test_who_decides_reads_whom_no_message_reaches(cast, session, way, said):
    phone = "" if way is ContactWay.VISIT else make.BY_SMS.phone
    person = make.participant(session, "Amina B.", contact_way=way, phone=phone)
    row = make.enrolment(session, cast.offering, person, S.APPLIED)
    session.commit()
    client = cast.client("coordinator")
    address = f"/work/enrolments/{row.uuid}/decide"
    answer = client.submit(address, form="form:has([value=accept])", button="accept")
    assert said.format("Amina B.") in client.page(answer).words


def test_an_answer_without_a_reason_comes_back(cast, session):
    row = make.enrolment(session, cast.offering, status=S.APPLIED)
    session.commit()
    client = cast.client("coordinator")
    client.page(
        client.submit(f"/work/enrolments/{row.uuid}/decide", form="form:has([value=decline])"),
        status=422,
    )


def test_nobody_elses_enrolment_is_found(cast):
    for name, path in (
        ("stranger", f"/work/enrolments/{cast.enrolment.uuid}/decide"),
        ("coordinator", f"/work/enrolments/{uuid.uuid4()}/decide"),
        ("participant", f"/my/enrolments/{uuid.uuid4()}/withdraw"),
        ("stranger", f"/work/sessions/{cast.offering_session.uuid}/move"),
        ("stranger", f"/work/sessions/{cast.offering_session.uuid}/cancel"),
    ):
        assert cast.client(name).get(path).status_code == 404


def test_the_group_is_shown_with_a_constant_number_of_queries(cast, engine, session):
    counts = []
    client = cast.client("coordinator")
    for more in (4, 16):
        for n in range(more):
            status = (S.ENROLLED, S.WAITING, S.APPLIED, S.ENDED)[n % 4]
            cast.offering.places += 1
            make.enrolment(
                session, cast.offering, make.participant(session, f"P{more} {n}"), status
            )
        session.commit()
        for path in (f"/work/offerings/{cast.offering.slug}/people", "/work/applications"):
            with _counting(engine) as queries:
                client.page(path)
            counts.append((path, len(queries)))
    assert counts[:2] == counts[2:]


def test_she_takes_the_place_that_was_offered(cast, engine, session):
    offering = make.offering(session, cast.enterprise)
    row = make.enrolment(session, offering, cast.participant, S.OFFERED)
    session.commit()
    client = cast.client("participant")
    page = client.page(f"/my/enrolments/{row.uuid}/withdraw")
    token = page.select_one("[name=csrf_token]")["value"]
    answer = client.post(f"/my/enrolments/{row.uuid}/confirm", data={"csrf_token": token})
    assert answer.status_code == 303
    assert _rows(engine, Enrolment)[-1].status is S.ENROLLED


@pytest.mark.slow
def test_she_leaves_the_line_and_is_forgotten_there(cast, engine, session):
    other = make.offering(session, cast.other_enterprise)
    row = make.enrolment(session, other, cast.participant, S.WAITING)
    session.commit()
    client = cast.client("participant")
    client.submit(f"/my/enrolments/{row.uuid}/withdraw")
    assert _rows(engine, Enrolment)[-1].status is S.WITHDRAWN
    link = ParticipantLink.organisation_id == other.organisation_id
    assert _count(engine, ParticipantLink, link, ParticipantLink.knows_her) == 0


@pytest.mark.slow
def test_a_session_is_moved_and_cancelled(cast, engine, session):
    at, _ = session_times(clock.today() + timedelta(days=3), time(12), time(14))
    held = make.offering_session(session, cast.offering, at)
    session.commit()
    client = cast.client("coordinator")
    day = clock.today() + timedelta(days=9)
    same = client.page(client.submit(f"/work/sessions/{held.uuid}/move"))
    assert "Er is niets veranderd." in same.words
    moved = client.submit(f"/work/sessions/{held.uuid}/move", day=day, starts="09:00", ends="11:00")
    assert "De bijeenkomst is verzet. 1 persoon krijgt bericht." in client.page(moved).words
    wrong = client.submit(f"/work/sessions/{held.uuid}/move", day=day, starts="11:00", ends="09:00")
    assert wrong.status_code == 422
    assert client.submit(f"/work/sessions/{held.uuid}/cancel").status_code == 200
    kinds = [notice.kind for notice in _rows(engine, Notice)]
    assert kinds == ["enrolments/session_moved", "enrolments/session_cancelled"]


def test_every_message_says_something_and_keeps_the_subject_plain(app, cast):
    folder = Path(app.template_folder) / "mail" / "enrolments"
    at = "2026-03-02T09:00:00+00:00"
    link = str(uuid.uuid4())
    times = [{"title": "Samen koken", "starts_at": at, "ends_at": at, "enrolment": link}]
    with app.test_request_context("/"):
        for template in sorted(folder.glob("*.txt")):
            drawn = render_template(
                f"mail/enrolments/{template.name}", name="Amina", title="Samen koken",
                organisation="Keuken", phone="010 - 111 11 11", address="Kadeweg 1", place="Kade 2",
                starts_at=at, ends_at=at, before=at, reason="group_full", since=at, until=at,
                due=at, closes=at, number=3, enrolment=link, times=times,
                participant=link,
            ).strip()  # fmt: skip
            subject, _, text = drawn.partition("\n")
            assert subject.startswith("Subject: ")
            assert "Amina" not in subject
            assert "koken" not in subject
            assert "Samen koken" in text
