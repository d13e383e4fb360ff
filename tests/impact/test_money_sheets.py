"""A bookkeeper's sheet becomes amounts by month; each cell is accounted for, and it goes back."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given, strategies as st

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.impact.commands import save_month
from portal.impact.commands.sheets import apply, take_back, throw_away
from portal.impact.jobs import forget_sheets
from portal.impact.models import InvestmentEntry, MoneySheet
from portal.impact.queries import list_entries
from portal.impact.queries.sheets import plan_of
from portal.impact.rules.figures import method
from portal.impact.rules.investment import RATE
from portal.impact.rules.money_lines import MoneyBin, amount_in, read_money
from portal.impact.rules.money_plan import KINDS, MoneyChoices, MoneyFate, kind_meant, work_out
from portal.imports.rules import ImportStatus
from portal.imports.rules.sheets.files import open_file
from portal.recognition import commands as recognition
from portal.web.i18n import LANGUAGES
from tests.deeds import deeds
from tests.impact import made
from tests.impact.money_sheets import MONTHS, SHEET, read_in

TODAY = date(2026, 11, 30)
OCTOBER = date(2025, 10, 1)


def sums(text, **said):
    file = read_money(text.encode(), TODAY)
    plan = work_out(file, MoneyChoices(**said), {}, {}, TODAY)
    return {(f"{one.month:%m}", one.figure): one.amount for one in plan.sums}


def cells(data: bytes) -> int:
    return sum(cell is not None for one in open_file(data) for row in one.rows for cell in row)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_portal_calls_a_figure_is_understood_in_a_sheet(language):
    """Who typed over what the form shows is asked nothing."""
    for figure in method().counted:
        if figure.id in KINDS:
            assert kind_meant(figure.label(language)) == figure.id


def test_the_words_that_a_bookkeeper_writes_most_need_no_answer():
    said = {"ruimte": "rent", "Zaalhuur": "rent", "boodschappen": "material", "Inkoop": "material",
        "reiskosten": "travel", "administratie": "other"}  # fmt: skip
    for word, kind in said.items():
        assert kind_meant(word) == f"costs_{kind}_cents", word


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("1.250,00", 125_000), ("€ 1250", 125_000), ("1250,-", 125_000), ("1.250", 125_000),
        ("-12,5", -1_250), ("(12,50)", -1_250), ("12-", -1_200), ("1,250.00", 125_000),
        ("1 250,00", 125_000), ("EUR 3", 300), ("2,5 uur", 250), ("١٢٥٠٫٥٠", 125_050),
        ("1.250.00", None), ("1,250", None), ("1.25.000", None), ("pm", None), ("", None),
        ("-", None),
        ("3-10-2025", None), (True, None), (None, None), (float("nan"), None), (12.5, 1_250),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text, hundredths):
    assert amount_in(text) == hundredths


@given(st.integers(-(10**9), 10**9), st.sampled_from(["{}", "€ {}", "{} euro"]))
def test_an_amount_that_was_written_in_dutch_is_read_back(cents, around):
    whole, part = divmod(abs(cents), 100)
    grouped = f"{whole:,}".replace(",", ".")
    for number in (f"{whole},{part:02}", f"{grouped},{part:02}"):
        assert amount_in(around.format("-" * (cents < 0) + number)) == cents


def test_a_list_is_added_up_by_month_kind_and_payer():
    assert sums(SHEET) == {
        ("10", "costs_rent_cents"): 125_000,
        ("10", "costs_material_cents"): 10_000,
        ("10", "paid_municipality_cents"): 125_000,
        ("11", "costs_travel_cents"): 1_750,
    }


def test_months_across_and_kinds_down_are_read_the_same_turned():
    rows = [line.split(";") for line in MONTHS.splitlines()]
    turned = "\n".join(";".join(column) for column in zip(*rows, strict=True))
    found = sums(MONTHS)
    assert found == sums(turned)
    assert found["02", "costs_travel_cents"] == 0, "nothing is said, and is not unknown"
    assert ("03", "costs_travel_cents") not in found
    assert found["03", "volunteer_minutes"] == 510
    assert found["01", "paid_municipality_cents"] == 100_000


def test_a_list_of_a_bank_is_read_by_its_packed_dates():
    head = "Datum;Tegenrekening;Af Bij;Bedrag (EUR);Categorie\n"
    lines = ["20261005;NL02INGB0001;Af;1100,00;Huur", "20261012;NL02INGB0002;Af;85,50;Materiaal"]
    assert sums(
        head + "\n".join([*lines, "20261020;NL02INGB0003;Bij;5000,00;Subsidie gemeente"])
    ) == {
        ("10", "costs_rent_cents"): 110_000,
        ("10", "costs_material_cents"): 8_550,
        ("10", "paid_municipality_cents"): 500_000,
    }


def test_a_workbook_is_read_as_its_text():
    book = openpyxl.Workbook()
    book.active.append(["Maand", "Huur", "Subsidie fonds"])
    book.active.append([date(2025, 1, 1), 450, 1000.5])
    data = io.BytesIO()
    book.save(data)
    file = read_money(data.getvalue(), TODAY)
    assert [(one.month, one.kind, one.hundredths) for one in file.lines] == [
        (date(2025, 1, 1), "Huur", 45_000),
        (date(2025, 1, 1), "Subsidie fonds", 100_050),
    ]


ODD = SHEET.replace("17,5", "pm") + ";los bonnetje;Materiaal;15,00;\n;;;;let op\n"


@pytest.mark.parametrize("text", [SHEET, MONTHS, ODD])
def test_each_cell_is_in_one_bin(text):
    file = read_money(text.encode(), TODAY)
    assert sum(file.bins.values()) == cells(text.encode())
    assert file.bins[MoneyBin.AMOUNT] == len(file.lines)


def test_what_can_not_be_read_is_asked_about_by_its_address():
    file = read_money(ODD.encode(), TODAY)
    assert file.places[MoneyBin.NUMBER] == ["D6"]
    assert file.places[MoneyBin.NO_MONTH] == ["D8"]
    assert file.places[MoneyBin.ODD_TOTAL] == ["D7"], "17,50 of it is no amount here"
    assert set(file.asked) == {MoneyBin.NUMBER, MoneyBin.NO_MONTH, MoneyBin.ODD_TOTAL}


@pytest.mark.parametrize(
    ("text", "address"),
    [(MONTHS.replace("3000", "3001"), "E5"), (SHEET.replace("1367", "1376"), "D7")],
)
def test_a_total_that_is_wrong_is_named(text, address):
    file = read_money(text.encode(), TODAY)
    assert file.places[MoneyBin.ODD_TOTAL] == [address]
    assert MoneyBin.ODD_TOTAL not in read_money(MONTHS.encode(), TODAY).bins


def test_costs_below_zero_are_costs_and_what_came_back_goes_off():
    text = "Datum;Soort;Bedrag\n1-10-2025;Huur;-100\n2-10-2025;Huur;-50\n"
    assert sums(text) == {("10", "costs_rent_cents"): 15_000}


def test_money_in_of_which_nobody_says_who_paid_is_left_out_and_named():
    lines = "1-10-2025;Subsidie;100;Oranje Fonds\n2-10-2025;Subsidie;50;\n"
    text = f"Datum;Soort;Bedrag;Betaald door\n{lines}"
    plan = work_out(read_money(text.encode(), TODAY), MoneyChoices(), {}, {}, TODAY)
    assert [(one.figure, one.amount) for one in plan.sums] == [("paid_fund_cents", 10_000)]
    assert plan.unpaid == ["C3"]


def test_a_word_that_says_nothing_is_asked_and_may_be_left_out():
    text = "Datum;Soort;Bedrag\n1-10-2025;Huur;100\n2-10-2025;Kantine;50\n"
    plan = work_out(read_money(text.encode(), TODAY), MoneyChoices(), {}, {}, TODAY)
    assert plan.to_ask
    assert [one.text for one in plan.kinds if not one.choice] == ["Kantine"]
    said = MoneyChoices(kinds={"kantine": "leave"})
    plan = work_out(read_money(text.encode(), TODAY), said, {}, {}, TODAY)
    assert (plan.to_ask, plan.left) == (False, ["C3"])
    assert sums(text, kinds={"kantine": "costs_other_cents"})["10", "costs_other_cents"] == 5_000


@pytest.mark.parametrize(
    ("text", "fate"),
    [
        ("Datum;Soort;Bedrag\n1-12-2026;Huur;100\n", MoneyFate.TO_COME),
        ("Datum;Soort;Bedrag\n1-10-2025;Subsidie gemeente;-5\n", MoneyFate.BELOW_ZERO),
        ("Datum;Soort;Bedrag\n1-1-2025;Huur;100\n", MoneyFate.RECOGNISED),
        ("Datum;Soort;Bedrag\n1-2-2025;Huur;100\n", MoneyFate.OTHER),
        ("Datum;Soort;Bedrag\n1-2-2025;Huur;77\n", MoneyFate.SAME),
    ],
)
def test_what_is_not_written_has_its_reason(text, fate):
    here = {date(2025, 2, 1): {"costs_rent_cents": 7_700}}
    reports = {date(2025, 1, 1): "WW-2025-1"}
    plan = work_out(read_money(text.encode(), TODAY), MoneyChoices(), here, reports, TODAY)
    assert [one.fate for one in plan.sums] == [fate]
    assert plan.writes == []


@pytest.mark.parametrize("text", ["Hallo;daar\n", "naam;1-10\nFatma;x\n", "Datum;Bedrag\n;5\n"])
def test_a_file_without_amounts_is_refused(text):
    with pytest.raises(RuleBroken, match="no amounts"):
        read_money(text.encode(), TODAY)


# Written, and taken back


def rows(session, cast):
    return session.query(
        InvestmentEntry.month, InvestmentEntry.figure, InvestmentEntry.amount
    ).filter_by(organisation_id=cast.enterprise.id).order_by("month", "figure").all()  # fmt: skip


def test_it_is_written_beside_what_is_here_and_goes_back_whole(session, cast):
    admin = cast.actor("admin")
    save_month(session, admin, month=OCTOBER, amounts={RATE: 6000, "costs_rent_cents": 5})
    save_month(session, admin, month=date(2025, 11, 1), amounts={})  # known to be unknown
    session.flush()
    before = rows(session, cast)
    sheet = read_in(session, admin, SHEET)
    apply(session, admin, sheet, MoneyChoices())
    session.flush()
    found = list_entries(session, cast.enterprise.id, TODAY)
    assert found[OCTOBER][RATE] == 6000
    assert found[OCTOBER]["costs_rent_cents"] == 5, "what is here stays"
    assert found[OCTOBER]["costs_material_cents"] == 10_000
    assert (sheet.status, sheet.reading, sheet.choices) == (ImportStatus.APPLIED, {}, {})
    again = read_in(session, admin, SHEET)
    assert plan_of(session, again).writes == [], "twice is once"
    take_back(session, admin, sheet)
    session.flush()
    assert rows(session, cast) == before
    assert sheet.made == {}
    throw_away(session, admin, again)
    wanted = ["investment.sheet_taken_back", "investment.sheet_thrown_away"]
    assert deeds(session)[-2:] == wanted


def test_the_file_may_go_first_and_what_was_changed_since_stays(session, cast):
    admin = cast.actor("admin")
    save_month(session, admin, month=OCTOBER, amounts={"costs_rent_cents": 5})
    session.flush()
    sheet = read_in(session, admin, SHEET)
    apply(session, admin, sheet, MoneyChoices(takes_file=True))
    found = list_entries(session, cast.enterprise.id, TODAY)
    assert found[OCTOBER]["costs_rent_cents"] == 125_000
    amounts = {**found[OCTOBER], "costs_material_cents": 1}
    save_month(session, admin, month=OCTOBER, amounts=amounts)
    session.flush()
    take_back(session, admin, sheet)
    session.flush()
    found = list_entries(session, cast.enterprise.id, TODAY)
    assert found[OCTOBER] == {"costs_rent_cents": 5, "costs_material_cents": 1}
    assert sheet.made == {"2025-10-01": {"costs_material_cents": [None, 10_000]}}


def test_what_was_read_before_and_not_applied_goes_and_another_s_stays(session, cast):
    first = read_in(session, cast.actor("admin"), SHEET)
    session.commit()
    read_in(session, cast.actor("admin"), MONTHS)
    left = session.query(MoneySheet.uuid).all()
    assert len(left) == 1
    assert (first.uuid,) not in left


def test_what_nobody_applied_is_forgotten(session, cast):
    sheet = read_in(session, cast.actor("admin"), SHEET)
    sheet.created_at = clock.now() - timedelta(days=6)
    session.flush()
    forget_sheets(session)
    assert session.query(MoneySheet).count() == 1
    sheet.created_at = clock.now() - timedelta(days=8)
    session.flush()
    forget_sheets(session)
    assert session.query(MoneySheet).count() == 0


def test_a_month_of_a_recognised_report_is_refused_with_its_number(session, cast, enrolments):
    report = made.report(session, cast.actor("admin"))  # January to March of 2026
    recognise(session, cast, report)
    sheet = read_in(session, cast.actor("admin"), MONTHS.replace("2025", "2026"))
    plan = plan_of(session, sheet)
    assert {one.fate for one in plan.sums} == {MoneyFate.RECOGNISED}
    assert {one.report for one in plan.sums} == {report.number}
    with pytest.raises(RuleBroken, match="nothing to write"):
        apply(session, cast.actor("admin"), sheet, MoneyChoices())
    session.commit()
    page = cast.client("admin").page(f"/work/reports/money/sheets/{sheet.uuid}")
    assert report.number in page.words
    page = cast.client("admin").page("/work/reports/money?month=2026-01")
    assert report.number in page.words


def recognise(session, cast, report):
    recognition.submit(
        session,
        cast.actor("admin"),
        report=report,
        recogniser_id=cast.actor("recogniser").organisation_id,
    )
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    session.flush()


def send(client, text, name="boekhouding.csv"):
    page = client.page("/work/reports/money/sheet")
    form = {
        one["name"]: one.get("value", "") for one in page.select("main form input[type=hidden]")
    }
    return client.post(
        "/work/reports/money/sheet",
        data={**form, "file": (io.BytesIO(text.encode()), name)},
        follow_redirects=True,
    )


def test_from_file_to_months_and_back_in_her_browser(session, cast):
    admin = cast.client("admin")
    shown = send(admin, SHEET.replace("Reiskosten", "Kantine"))
    refused = admin.submit(shown, button="apply")
    assert refused.status_code == 422
    asked = admin.page(refused, status=422)
    [field] = asked.select("li.invalid select")
    done = admin.submit(asked, button="apply", **{str(field["name"]): "costs_other_cents"})
    written = [line.get_text(" ", strip=True) for line in admin.page(done).select("main li")]
    assert any(re.search(r"materiaal.*100", line) for line in written), written
    assert len(rows(session, cast)) == 4
    session.rollback()
    admin.submit(done, button="take_back")
    assert rows(session, cast) == []
    assert "zaal week 1" not in str(session.query(MoneySheet.reading, MoneySheet.made).all())


def test_a_sheet_of_another_is_nobody_s(session, cast):
    sheet = read_in(session, cast.actor("admin"), SHEET)
    session.commit()
    for name in ("stranger", "coordinator"):
        assert cast.client(name).get(f"/work/reports/money/sheets/{sheet.uuid}").status_code in (
            403,
            404,
        )
