"""A register on paper holds names, room to sign, and a way back to the screen."""

import io

import pypdf
import pytest

from portal.attendance.commands import record
from portal.attendance.pages import register_paper
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.web.documents import pdf
from tests import factories as make


@pytest.mark.slow
def test_names_and_nothing_else_about_people(session, cast):
    make.reach(session, cast.participant, phone="+31612340987")
    session.commit()
    answer = cast.client("guide").get(f"/registers/{cast.offering_session.uuid}/register.pdf")
    assert answer.mimetype == "application/pdf"
    words = _pages(answer.data)[0]
    for expected in (cast.participant.name, cast.offering.title, "Handtekening", "Afgemeld"):
        assert expected in words
    assert f"/registers/{cast.offering_session.uuid}" in words.replace("\n", "")
    assert words.count("extra:") == 3
    assert "12340987" not in words.replace(" ", "")
    assert str(cast.participant.uuid) not in words


@pytest.mark.slow
def test_sixty_people_have_the_heading_on_each_page(app, session, cast):
    cast.offering.places = 80
    for number in range(60):
        make.enrolment(session, cast.offering, make.participant(session, f"فاطمة ع. {number}"))
    with app.app_context():
        pages = _pages(
            pdf("attendance/register", register_paper(session, cast.offering_session, "https://x"))
        )
    assert len(pages) == 3
    assert all("Naam" in page and "Er niet" in page for page in pages)


def test_who_excused_herself_ahead_is_ticked(app, session, cast):
    record(
        session, cast.actor("guide"), cast.offering_session,
        {cast.enrolment.id: (AttendanceStatus.EXCUSED, None)}, RecordedHow.BY_HAND,
    )  # fmt: skip
    session.flush()
    with app.app_context():
        data = register_paper(session, cast.offering_session, "https://x")
    assert data["people"] == [[cast.participant.name, True]]
    assert "+31612340987" not in str(data)


def _pages(document: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]
