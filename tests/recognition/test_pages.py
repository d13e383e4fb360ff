"""Reports on the screen and in files: who may see what, and the way from compiling to public."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from portal.core import clock
from portal.impact.rules import documents
from portal.impact.rules.investment import COSTS, PAID
from portal.organisations.models import CooperativeTie
from portal.recognition import commands
from tests.cast import CAST
from tests.impact import made
from tests.pages import page_of

FORMATS = ("", ".pdf", ".xlsx", ".csv", ".json", ".jsonld", ".table-schema.json")


@pytest.mark.slow
def test_the_walk(session, cast, enrolments):
    session.commit()
    admin, recogniser = cast.client("admin"), cast.client("recogniser")
    days = {"from_on": "2026-01-01", "until_on": "2026-03-31"}
    amounts = dict.fromkeys((*COSTS, *PAID), "0") | {"costs_rent_cents": "416,83"}
    for month in ("2026-01", "2026-02", "2026-03"):
        page = admin.page(f"/work/reports/money?month={month}")
        held = page.select_one("#guidance_minutes").get("value", "")
        assert held == ("" if month == "2026-03" else "2")  # a session of two hours
        admin.submit(page, volunteer_minutes="12,5", **amounts)
    assert len(admin.page("/work/reports/money").select("main .lines a")) == 15
    page = admin.page(admin.submit("/work/reports/new", **days))
    assert "29 mensen waren er, 116 uur bij elkaar." in page.words
    assert "1.250,49 van de directe kosten" in page.words
    assert "niet ingevuld" in page.words, "of guidance one month is blank"
    page = admin.page(admin.get(page.select_one("a[href$='/submit']")["href"]))
    admin.submit(page, recogniser_id=str(cast.municipality.id))
    inbox = recogniser.page("/recognition")
    review = recogniser.page(inbox.select_one("main .lines a")["href"])
    assert "Persoon" not in review.words
    refused = recogniser.submit(review, button="return", remark="")
    assert refused.status_code == 422
    recogniser.submit(review, button="return", remark="Klopt maart?")
    link = admin.page("/work/reports").select_one("main .lines a")["href"]
    assert "Klopt maart?" in admin.page(f"{link}/submit").words
    anew = admin.page(link).select_one("a[href*='replaces']")["href"]
    page = admin.page(admin.submit(anew))
    admin.submit(f"{page.url}/submit", recogniser_id=str(cast.municipality.id))
    review = recogniser.page("/recognition").select_one("main .lines a")["href"]
    page = recogniser.page(recogniser.submit(review, button="recognise", remark="Goed."))
    public = page.select_one("main a[href^='/reports/']")["href"]
    assert "Goed." in cast.client().page(public).words


@pytest.mark.slow
def test_a_double_send_gives_one_report_and_one_number(session, cast, enrolments):
    session.commit()
    admin, recogniser = cast.client("admin"), cast.client("recogniser")
    form = admin.page("/work/reports/new")
    one, two = (admin.submit(form, follow=False) for _ in range(2))
    assert one.status_code == two.status_code == 303
    assert one.location == two.location
    form = admin.page(f"{one.location}/submit")
    for _ in range(2):
        sent = admin.submit(form, recogniser_id=str(cast.municipality.id), follow=False)
        assert sent.status_code == 303
    form = recogniser.page(one.location.replace("/work/reports", "/recognition"))
    for _ in range(2):
        sent = recogniser.submit(form, button="recognise", remark="Goed.", follow=False)
        assert sent.status_code == 303
    assert cast.client().get(f"/reports/WW-{clock.today().year}-0002").status_code == 404


@pytest.mark.parametrize("name", CAST)
def test_who_sees_a_draft(cast, draft, name):
    answer = cast.client(name).get(f"/work/reports/{draft.uuid}")
    if name in {"admin", "coordinator", "viewer"}:
        assert answer.status_code == 200
    elif name in {"stranger", "referrer", "employer", "cooperative"}:
        assert answer.status_code == 404
    else:
        assert answer.status_code == (303 if name == "visitor" else 403)


@pytest.mark.parametrize("name", CAST)
def test_who_decides(cast, submitted, name):
    client = cast.client(name)
    answer = client.get(f"/recognition/{submitted.uuid}")
    expected = {"recogniser": 200, "visitor": 303}.get(name, 403)
    assert answer.status_code == expected


def test_a_cooperative_reads_what_was_recognised_and_does_no_more(session, cast, recognised):
    client = cast.client("cooperative")
    assert cast.enterprise.name in client.page("/work/reports").words
    page = client.page(f"/work/reports/{recognised.uuid}")
    assert not page.select("a[href$='/submit'], a[href*='replaces']")
    assert client.get(f"/work/reports/{recognised.uuid}/submit").status_code == 404
    session.query(CooperativeTie).update({"may_see_figures": False})
    session.commit()
    assert client.get(f"/work/reports/{recognised.uuid}").status_code == 404


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_is_public_before_it_is_recognised(cast, submitted, ending):
    for number in (submitted.uuid, "WW-2026-0001", "None", "null"):
        assert cast.client().get(f"/reports/{number}{ending}").status_code == 404


@pytest.mark.parametrize("ending", FORMATS)
def test_a_recognised_report_is_for_everybody(cast, recognised, ending):
    assert cast.client().get(f"/reports/{recognised.number}{ending}").status_code == 200


def test_the_public_page_links_each_figure_to_its_definition(cast, recognised):
    page = cast.client().page(f"/reports/{recognised.number}")
    method = cast.client().page("/method")
    anchors = {link["href"] for link in page.select("main a[href^='/method#']")}
    assert len(anchors) > 10
    for anchor in anchors:
        assert method.select(f"#{anchor.partition('#')[2]}"), anchor
    assert recognised.sha256 in page.words.replace(" ", "")
    assert "Persoon" not in page.words


@pytest.mark.parametrize("said", [{}, {"decision": ""}, {"decision": "maybe"}])
def test_no_decision_is_not_a_decision(session, cast, submitted, said):
    """A form that lost its button sent the report back."""
    client = cast.client("recogniser")
    url = f"/recognition/{submitted.uuid}"
    typed = {tag["name"]: tag["value"] for tag in client.page(url).select("#decide input[name]")}
    answer = client.post(url, data={**typed, "remark": "Kijk naar maart.", **said})
    assert answer.status_code == 422
    page = page_of(answer)
    assert "Gebruik een van de knoppen" in page.words
    assert page.select_one("textarea").text.strip() == "Kijk naar maart."
    session.refresh(submitted)
    assert submitted.status.value == "submitted"


def test_a_report_is_taken_back_from_its_page(session, cast, submitted):
    client = cast.client("admin")
    page = client.page(f"/work/reports/{submitted.uuid}/submit")
    client.submit(page, form="form[action$='/withdraw']")
    page = client.page(f"/work/reports/{submitted.uuid}/submit")
    assert page.select("input[name=recogniser_id]")
    assert "Teruggenomen" in page.words


def test_an_organisation_shows_what_it_was_recognised_for(session, cast, recognised):
    page = cast.client().page(f"/organisations/{cast.enterprise.slug}")
    shown = {stat.find(["a"]).text: stat.b.text for stat in page.select(".stat")}
    assert shown["Mensen die er waren"] == "29"
    assert shown["Uren aanwezig"] == "116"
    assert page.select(f"a[href='/reports/{recognised.number}']")
    other = cast.client().page(f"/organisations/{cast.other_enterprise.slug}")
    assert not other.select(f"a[href='/reports/{recognised.number}'], .stat")


def test_an_organisation_shows_nothing_that_a_report_hides(session, cast):
    report = made.report(session, cast.actor("admin"))
    admin, recogniser = cast.actor("admin"), cast.actor("recogniser")
    commands.submit(session, admin, report=report, recogniser_id=cast.municipality.id)
    commands.recognise(session, recogniser, report=report, remark="Goed.")
    session.commit()
    page = cast.client().page(f"/organisations/{cast.enterprise.slug}")
    assert "Mensen die er waren" not in page.words
    assert page.select(f"a[href='/reports/{report.number}']")


def test_the_json_is_the_document(cast, recognised):
    answer = cast.client().get(f"/reports/{recognised.number}.json")
    assert answer.mimetype == "application/json"
    found = json.loads(answer.data)
    assert found == recognised.document
    assert documents.hash_of(found) == found["sha256"]


def test_the_csv_keeps_to_its_schema(cast, recognised):
    answer = cast.client().get(f"/reports/{recognised.number}.csv")
    schema = cast.client().get(f"/reports/{recognised.number}.table-schema.json").json
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [field["name"] for field in schema["fields"]] == list(rows[0])
    by_id = {row["id"]: row for row in rows}
    assert by_id["minutes"]["value"] == "6960"
    assert by_id["stopped"]["value"] == by_id["stopped"]["n"] == ""
    assert by_id["stopped"]["hidden"] == "true"
    assert by_id["difference_cents"]["value"] == "-180000"


@pytest.mark.slow
def test_no_cell_is_a_formula(session, cast):
    cast.enterprise.name = "=HYPERLINK(1)"
    made.quarter(session, cast.enterprise)
    report = made.report(session, cast.actor("admin"))
    commands.submit(session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id)
    commands.recognise(session, cast.actor("recogniser"), report=report, remark="@SUM(1)")
    session.commit()
    for ending in (".csv", ".xlsx"):
        answer = cast.client().get(f"/reports/{report.number}{ending}")
        if ending == ".csv":
            cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        else:
            book = load_workbook(io.BytesIO(answer.data))
            cells = [
                str(c.value) for sheet in book for row in sheet for c in row if c.data_type == "s"
            ]
            assert not [c for s in book for row in s for c in row if c.data_type == "f"]
            assert "'=HYPERLINK(1)" in cells
        texts = [cell for cell in cells if not cell.lstrip("-").isdigit()]
        assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@"))]


def test_the_workbook_has_figures_and_facts(cast, recognised):
    answer = cast.client().get(f"/reports/{recognised.number}.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Cijfers", "Verslag"]
    rows = {row[1]: row for row in book["Cijfers"].iter_rows(values_only=True)}
    assert rows["minutes"][4] == 6960
    assert rows["stopped"][4] is None
    assert rows["stopped"][5] is True
    facts = {row[0]: row[1] for row in book["Verslag"].iter_rows(values_only=True)}
    assert facts["sha256"] == recognised.sha256


def test_the_paper_is_accessible_and_carries_the_json(cast, recognised):
    answer = cast.client().get(f"/reports/{recognised.number}.pdf")
    assert answer.mimetype == "application/pdf"
    paper = PdfReader(io.BytesIO(answer.data))
    root = paper.root_object
    assert str(root["/Lang"]).lower().startswith("nl")
    marks = root["/MarkInfo"]
    assert isinstance(marks, DictionaryObject)
    assert marks["/Marked"]
    assert recognised.number in str(paper.metadata.title)
    assert json.loads(paper.attachments[f"{recognised.number}.json"][0]) == recognised.document
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert recognised.sha256[:32] in text
    assert "Mensen die er waren" in text
    assert "Persoon" not in text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", CAST)
def test_the_method_is_for_everybody(cast, name, language):
    page = cast.client(name).page(f"/method?lang={language}")
    word = "Participatieladder"
    assert word in page.words
    assert "ESCO" in page.words


def test_wrong_values_come_back_with_words_beside_them(cast):
    admin = cast.client("admin")
    answer = admin.submit(
        "/work/reports/money", costs_rent_cents="veel", paid_fund_cents="12,50",
    )  # fmt: skip
    page = admin.page(answer, status=422)
    assert page.select_one("#paid_fund_cents")["value"] == "12,50"
    assert page.select_one("#costs_rent_cents")["value"] == "veel"
    answer = admin.submit(
        "/work/reports/new", from_on="2026-03-31", until_on="2026-03-01",
    )  # fmt: skip
    assert admin.page(answer, status=422).select("#until_on-error")
    assert admin.get("/work/reports/new?replaces=x").status_code == 404
    assert admin.get("/work/reports/00000000-0000-0000-0000-000000000000").status_code == 404


def test_verify_report_at_the_command_line(app, cast, recognised, tmp_path):
    file = tmp_path / "report.json"
    body = cast.client().get(f"/reports/{recognised.number}.json").data
    run = app.test_cli_runner().invoke
    file.write_bytes(body)
    answer = run(args=["portal", "verify-report", str(file)])
    assert (answer.exit_code, answer.output.strip()) == (0, recognised.number)
    file.write_bytes(body.replace(b"6960", b"6961", 1))
    answer = run(args=["portal", "verify-report", str(file)])
    assert answer.exit_code == 1
    assert "6961 in the file, 6960 recognised" in answer.output
    file.write_bytes(b'{"\\u001b[2Jshown\\nWW-2026-0001": 1, ' + body.lstrip()[1:])
    answer = run(args=["portal", "verify-report", str(file)])
    assert answer.exit_code == 1
    assert "shown WW-2026-0001: only in the file" in answer.output
    assert "\x1b" not in answer.output


def test_the_paper_is_read_and_a_newer_report_is_named(session, app, cast, recognised, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(cast.client().get(f"/reports/{recognised.number}.pdf").data)
    run = app.test_cli_runner().invoke
    answer = run(args=["portal", "verify-report", str(file)])
    assert (answer.exit_code, answer.output.splitlines()[0]) == (0, recognised.number)
    assert "Compare what is printed" in answer.output
    newer = made.report(session, cast.actor("admin"), replaces=recognised)
    commands.submit(session, cast.actor("admin"), report=newer, recogniser_id=cast.municipality.id)
    commands.recognise(session, cast.actor("recogniser"), report=newer, remark="Goed.")
    session.commit()
    answer = run(args=["portal", "verify-report", str(file)])
    assert f"A newer report took its place: {newer.number}" in answer.output
    file.write_bytes(b"%PDF-1.7 nothing in it")
    answer = run(args=["portal", "verify-report", str(file)])
    assert answer.exit_code == 1
    assert "no report is attached" in answer.output


@pytest.mark.slow
def test_the_list_of_reports_asks_no_more_with_more_rows(session, cast, engine):
    from sqlalchemy import event

    def count(url):
        found = []
        listen = lambda *args: found.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        cast.client("admin").page(url)
        event.remove(engine, "before_cursor_execute", listen)
        return len(found)

    for _ in range(2):
        made.report(session, cast.actor("admin"))
    session.commit()
    few = count("/work/reports")
    for _ in range(18):
        made.report(session, cast.actor("admin"))
    session.commit()
    assert count("/work/reports") == few


def test_a_report_keeps_the_name_under_which_it_was_compiled(session, cast, submitted):
    """As its figures and its seal do; the organisation got another name since."""
    address = f"/work/reports/{submitted.uuid}"
    cast.enterprise.name = "Keuken aan de Maas"
    session.commit()
    assert "Keuken aan de Kade" in cast.client("admin").page(address).main.text
    review = cast.client("recogniser").page(f"/recognition/{submitted.uuid}")
    assert review.select_one("h1").text == "Keuken aan de Kade"


def test_a_page_compares_nothing_with_what_is_hidden_and_leaves_out_its_parts(cast, recognised):
    words = cast.client().page(f"/reports/{recognised.number}").words
    assert "De meeste uren" not in words  # those of February are hidden
    assert "Gestopt" in words
    assert "Werk gevonden" not in words
    assert "niemand" in words
