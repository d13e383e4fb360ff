"""Two people of one name: wherever staff see or print one of them, it is said which."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from flask import url_for

from portal.core import clock
from portal.core.guard import reading_as
from portal.core.names import telling
from portal.enrolments.queries.namesakes import FirstDay, Note, notes_of
from portal.enrolments.rules import EnrolmentStatus
from tests import factories as make
from tests.house.access import SHOWN_BY_HER
from tests.house.access_matrix import MATRIX
from tests.imports import sheets

NAME = "Fatma Yılmaz"
STAFF = ("coordinator", "cooperative")  # who sees the most of her, and who sees less of others
# Her name as she is greeted in her letter, and as it stands in the field where it is changed.
BARE = re.compile(rf'(?<!Dag )(?<!value="){NAME}(?! \()')
# Who referred her may know neither her first day nor her phone: the line says day, hour and place.
BY_REFERRAL = {"referrals.list_made", "referrals.show"}


@pytest.fixture
def two(world, session):
    """The cast's participant and another, in one group since one day; an applicant, too."""
    for person in (world.participant, world.applied.participant):
        person.name = NAME
    world.notice.name = world.paper_letter.name = NAME
    other = make.participant(session, NAME, phone="+31687654389")
    enrolment = make.enrolment(session, world.offering, other, EnrolmentStatus.ENROLLED)
    enrolment.started_on = world.enrolment.started_on = clock.today() - timedelta(days=20)
    session.commit()
    world.session.info["other"] = other
    return world


@pytest.fixture
def alike(two, session):
    """The same two, who are in no other group either."""
    two.offered.status = EnrolmentStatus.WITHDRAWN
    session.commit()
    return two


def bare(text: str) -> list[str]:
    """Where the name stands with nothing behind it."""
    return [text[max(0, at.start() - 90) : at.end() + 40] for at in BARE.finditer(text)]


@pytest.mark.slow
@pytest.mark.one_database  # what a template writes; who is found is asked of each below
def test_no_page_shows_one_of_two_without_saying_which(app, two):
    shown, wrong = set(), []
    for endpoint, row in MATRIX.items():
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(two))
        for who in (
            row.who.intersection(STAFF) if endpoint not in BY_REFERRAL | SHOWN_BY_HER else ()
        ):
            client = two.cast.client(who)
            client.audits = False
            answer = client.get(url)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                text = answer.get_data(as_text=True)
                shown |= {endpoint} if NAME in text else set()
                wrong += [f"{who} {url}: {part}" for part in bare(text)]
    assert not wrong, "\n".join(wrong)
    assert len(shown) > 20, shown


def test_no_template_of_staff_calls_somebody_by_her_name_alone():
    own = {"my.html", "data.html", "opened.html", "_shown.html"}
    for path in (Path(__file__).parents[2] / "templates").rglob("*.html"):
        found = re.findall(r"(?<!write\.)\b(?:participant|person|notice)\.name\b", path.read_text())
        assert not found or path.name in own, path


@pytest.mark.slow
def test_who_is_looked_for_and_chosen(two, session):
    client = two.cast.client("coordinator")
    register = f"/registers/{two.offering_session.uuid}"
    row = sheets.imported(
        session, two.cast.actor("coordinator"), two.offering,
        sheets.reading([clock.today() - timedelta(days=2)], [(NAME, "x"), ("Yılmaz, Fatma", "z")]),
    )  # fmt: skip
    session.commit()
    pages = [
        client.submit("/participants", name="yilmaz"),
        client.submit(f"{register}/walk-in", part="fatma", button="search"),
        client.submit(f"/work/offerings/{two.offering.slug}/sign-up/known", name="YILMAZ"),
        client.get(f"/registers/imports/{row.uuid}"),
    ]
    for answer in pages:
        page = client.page(answer)
        rows = [one.get_text() for one in page.select("li:has(form), tr:has(a), li:has(a), option")]
        choices = [text for text in rows if NAME in text]
        assert len(set(choices)) >= 2, (page.url, choices)
        assert not [text for text in choices if BARE.search(text)], (page.url, choices)


def test_what_is_printed_says_which_and_no_phone(alike):
    client = alike.cast.client("coordinator")
    register = f"/registers/{alike.offering_session.uuid}"
    hours = f"/participants/{alike.participant.uuid}/hours/{alike.overview.number}.pdf"
    assert "eindigt op 89" in client.page(register).words
    for url, times in ((f"{register}/register.pdf", 2), (hours, 1)):
        text = _text(client.get(url).data)
        notes = re.findall(rf"{NAME} \((.*?)\)", text)
        assert len(set(notes)) == times, text
        assert not BARE.search(text)
        assert "eindigt" not in str(notes)


def test_only_who_has_her_phone_reads_its_end(alike, session):
    ids = [alike.participant.id, alike.session.info["other"].id]
    for who, digits in (("guide", "89"), ("cooperative", "")):
        with reading_as(session, alike.cast.actor(who)):
            notes = notes_of(session, ids)
        assert notes[ids[1]].digits == digits
        assert len({note.number for note in notes.values()}) == 2
    for who in ("stranger", "recogniser", "participant"):
        with reading_as(session, alike.cast.actor(who)):
            assert notes_of(session, ids) == {}


def test_a_first_day_is_enough(alike, session):
    alike.enrolment.started_on -= timedelta(days=1)
    session.flush()
    with reading_as(session, alike.cast.actor("guide")):
        notes = notes_of(session, [alike.participant.id])
    first = alike.enrolment.started_on
    assert notes == {alike.participant.id: Note(FirstDay(True, first))}


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ([("a", "x", 1), ("b", "x", 2)], [0]),
        ([("a", "x", 1), ("a", "y", 2)], [1]),
        ([("a", "x", 1), ("a", "y", 2), ("b", "y", 3)], [0, 1]),
        ([("a", "x", 1), ("a", "x", 2)], [2]),
        ([("a", (), 1), ("a", ("y",), 2)], [1, 2]),
        ([("a", "x", 1)], []),
    ],
)
def test_as_little_is_said_as_tells_them_apart(facts, kinds):
    assert telling(facts) == kinds


def _text(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
