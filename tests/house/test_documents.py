"""Files that other programs read: calendars by the letter, spreadsheets that run nothing."""

import csv
import io

import pytest
from icalendar import Calendar
from openpyxl import load_workbook
from pypdf import PdfReader

from portal.web.documents import csv_response, xlsx_response
from tests.house.world import build_world

LONG = "Koken voor de buurt, met één pan; 👩🏽‍🍳 " * 6
DANGEROUS = ("=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")')
HARMLESS = ("a=b", "1-2", "Jansen & Zn", 'een "woord", en een regel\nmeer', "Ünïcode", "")


def test_a_calendar_keeps_to_the_letter_of_its_standard(cast, session):
    cast.offering.title = LONG[:80].strip()  # as long as the column is
    cast.offering.address = "Kadeweg 1; \\ trap\\n, links"
    session.commit()
    body = cast.client().get(f"/offerings/{cast.offering.slug}.ics").data
    lines = body.split(b"\r\n")
    assert body.endswith(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 75  # octets
    for line in lines:
        line.decode()  # a fold may not go through a letter
    calendar = Calendar.from_ical(body)
    assert isinstance(calendar, Calendar)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
        assert not event.errors
        assert cast.offering.title in str(event["SUMMARY"])


def rows_of_csv(app) -> list[list[str]]:
    with app.test_request_context():
        answer = csv_response(["what"], [[cell] for cell in (*DANGEROUS, *HARMLESS)], "x.csv")
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True), newline=""), strict=True))


def test_a_csv_runs_nothing_and_loses_nothing(app):
    (header, *rows) = rows_of_csv(app)
    assert header == ["what"]
    assert [row[0] if row else "" for row in rows] == [
        *(f"'{text}" for text in DANGEROUS),
        *HARMLESS,
    ]


def test_a_workbook_runs_nothing(app):
    cells = [[text] for text in (*DANGEROUS, *HARMLESS)]
    with app.test_request_context():
        answer = xlsx_response([("Blad", ["what"], cells)], "x.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    found = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    assert not [cell for cell in found if cell.hyperlink]
    assert not [cell for cell in found if str(cell.value or "").startswith(("=", "+", "-", "@"))]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["draft", "recognised", "profile"])
def test_a_paper_claims_to_be_kept_and_to_be_readable_by_all(cast, session, which):
    """PDF/A-3a (ISO 19005-3, accessible) and PDF/UA-1 (ISO 14289-1); Typst refuses what isn't."""
    world = build_world(cast, session)
    session.commit()
    url = {
        "draft": f"/work/reports/{world.compiled.uuid}.pdf",
        "recognised": f"/reports/{world.recognised.number}.pdf",
        "profile": "/my/can.pdf",
    }[which]
    answer = cast.client("participant" if which == "profile" else "admin").get(url)
    assert answer.data.startswith(b"%PDF-1.7")
    paper = PdfReader(io.BytesIO(answer.data))
    claims = paper.xmp_metadata
    assert (claims.pdfaid_part, claims.pdfaid_conformance) == ("3", "A")
    part = next(claims.get_element("", "http://www.aiim.org/pdfua/ns/id/", "part"))
    assert (getattr(part, "value", "") or getattr(part.firstChild, "data", "")) == "1"
    assert {"/Lang", "/MarkInfo", "/StructTreeRoot"} <= set(paper.root_object)
    assert paper.metadata.title
