"""Who takes part is known to those who have to know, and to nobody by way of anything else."""

import csv
import io
import json
import logging
import re
from datetime import date
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from flask import Flask, url_for
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import worker
from portal.accounts.models import User
from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.enrolments import commands as enrolments
from portal.enrolments.rules import EndReason, EnrolmentStatus, Move
from portal.impact.models import ImpactReport
from portal.notices.jobs.transport import FileTransport
from portal.participants.rules import ContactWay
from portal.recognition import commands as recognition
from tests import factories as make
from tests.cast import VISITOR, Cast, build_cast
from tests.house.access import CHANGES_WHO, EVERYBODY, RECOGNISER, SHOWN_BY_HER
from tests.house.access_matrix import MATRIX
from tests.house.world import World, build_world
from tests.impact import made
from tests.kept import kept

NAME, PHONE, EMAIL = "Zwaantje Q.", "+31687654321", "zwaantje@example.net"
SECRETS = ("Zwaantje", "zwaantje", "687654321", "87 65 43 21")
HER_WORK = "Keek zelf wat er nodig was in de keuken."
# She said yes to this employer, which reads her first name there.
SHOWN_AT_WORK = {"home.work"} | {
    f"introductions.{name}" for name in ("list_all", "show", "export", "write")
}


def found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """The cast with a participant whose name, phone and address stand out."""

    def make_world() -> World:
        cast = build_cast(app, session)
        person = cast.participant
        person.name = NAME
        make.reach(session, person, contact_way=ContactWay.EMAIL, phone=PHONE, email=EMAIL)
        world = build_world(cast, session)
        world.notice.name = NAME
        world.observation = make.observation(session, cast.enrolment, example=HER_WORK)
        return world

    world: World = kept(session, "world with a name", make_world, app=app, session=session)
    return world


def text_of_answer(url: str, data: bytes) -> str:
    """All that can be read in a file, whatever its kind."""
    if url.endswith(".pdf"):
        paper = PdfReader(io.BytesIO(data))
        attached = [file for files in paper.attachments.values() for file in files]
        pages = [page.extract_text() for page in paper.pages]
        return "\n".join([*pages, *(file.decode() for file in attached), str(paper.metadata)])
    if url.endswith(".xlsx"):
        sheets = load_workbook(io.BytesIO(data)).worksheets
        return "\n".join(str(row) for sheet in sheets for row in sheet.iter_rows(values_only=True))
    if url.endswith((".webp", ".avif")):
        return data.decode("latin-1")
    return data.decode()


@pytest.mark.parametrize(
    "who",
    [
        VISITOR,
        "stranger",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("recogniser", "viewer", "employer")
        ),
    ],
)
def test_nobody_is_named_to_those_who_need_not_know(app, world, who, caplog):
    caplog.set_level(logging.DEBUG)
    client = world.cast.client(who)
    client.audits = False
    seen = 0
    for endpoint, row in MATRIX.items():
        if who not in row.who or endpoint in CHANGES_WHO | SHOWN_BY_HER:
            continue
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(world))
        answer = client.get(url)
        seen += answer.status_code == 200
        first_name = SECRETS[:1] if who == "employer" and endpoint in SHOWN_AT_WORK else ()
        assert {*found_in(text_of_answer(url, answer.data))} <= {*first_name}, url
        assert not found_in(str(answer.headers)), url
    assert seen > 15
    assert not found_in(caplog.text)


@pytest.mark.slow
def test_who_keeps_the_portal_and_works_at_an_enterprise_sees_only_its_people(world, session):
    """Two hats on one head: an operator's colleagues know no more than those of anybody else."""
    session.get_one(User, world.cast.actor("stranger").user_id).is_operator = True
    world.paper_letter.name = NAME
    session.commit()
    client = world.cast.client("stranger")
    for path in ("/work", "/work/letters", "/work/messages", "/work/duplicates", "/participants"):
        assert not found_in(client.page(path).words), path
    assert client.get(f"/work/letters/{world.paper_letter.uuid}").status_code == 404


def test_every_door_for_everybody_or_a_recogniser_was_walked():
    assert sum(row.who >= EVERYBODY for row in MATRIX.values()) > 15
    assert sum(row.who == RECOGNISER for row in MATRIX.values()) == 3


@pytest.mark.slow
def test_her_name_goes_into_no_log_no_address_and_no_journal(app, world, session, caplog):
    """A walk by those who may see her, with an answer to her application among it."""
    caplog.set_level(logging.DEBUG)
    walkers = ("participant", "coordinator", "admin", "operator", "cooperative")
    for who in walkers:
        client = world.cast.client(who)
        client.audits = False
        for endpoint, row in MATRIX.items():
            with app.test_request_context():
                url = url_for(endpoint, **row.url_values(world))
            if who in row.who and endpoint not in CHANGES_WHO:
                answer = client.get(url)
                assert answer.status_code < 500
                assert not found_in(str(answer.headers)), (who, url)
    caller = world.cast.client("participant")
    move = {"csrf_token": caller.csrf_token()}
    answer = caller.post(f"/my/enrolments/{world.offered.uuid}/confirm", data=move)
    assert answer.status_code == 303
    assert not found_in(str(answer.headers))
    client = world.cast.client("coordinator")
    person = world.participant.uuid
    client.submit(f"/participants/{person}/card", follow=False)
    wrong = {"csrf_token": client.csrf_token(), "name": NAME, "phone": PHONE, "email": EMAIL}
    assert client.post(f"/offerings/{world.offering.slug}/sign-up", data=wrong).status_code < 500
    assert not found_in(caplog.text)
    session.expire_all()
    events = session.scalars(select(AuditEvent)).all()
    assert len(events) > 3
    assert not found_in(json.dumps([event.data for event in events], default=str))


def test_a_letter_says_nothing_before_it_is_opened(app, world, session, tmp_path: Path):
    actor = world.cast.actor("coordinator")
    for move in (Move.RETURN, Move.OFFER):
        enrolments.move(session, actor, world.offered, move)
    enrolments.move(session, actor, world.enrolment, Move.END, end_reason=EndReason.FOUND_WORK)
    session.commit()
    with app.app_context():
        worker.deliver_due(FileTransport(tmp_path))
    letters = [file.read_text(encoding="utf-8") for file in tmp_path.glob("*.eml")]
    assert letters
    for letter in letters:
        subject = re.search(r"^Subject: (.*(?:\n .*)*)", letter, re.M)
        assert subject is not None
        words = str(make_header(decode_header(subject[1])))
        assert words
        assert not found_in(words)
        assert world.cast.offering.title not in words


def test_what_she_hid_is_not_with_her_guides_and_is_not_counted(world, session):
    staff = world.cast.client("guide")
    url = f"/participants/{world.participant.uuid}"
    assert HER_WORK in staff.page(url).words
    session.refresh(world.observation)
    make.own_say(session, world.observation)
    session.commit()
    assert HER_WORK not in staff.page(url).words
    assert HER_WORK in world.cast.client("participant").page("/my/can").words


@pytest.fixture
def small(cast: Cast, session: Session) -> ImpactReport:
    """A recognised report of 12 people of whom 3 stopped."""
    offering = make.offering(session, cast.other_enterprise, places=20)
    people = [
        make.enrolment(
            session,
            offering,
            make.participant(session, f"Zwaantje {number}"),
            EnrolmentStatus.ENDED if number < 3 else EnrolmentStatus.ENROLLED,
            started_on=date(2026, 1, 5),
            ended_on=date(2026, 3, 20) if number < 3 else None,
            end_reason=EndReason.FOUND_WORK if number < 3 else None,
        )
        for number in range(12)
    ]
    held = make.offering_session(
        session, offering, clock.now().replace(year=2026, month=2, day=12, hour=9)
    )
    for enrolment in people:
        made.mark(session, held.id, enrolment, AttendanceStatus.PRESENT, 120)
    admin = cast.actor("stranger")
    report = made.report(session, admin)
    recognition.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    session.commit()
    return report


def test_a_small_number_is_hidden_in_every_form(small, cast):
    client = cast.client()
    url = f"/reports/{small.number}"
    document = json.loads(client.get(f"{url}.json").data)
    figures = {figure["id"]: figure for figure in document["figures"]}
    assert figures["people"]["value"] == 12
    hidden = {name for name, figure in figures.items() if figure["hidden"]}
    assert {"stopped", "stopped_found_work"} <= hidden
    assert all(figures[name]["value"] is figures[name]["n"] is None for name in hidden)
    about_people = [f for f in document["figures"] if f["unit"] not in {"sessions", "weeks"}]
    assert not [f["id"] for f in about_people if f["n"] is not None and 0 < f["n"] < 5]

    rows = list(csv.DictReader(io.StringIO(client.get(f"{url}.csv").get_data(as_text=True))))
    by_id = {row["id"]: row for row in rows}
    assert {name for name, row in by_id.items() if row["hidden"] == "true"} >= hidden
    assert all(by_id[name]["value"] == by_id[name]["n"] == "" for name in hidden)

    book = load_workbook(io.BytesIO(client.get(f"{url}.xlsx").data))
    lines = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    for name in hidden:
        for line in (line for line in lines if name in line):
            assert not [cell for cell in line if isinstance(cell, int) and cell is not True], line


def test_a_small_number_is_hidden_on_the_page_and_on_paper(small, cast):
    client = cast.client()
    url = f"/reports/{small.number}"
    page = client.page(url)
    assert "Hoe verliepen de deelnames?" in page.select(".notice")[-1].text  # named, not counted
    assert not [row for row in page.find_all("tr") if "Geëindigd" in row.text]
    paper = text_of_answer(".pdf", client.get(f"{url}.pdf").data)
    assert not found_in(paper)
    said, _attached = paper.split('"figures"', 1)
    assert not re.search("Geëindigd|Gestopt", said), said
    assert "verborgen bij: " in " ".join(said.split())


def test_a_page_of_who_is_signed_in_never_reaches_a_visitor(world):
    cast = world.cast
    urls = ("/", "/offerings", f"/offerings/{cast.offering.slug}")
    for url in urls:
        mine = cast.client("participant").get(url)
        assert NAME in mine.text or "/my" in mine.text
        for visitor in (cast.client(), cast.client()):
            theirs = visitor.get(url)
            assert not found_in(theirs.text)
            assert "/sign-out" not in theirs.text
        assert cast.client("participant").get(url).text != theirs.text
