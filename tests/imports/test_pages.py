"""The pages of an import, as a coordinator walks through them; and no word of the file is kept."""

import gzip
import io
import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.core.base import Base
from portal.core.errors import RuleBroken
from portal.impact.rules import Period, ReportStatus
from portal.imports import commands, jobs
from portal.imports.models import RegisterImport
from portal.imports.queries import reading_of
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.deeds import deeds
from tests.impact import made
from tests.imports.files import csv
from tests.imports.sheets import imported, reading, weeks_ago
from tests.imports.test_corrections import EITHER

WORD = "longontsteking"


def sheet(rows, weeks=(3, 2)) -> bytes:
    days = ";".join(f"{weeks_ago(week):%d-%m-%Y}" for week in weeks)
    lines = [f"Naam;{days}", *(f"{name};{';'.join(cells)}" for name, *cells in rows)]
    return "\n".join(lines).encode()


ROWS = [("Fatma A.", "x", "ziek"), ("Hendrik Groen", "x", WORD), ("Piet Puk", "x", "afwezig")]


def upload(client, data: bytes, name="lijst van Fatma.csv", **values):
    page = client.page("/registers/import")
    form = {"csrf_token": client.csrf_token(), "offering": "", **values}
    assert page.h1 is not None
    return client.post(
        "/registers/import",
        data={**form, "file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def row_of(session) -> RegisterImport:
    session.expire_all()
    row: RegisterImport = session.scalars(select(RegisterImport)).one()
    return row


def everything(session) -> str:
    connection = session.connection()
    return "".join(
        repr(row)
        for table in Base.metadata.sorted_tables
        for row in connection.execute(select(table))
    )


def test_a_total_that_says_something_else_is_named(session, cast):
    session.commit()
    data = f"Naam;{weeks_ago(2):%d-%m-%Y};Totaal\nFatma A.;x;1\nHendrik Groen;x;3".encode()
    client = cast.client("coordinator")
    shown = upload(client, data, offering=cast.offering.slug)
    assert "C3" in client.page(shown).words


@pytest.mark.slow
def test_from_file_to_marks_and_back(session, cast, caplog):
    caplog.set_level(logging.DEBUG)
    make.offering(session, cast.enterprise)
    cast.participant.name = "Fatma A."
    session.commit()
    client = cast.client("coordinator")
    asked = upload(client, sheet(ROWS))
    shown = client.submit(asked, offering=cast.offering.slug)
    words = client.page(shown).words
    assert "C3" in words
    assert WORD not in shown.text
    shown = client.submit(shown, button="choose")
    session.commit()
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 0
    done = client.submit(shown, button="apply")
    assert client.page(done).h1
    session.commit()
    marks = session.scalars(select(AttendanceMark.status)).all()
    assert sorted(marks) == sorted(
        [AttendanceStatus.PRESENT] * 3 + [AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT]
    )
    assert WORD not in everything(session)
    assert "lijst van" not in everything(session)
    assert "ziek" not in everything(session)
    assert WORD not in caplog.text
    session.commit()
    again = upload(client, sheet(ROWS), offering=cast.offering.slug)
    assert "nothing new" in again.text or "niets nieuws" in again.text
    back = client.submit(done, button="take_back")
    assert client.page(back).h1
    session.commit()
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 0
    assert session.scalar(select(Participant.id).where(Participant.name == "Piet Puk")) is None
    assert client.page("/registers/imports").h1


@pytest.mark.slow
def test_who_is_unsure_is_asked_first(session, cast):
    cast.participant.name = "Fatma A."
    session.commit()
    client = cast.client("coordinator")
    shown = upload(client, sheet([("Fatma Aydin", "x", "x")]), offering=cast.offering.slug)
    shown = client.submit(shown, button="apply")
    page = client.page(shown, status=422)
    field = next(
        tag["name"] for tag in page.find_all("select") if tag["name"].startswith("person-")
    )
    client.submit(shown, button="apply", **{field: str(cast.participant.uuid)})
    session.commit()
    ids = set(session.scalars(select(AttendanceMark.participant_id)))
    assert ids == {cast.participant.id}


@pytest.mark.slow
def test_how_it_was_read_is_put_right(session, cast):
    client = cast.client("coordinator")
    shown = upload(
        client, sheet([("Fatma", "x", "kq"), ("Piet", "kq", "x")]), offering=cast.offering.slug
    )
    url = f"{client.page(shown).url}/reading"
    form = client.page(url)
    uses = [tag["name"] for tag in form.find_all("select") if tag["name"].startswith("code-")]
    assert uses
    assert client.page(client.submit(url)).h1  # says nothing of the code that nobody knows
    session.commit()
    (use,) = (use for use in reading_of(row_of(session)).marks if use.code == "kq")
    assert (use.is_asked, use.meaning) == (True, None)
    last = dict.fromkeys(uses, "absent")
    shown = client.submit(url, **last)
    assert client.page(shown).h1
    session.commit()
    reading = reading_of(row_of(session))
    assert {cell.mark.meaning for cell in reading.cells} == {"absent"}


@pytest.mark.slow
def test_how_the_names_stand_is_asked_first(session, cast):
    """Nothing is written before, whoever presses what; then it is as was said."""
    client = cast.client("coordinator")
    data = csv(EITHER.format(*(f"{weeks_ago(week):%d-%m-%Y}" for week in (3, 2))))
    shown = client.page(upload(client, data, offering=cast.offering.slug))
    url = shown.url
    assert "Anna" in shown.words
    assert (
        client.post(url, data={"csrf_token": client.csrf_token(), "do": "apply"}).status_code == 422
    )
    row = session.scalars(select(RegisterImport)).one()
    with pytest.raises(RuleBroken, match="how the names stand"):
        commands.apply(session, cast.actor("coordinator"), row)
    session.rollback()
    planned = client.page(client.submit(url, orientation="names_across"))
    assert {"Anna", "Bo"} <= set(planned.words.split())
    session.commit()
    session.refresh(row)
    assert reading_of(row).guess.orientation == "names_across"


@pytest.mark.slow
@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02 no sheet", b"PK\x03\x04 broken"])
def test_what_is_no_spreadsheet_is_refused_in_words(cast, data):
    answer = upload(cast.client("coordinator"), data, name="lijst.xlsx")
    assert answer.status_code == 422


@pytest.mark.slow
def test_it_is_thrown_away(session, cast):
    client = cast.client("coordinator")
    shown = upload(client, sheet(ROWS), offering=cast.offering.slug)
    assert client.page(client.submit(shown, button="throw_away")).h1
    session.commit()
    assert session.scalars(select(RegisterImport)).all() == []
    assert deeds(session)[-1] == "import.thrown_away"


@pytest.mark.slow
def test_a_group_of_sixty_fits_in_a_page(session, cast):
    actor = cast.actor("coordinator")
    days = [clock.today() - timedelta(days=number + 1) for number in range(40)]
    rows = [(f"Deelnemer {chr(65 + number % 26)}{number}", "x " * 40) for number in range(60)]
    cast.offering.places = 100
    for name, _ in rows[:30]:
        make.enrolment(session, cast.offering, make.participant(session, name))
    row = imported(session, actor, cast.offering, reading(days, rows))
    session.commit()
    client = cast.client("coordinator")
    url = f"/registers/imports/{row.uuid}"
    for address in (url, f"{url}?all=1"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert len(gzip.compress(answer.data)) < 12_000


@pytest.mark.slow
def test_how_far_it_is_stands_on_the_page(session, cast, monkeypatch):
    monkeypatch.setattr(commands, "AT_ONCE", 0)
    client = cast.client("coordinator")
    shown = upload(client, sheet(ROWS), offering=cast.offering.slug)
    under_way = client.submit(shown, button="apply")
    assert 'data-hx-trigger="every 2s"' in under_way.text
    jobs.carry_on(session)
    session.commit()
    page = client.page(client.page(under_way).url)
    assert "every 2s" not in str(page)
    assert session.scalar(select(func.count()).select_from(OfferingSession)) >= 2


@pytest.mark.slow
def test_days_of_a_recognised_report_are_said_before_it_is_written_and_taken_back(session, cast):
    """That report stays as it is, so who changes its days must know."""
    recognised, returned = (
        made.report(session, cast.actor("admin"), Period(weeks_ago(each), weeks_ago(each)))
        for each in (3, 2)
    )
    recognised.status, recognised.number = ReportStatus.RECOGNISED, "WW-2026-0001"
    returned.status = ReportStatus.RETURNED
    before = recognised.sha256
    session.commit()
    client = cast.client("coordinator")
    shown = upload(client, sheet(ROWS), offering=cast.offering.slug)
    done = client.submit(shown, button="apply")
    assert all("WW-2026-0001" in client.page(page).words for page in (shown, done))
    back = client.submit(done, button="take_back")
    assert "WW-2026-0001" not in client.page(back).words
    session.expire_all()
    assert (recognised.status, recognised.sha256) == (ReportStatus.RECOGNISED, before)
    session.commit()
    other = upload(client, sheet(ROWS, (2, 1)), offering=cast.offering.slug)
    assert "WW-2026-0001" not in client.page(other).words
